"""Batch rules by Great Expectations, and Data Docs: numbers and shares, never a value."""

import subprocess
import sys
from datetime import datetime, timedelta

import pyarrow as pa
import pytest
from pydantic import ValidationError

from warehouse.contract import Contract
from warehouse.data_docs import write_docs
from warehouse.db import connect_memory, connect_warehouse
from warehouse.delivery import Delivery
from warehouse.load import load
from warehouse.quality import ContractBroken

AS_OF = datetime(2026, 6, 1)
PLANTED = "frieda.planted@example.org"


@pytest.fixture
def con():
    with connect_memory() as con:
        yield con


def shop(delivery="snapshot", **expect):
    columns = {"paid": "decimal", "changed": "timestamp"}
    table = {"key": ["id"], "delivery": delivery, "columns": columns, "expect": expect}
    return Contract.model_validate({"name": "shop", "timezone": "UTC", "tables": {"customer": table}})


def rows(count, **given):
    usual = {"paid": "5", "changed": "2026-05-31 12:00:00", "email": None}
    return [{"id": str(i), **usual, **given} for i in range(count)]


def load_rows(con, contract, found, name="a"):
    columns = ("id", "paid", "changed", "email")
    table = pa.table({c: pa.array([row[c] for row in found], pa.string()) for c in columns})
    delivery = Delivery(name, name, {"customer": table})
    return load(con, contract, [delivery], as_of=AS_OF, run_id="r")


def failed(checks):
    return {check.name: check.observed for check in checks if not check.passed}


@pytest.mark.parametrize(
    ("expect", "found", "broken"),
    [
        ({}, [], {"rows": "0 rows"}),
        ({"rows": [3, 9]}, rows(2), {"rows": "2 rows"}),
        ({"rows": [0, 1]}, rows(2), {"rows": "2 rows"}),
        ({"unique": ["email"]}, rows(2, email=PLANTED), {"unique email": "2 values (100.0%) repeated"}),
        ({"between": {"paid": [0, 4]}}, rows(4), {"between paid": "4 values (100.0%) outside"}),
        (
            {"max_missing_share": {"email": 0.5}},
            [*rows(2), {**rows(1)[0], "id": "x", "email": PLANTED}],
            {"max_missing_share email": "2 values (66.7%) missing"},
        ),
        ({"fresh_within": "6h", "fresh_column": "changed"}, rows(2), {"fresh_within": "12.0 h"}),
        ({}, [*rows(1), *rows(1, id="x", paid="five")], {"max_reject_share": "50.0%"}),
    ],
)
def test_batch_that_breaks_a_rule_stops_the_source(con, expect, found, broken):
    with pytest.raises(ContractBroken) as error:
        load_rows(con, shop(**expect), found)
    assert failed(error.value.checks) == broken
    assert str(error.value).startswith(f"shop.customer: a: {next(iter(broken))}: found")


def test_batch_that_keeps_every_rule_is_loaded(con):
    contract = shop(
        rows=[1, 10],
        unique=["email"],
        between={"paid": [0, 10]},
        max_missing_share={"email": 0.9},
        fresh_within="2d",
        fresh_column="changed",
    )
    result = load_rows(con, contract, [*rows(2), *rows(1, id="x", email=PLANTED)])
    assert (failed(result.checks), len(result.checks), result.rows) == ({}, 8, 3)


def test_broken_batch_keeps_the_last_good_data(con):
    contract = shop(max_removed_share=0.2)
    load_rows(con, contract, rows(10))
    with pytest.raises(ContractBroken, match=r"max_removed_share: found 50\.0%, expected at most 20\.0% of the keys"):
        load_rows(con, contract, rows(5), name="b")
    assert con.sql("select count(*), count(_deleted_at) from raw.shop_customer").fetchall() == [(10, 0)]
    assert con.sql("select name from raw.batch").fetchall() == [("a",)]


def test_rule_that_only_warns_lets_the_batch_in(con):
    result = load_rows(con, shop(rows=[5, 9], warn=["rows"]), rows(1))
    assert (failed(result.checks), result.rows) == ({"rows": "1 rows"}, 1)


def test_day_without_events_is_no_fault(con):
    result = load_rows(con, shop("events", fresh_within="6h", fresh_column="changed"), [])
    assert failed(result.checks) == {}


def test_missing_values_do_not_count_as_repeated(con):
    assert failed(load_rows(con, shop(unique=["email"]), rows(3)).checks) == {}


def test_numbers_must_be_declared_to_be_measured():
    with pytest.raises(ValidationError, match='column "email" must be declared as integer or decimal'):
        shop(between={"email": [0, 1]})


def test_no_value_of_a_row_gets_out_of_the_database(tmp_path, capfd):
    """Every rule fails on rows that bear the planted address; only the database may know it."""
    contract = shop(
        unique=["email"],
        max_missing_share={"email": 0.0},
        between={"paid": [0, 1]},
        allowed={"email": [PLANTED]},
        max_reject_share=0.0,
    )
    accepted = rows(3, email=PLANTED, paid="9876543") + rows(1, id="x")
    rejected = rows(1, id="y", email=PLANTED, paid="five") + rows(1, id="z", email="second." + PLANTED)
    with connect_warehouse(tmp_path / "warehouse.duckdb") as con, pytest.raises(ContractBroken) as error:
        load_rows(con, contract, accepted + rejected)
    index = write_docs(tmp_path / "data_docs", error.value.checks)
    pages = [path for path in tmp_path.rglob("*") if path.is_file() and "duckdb" not in path.name]
    assert len(failed(error.value.checks)) == 4
    assert index in pages
    assert len(pages) == 3
    texts = [path.read_text() for path in pages] + [
        str(error.value),
        repr(error.value.checks),
        *capfd.readouterr(),
    ]
    assert not [text for text in texts if PLANTED in text or "9876543" in text or "9,876,543" in text]


def test_docs_link_every_table_and_need_no_network(con, tmp_path):
    checks = load_rows(con, shop(), rows(2)).checks
    write_docs(tmp_path, checks)
    page = (tmp_path / "shop.customer.html").read_text()
    assert 'href="shop.customer.html"' in (tmp_path / "index.html").read_text()
    assert "http" not in page
    assert "Must have greater than or equal to" in page


def test_docs_keep_the_pages_of_earlier_runs(con, tmp_path):
    write_docs(tmp_path, load_rows(con, shop(), rows(2)).checks)
    other = Contract.model_validate({**shop().model_dump(), "name": "erp"})
    write_docs(tmp_path, load_rows(con, other, rows(2), name="b").checks)
    index = (tmp_path / "index.html").read_text()
    assert "erp.customer.html" in index
    assert "shop.customer.html" in index


def test_great_expectations_is_not_imported_without_a_new_batch():
    program = (
        "import sys; from datetime import datetime; from warehouse.contract import Contract;"
        "from warehouse.db import connect_memory; from warehouse.load import load;"
        "c = Contract.model_validate({'name': 'a', 'tables': {'b': {'key': ['c']}}});"
        "load(connect_memory(), c, [], as_of=datetime(2026, 1, 1), run_id='r');"
        "sys.exit('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_great_expectations_leaves_spark_alone():
    program = (
        "import sys; from warehouse.expectations import great_expectations; great_expectations();"
        "print('pyspark' in sys.modules)"
    )
    # Imported with Spark in sight, it may leave the process without a word.
    assert subprocess.run([sys.executable, "-c", program], check=False, capture_output=True).stdout == b"False\n"


def test_age_is_measured_against_the_time_of_the_run(con):
    contract = shop("changes", fresh_within="1d", fresh_column="changed")
    fresh = rows(1, changed=str(AS_OF - timedelta(hours=23)))
    assert failed(load_rows(con, contract, fresh).checks) == {}
