"""Segment files: what they may say, and what is told to whoever gets them wrong."""

from datetime import datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from segments.compile import check_segments, members_sql
from segments.definition import read_segment
from segments.errors import SegmentError
from segments.fields import fields
from segments.pack import read_segments

AS_OF = datetime(2026, 6, 1)
WRONG = Path(__file__).parent / "wrong_segments.yaml"
HEAD = "description: Some people\npurpose: marketing\n"


@pytest.fixture
def write(tmp_path):
    def write(text, name="vip"):
        file = tmp_path / "segments" / f"{name}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return write


def members(con, segment, segments=None):
    sql = members_sql(segment, AS_OF, segments or {})
    return [row[0] for row in con.execute(f"{sql} order by 1").fetchall()]


@pytest.fixture
def shoppers(serve):
    """1 bought long ago, 2 lately, 3 never."""
    for number, (spend, bought) in enumerate([(600, "2025-11-01"), (900, "2026-05-20"), (0, None)], 1):
        serve.customer(number)
        serve.row("customer_metric", customer_id=number, net_spend=spend, last_purchase_at=bought,
                  has_card=number == 1, kind="person", country="DE")  # fmt: skip
    return serve


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("{field: net_spend, at_least: 600}", [1, 2]),
        ("{field: net_spend, at_least: 600.01}", [2]),
        ("{field: net_spend, at_least: 1, at_most: 600}", [1]),
        ("{field: net_spend, equals: 900}", [2]),
        ("{field: net_spend, is_not: 900}", [1, 3]),
        ("{field: net_spend, one_of: [0, 900]}", [2, 3]),
        ("{field: last_purchase_at, is_null: true}", [3]),
        ("{field: last_purchase_at, is_null: false}", [1, 2]),
        ("{field: last_purchase_at, before: 180 days ago}", [1]),
        ("{field: last_purchase_at, after: 180 days ago}", [2]),
        ("{field: last_purchase_at, before: 2026-05-20}", [1]),
        ("{field: last_purchase_at, within: 7 months}", [1, 2]),
        ("{field: last_purchase_at, within: 3 weeks}", [2]),
        ("{field: has_card, equals: true}", [1]),
        ("{not: {field: last_purchase_at, within: 30 days}}", [1, 3]),
        ("{all: [{field: net_spend, at_least: 600}, {not: {field: has_card, equals: true}}]}", [2]),
        ("{any: [{field: has_card, equals: true}, {field: net_spend, equals: 0}]}", [1, 3]),
        ("{field: country, one_of: [DE, AT]}", [1, 2, 3]),
    ],
)
def test_conditions_find_whom_they_say(con, shoppers, write, where, found):
    assert members(con, read_segment(write(f"{HEAD}where: {where}\n"))) == found


def test_a_segment_may_refer_to_another(con, shoppers, write):
    rich = read_segment(write(f"{HEAD}where: {{field: net_spend, at_least: 600}}", "rich"))
    rest = read_segment(write(f"{HEAD}where:\n  not: {{segment: rich}}", "rest"))
    assert members(con, rest, {"rich": rich}) == [3]


def test_a_circle_of_references_is_an_error(write):
    a = read_segment(write(f"{HEAD}where: {{segment: b}}", "a"))
    b = read_segment(write(f"{HEAD}where: {{not: {{segment: a}}}}", "b"))
    with pytest.raises(SegmentError, match=r"refers to itself \(a → b → a\)"):
        check_segments({"a": a, "b": b}, AS_OF)


def test_an_unknown_reference_is_an_error(write):
    a = read_segment(write(f"{HEAD}where: {{segment: b}}", "a"))
    with pytest.raises(SegmentError, match=r'segment "b" is not known\. Use one of a\.'):
        check_segments({"a": a}, AS_OF)


@pytest.mark.parametrize("case", YAML().load(WRONG.read_text(encoding="utf-8")), ids=lambda case: case["told"])
def test_a_wrong_file_is_told_in_one_line_with_its_line_number(write, case):
    file = write(case["text"])
    with pytest.raises(Exception, match=r"^\S+vip\.yaml:\d+: .+\.$") as error:
        read_segment(file)
    assert case["told"] in str(error.value)
    assert "\n" not in str(error.value)


def test_the_workspace_overrides_the_pack_by_name(write, tmp_path):
    write(f"{HEAD}where: {{field: net_spend, at_least: 5000}}", "high_value")
    write(f"{HEAD}where: {{segment: high_value}}", "mine")
    found = read_segments(tmp_path)
    check_segments(found, AS_OF)
    assert found["high_value"].description == "Some people"
    assert set(found) == {*read_segments(), "mine"}


def test_the_pack_compiles_and_runs(con, shoppers):
    segments = read_segments()
    assert set(segments) >= {
        "new_customers", "first_time_buyers", "regulars", "lapsed", "win_back", "cart_abandoners",
        "full_returners", "unanswered_enquirers", "open_quotations", "loyalty_without_account", "high_value",
    }  # fmt: skip
    assert members(con, segments["win_back"], segments) == [1]
    for segment in segments.values():
        assert segment.title
        assert segment.title_de
        con.execute(members_sql(segment, AS_OF, segments)).fetchall()


def test_every_field_is_a_column_and_is_documented(con):
    columns = set(
        con.execute(
            "select table_name, column_name from information_schema.columns where table_catalog = 'serve'"
        ).fetchall()
    )
    reference = (Path(__file__).parents[2] / "docs" / "segments.md").read_text(encoding="utf-8")
    for field in fields().values():
        assert (field.table, field.name) in columns
        assert f"| `{field.name}` |" in reference


# sql:


def test_sql_gives_members_with_as_of_put_in(con, shoppers, write):
    sql = "with late as (select customer_id, last_purchase_at from serve.customer_metric) " \
          "select customer_id from late where last_purchase_at > $as_of - interval 30 day"  # fmt: skip
    segment = read_segment(write(f'{HEAD}sql: "{sql}"'))
    assert members(con, segment) == [2]


@pytest.mark.parametrize(
    "sql",
    [
        "select customer_id from serve.customer; drop table serve.customer",
        "drop table serve.customer",
        "delete from serve.customer returning customer_id",
        "insert into serve.customer (customer_id) values (1) returning customer_id",
        "copy (select customer_id from serve.customer) to '/tmp/x.csv'",
        "attach '/tmp/x.duckdb' as y",
        "pragma database_list",
        "set memory_limit = '1GB'",
        "select customer_id into x from serve.customer",
        "select customer_id from read_csv('/etc/passwd')",
        "select customer_id from '/etc/passwd'",
        "select customer_id from read_parquet('x')",
        "select customer_id from glob('*')",
        "select customer_id from duckdb_secrets()",
        "select customer_id from query('drop table serve.customer')",
        "select customer_id from query_table('x')",
        "select customer_id from raw.shop_customer",
        "select customer_id from main.customer",
        "select customer_id from other.serve.customer",
        "select customer_id from customer",
        "select customer_id from serve.consent_event_x",
        "select customer_id from serve.suppression",
        "select customer_id from pg_catalog.pg_tables",
        "select customer_id from serve.customer where read_text('/etc/passwd') is not null",
        "select customer_id from serve.customer where getenv('HOME') is not null",
        "select customer_id from serve.customer where nextval('s') > 0",
        "select customer_id from serve.customer where random() > 0.5",
        "select customer_id from serve.customer where first_seen_at > now()",
        "select customer_id from serve.customer where first_seen_at > current_date",
        "select customer_id from serve.customer where customer_id = $other",
        "select customer_id from serve.customer where customer_id = ?",
        "select customer_id from serve.customer where exists (select 1 from '/etc/passwd')",
        "with customer as (select 1 as customer_id) select customer_id from serve2.customer",
        "with x as (select 1) select customer_id from (select customer_id from y)",
        "with x as (select * from read_csv('/etc/passwd')) select customer_id from x",
        "select email as customer_id, customer_id from serve.customer",
        "select * from serve.customer",
        "select email from serve.customer",
        "select 1 as customer_id from serve.customer where (",
        "",
        "customer_id",
    ],
)
def test_sql_that_is_not_one_select_over_serve_is_refused(con, shoppers, write, sql):
    segment = read_segment(write(f"{HEAD}sql: |\n  {sql or '-- nothing'}\n"))
    with pytest.raises(SegmentError, match=r"^segment vip: .+\.$") as error:
        members(con, segment)
    assert "/etc/passwd" not in str(error.value)


def test_sql_cannot_smuggle_a_comment_out_of_its_brackets(con, shoppers, write):
    segment = read_segment(write(f"{HEAD}sql: |\n  select customer_id from serve.customer where 1 = 0 -- )\n  /* */\n"))
    assert members(con, segment) == []


def test_text_values_are_quoted(con, shoppers, write):
    segment = read_segment(write(f"{HEAD}where: {{field: city, equals: \"x' or '1'='1\"}}"))
    assert members(con, segment) == []


@pytest.mark.parametrize("purpose", ["service", "enquiry"])
def test_goods_named_on_the_command_line_are_refused_where_nothing_is_advertised(write, purpose):
    head = HEAD.replace("purpose: marketing", f"purpose: {purpose}")
    segment = read_segment(write(f"{head}where: {{field: city, equals: Mainz}}"))
    assert segment.purpose == purpose
    with pytest.raises(SegmentError, match=f"^vip: purpose {purpose} answers .* no advertising"):
        segment.advertising(["sofa"])
    assert segment.advertising([]).advertises == []


@pytest.mark.parametrize("purpose", ["marketing", "feedback", "research"])
def test_what_is_marketing_may_show_goods(write, purpose):
    head = HEAD.replace("purpose: marketing", f"purpose: {purpose}")
    assert read_segment(write(f"{head}where: {{field: city, equals: Mainz}}")).advertising(["sofa"]).advertises
