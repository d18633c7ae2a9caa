"""The gate as a whole: its steps add up, it cannot be passed without a purpose, merges never widen it."""

from datetime import datetime

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from segments.errors import SegmentError
from segments.funnel import STEPS
from segments.gate import decide, why_not
from segments.refusal import refusal
from warehouse.db import connect_snapshot

AS_OF = datetime(2026, 6, 1)
EVERYBODY = "select customer_id from serve.customer"


def test_every_member_ends_in_one_step_and_the_steps_add_up(con, serve):
    for number in range(1, 10):
        serve.customer(number, is_minor=number == 4)
        if number > 1:
            serve.point(number, f"shop:{number}", "email", f"{min(number, 8)}@x.de")
        if number > 2:
            serve.says(f"shop:{number}", f"{min(number, 8)}@x.de", "confirmed", "2026-01-01")
    serve.says("shop:3", "3@x.de", "withdrawn", "2026-02-01")
    serve.objects("shop:5", "2026-02-01", status="restricted")
    capped = pa.table({"customer_id": [6]})
    result = decide(con, EVERYBODY, purpose="marketing", channel="email", as_of=AS_OF, capped=capped)
    assert [step.step for step in result.funnel] == list(STEPS)
    assert [step.customers for step in result.funnel] == [9, 8, 7, 5, 4, 3, 2, 2, 2]
    assert result.eligible == 2
    assert [(reason.code, reason.customers) for reason in result.reasons] == [
        ("capped", 1), ("denied", 1), ("minor", 1), ("no_basis", 1), ("no_contact", 1), ("restricted", 1),
        ("same_identifier", 1),
    ]  # fmt: skip
    assert con.execute("select customer_id from gate_audience order by 1").fetchall() == [(7,), (8,)]
    assert con.execute("select count(*), count(distinct customer_id), count(reason) from gate_why").fetchall() == [
        (9, 9, 9)
    ]
    assert why_not(con, 1) == "No contact point that this channel can use."
    assert why_not(con, 99) is None


@pytest.mark.parametrize("purpose", ["", None, "newsletter", "MARKETING"])
def test_nothing_leaves_without_a_purpose(con, purpose):
    with pytest.raises(SegmentError, match="is not one of ads, enquiry, feedback, marketing"):
        decide(con, EVERYBODY, purpose=purpose, channel="email", as_of=AS_OF)


def test_purpose_has_no_default(con):
    with pytest.raises(TypeError):
        decide(con, EVERYBODY, channel="email", as_of=AS_OF)


def test_an_unknown_channel_is_refused(con):
    with pytest.raises(SegmentError, match="is not one of ads, email, phone, post, sms"):
        decide(con, EVERYBODY, purpose="marketing", channel="pigeon", as_of=AS_OF)


def test_members_that_are_no_customers_any_more_are_nobody(con, serve):
    result = decide(con, "select 7 as customer_id", purpose="marketing", channel="email", as_of=AS_OF)
    assert result.funnel[0].customers == 0


def test_reasons_are_told_in_german(con, serve):
    serve.customer(1)
    serve.point(1, "shop:a", "email", "anna@x.de")
    serve.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    serve.says("shop:a", "anna@x.de", "withdrawn", "2026-02-03")
    decide(con, EVERYBODY, purpose="marketing", channel="email", as_of=AS_OF, language="de")
    assert why_not(con, 1) == "Hat am 03.02.2026 widerrufen oder abgelehnt."


def test_the_gate_runs_on_a_hardened_read_only_snapshot(con, serve, tmp_path):
    serve.customer(1)
    serve.point(1, "shop:a", "email", "anna@x.de")
    serve.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    con.execute(f"attach '{tmp_path / 'serve.duckdb'}' as copied")
    con.execute("copy from database serve to copied")
    con.execute("detach copied")
    with connect_snapshot(tmp_path / "serve.duckdb") as snapshot:
        assert decide(snapshot, EVERYBODY, purpose="marketing", channel="email", as_of=AS_OF).eligible == 1
        tables = snapshot.execute("select table_name from duckdb_tables() where not temporary").fetchall()
        assert ("gate_audience",) not in tables


@pytest.mark.parametrize(
    ("purpose", "channel", "country", "words"),
    [
        (
            "marketing",
            "phone",
            "DE",
            "Germany: calls to consumers for marketing need the person's own confirmed",
        ),
        ("marketing", "phone", "DK", "Denmark: calls to consumers for marketing have no lawful basis at all"),
        (
            "marketing",
            "email",
            "FR",
            "A country without rules of its own: e-mails to consumers for marketing need",
        ),
        ("profiling", "email", "DE", "have no lawful basis at all"),
        ("marketing", "email", "AT", "or a sale with notice and similar goods (TKG 2021 §174(4)"),
    ],
)
def test_a_cold_list_is_refused_in_plain_words(purpose, channel, country, words):
    assert words in refusal(purpose, channel, country)


@pytest.mark.parametrize(("channel", "country"), [("post", "DE"), ("phone", "NO"), ("phone", "CH"), ("phone", "SE")])
def test_no_refusal_where_silence_is_enough(channel, country):
    assert refusal("marketing", channel, country) == ""


def test_a_danish_business_may_be_called():
    assert refusal("marketing", "phone", "DK", "business") == ""


# A merge never widens: allowed(merged) ⊆ union of allowed(parts), as (identifier, channel, purpose).
# Many small worlds share one database, apart by their names, so that a hundred cost as much as one.

RECORDS = 4
record = st.fixed_dictionaries(
    {
        "part": st.integers(1, 2),
        "country": st.sampled_from(["DE", "AT", "SE", "CH", "DK", None]),
        "is_company": st.booleans(),
        "mailbox": st.sampled_from([None, "a", "b"]),
        "has_phone": st.booleans(),
        "has_post": st.booleans(),
        "buys": st.booleans(),
        "asks": st.booleans(),
    }
)
statement = st.fixed_dictionaries(
    {
        "record": st.integers(0, RECORDS - 1),
        "kind": st.sampled_from(["email", "person", "phone", "post"]),
        "mailbox": st.sampled_from(["a", "b"]),
        "channel": st.sampled_from(["email", "phone", "post", "all"]),
        "purpose": st.sampled_from(["marketing", "all"]),
        "status": st.sampled_from(
            ["granted", "confirmed", "withdrawn", "objected", "restricted", "unrestricted", "requested"]
        ),
        "day": st.integers(1, 5),
        "is_state": st.booleans(),
    }
)
world = st.tuples(st.lists(record, min_size=RECORDS, max_size=RECORDS), st.lists(statement, min_size=1, max_size=8))


def write_worlds(serve, worlds):
    """World n has the customers 2n+1 and 2n+2, and records named after it."""
    rows = {name: [] for name in ("customer_record", "contact_point", "consent_event", "purchase", "enquiry")}
    for n, (records, statements) in enumerate(worlds):
        for i, r in enumerate(records):
            who = {"customer_id": 2 * n + r["part"], "record_id": f"w{n}:{i}"}
            rows["customer_record"].append(who)
            places = {
                "email": r["mailbox"] and f"{r['mailbox']}@{n}.y",
                "phone": f"+49{n}{i}" if r["has_phone"] else None,
                "post": f"anna{i}|w{n}|1|de" if r["has_post"] else None,
            }
            facts = who | {"country": r["country"], "is_company": r["is_company"], "is_mobile": False}
            points = [facts | {"kind": kind, "identifier": at} for kind, at in places.items() if at]
            rows["contact_point"] += points
            if r["buys"]:
                sale = {"purchase_id": f"w{n}:{i}", "email": places["email"], "notice_shown": True}
                rows["purchase"].append(who | sale | {"purchased_at": datetime(2026, 5, 1)})
            if r["asks"]:
                asked = {"enquiry_id": f"w{n}:{i}", "channel": "email", "received_at": datetime(2026, 5, 1)}
                rows["enquiry"].append(who | asked)
        for i, s in enumerate(statements):
            name, at = f"w{n}:{s['record']}", datetime(2026, 5, s["day"])
            place = {"email": f"{s['mailbox']}@{n}.y", "phone": f"+49{n}{s['record']}", "person": name}
            said = {
                "identifier": place.get(s["kind"], f"anna{s['record']}|w{n}|1|de"),
                "identifier_kind": s["kind"],
            }
            rows["consent_event"].append(
                {
                    **said,
                    **{key: s[key] for key in ("channel", "purpose", "status", "is_state")},
                    "event_id": f"{n}:{i}",
                    "record_id": name,
                    "source": "desk" if s["status"] == "unrestricted" else "shop",
                    "evidence": '{"recording_id": "r"}',
                    "occurred_at": at,
                    "observed_at": at,
                }
            )
    rows["customer"] = [
        {"customer_id": i + 1, "is_test": False, "is_deceased": False, "is_minor": False}
        for i in range(2 * len(worlds))
    ]
    rows["purchase_line"] = [
        {"purchase_id": row["purchase_id"], "kind": "sale", "category": "sofa"} for row in rows["purchase"]
    ]
    lists = ("ecg_at", "robinson_at", "starred_ch", "nix_phone_se", "nix_post_se", "robinson_dk")
    rows["suppression"] = [{"list_name": name, "refreshed_on": AS_OF.date()} for name in lists]
    for table, content in rows.items():
        serve.con.execute(f"delete from serve.{table}")
        if content:
            serve.con.register("new_rows", pa.Table.from_pylist(content))
            serve.con.execute(f"insert into serve.{table} by name select * from new_rows")
            serve.con.unregister("new_rows")


def allowed(con):
    """Everything that the gate allows anybody, before one contact is chosen and duplicates go."""
    found = set()
    for channel, purpose in (("email", "marketing"), ("phone", "marketing"), ("post", "marketing"),
                             ("email", "enquiry"), ("post", "service")):  # fmt: skip
        decide(con, EVERYBODY, purpose=purpose, channel=channel, as_of=AS_OF, advertises=["sofa"])
        rows = con.execute(
            """
            with best as (
                select k.candidate_id, k.country, coalesce(max(o.stage), 0) as stage
                from gate_candidate_country as k
                left join gate_checked_offer as o on o.candidate_id = k.candidate_id and o.rule_country = k.country
                group by k.candidate_id, k.country
            )
            select c.identifier
            from gate_candidate as c
            inner join best as b on b.candidate_id = c.candidate_id
            group by c.candidate_id, c.identifier
            having min(b.stage) = 4
            """
        ).fetchall()
        found |= {(identifier, channel, purpose) for (identifier,) in rows}
    return found


@settings(
    max_examples=3,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(world, min_size=40, max_size=40))
def test_a_merge_never_widens_what_is_allowed(con, serve, worlds):
    write_worlds(serve, worlds)
    apart = allowed(con)
    con.execute("delete from serve.customer where customer_id % 2 = 0")
    for table in ("customer_record", "contact_point", "purchase", "enquiry"):
        con.execute(f"update serve.{table} set customer_id = customer_id - 1 where customer_id % 2 = 0")
    assert allowed(con) <= apart
