"""What `demo --json` and `run --json` print: one object with the fields that programs rely on."""

from datetime import datetime

import pytest
from acceptance_cli import databases, simulated, succeed

FIELDS = {"run_id", "as_of", "snapshot", "seconds", "sources", "records", "customers", "segments"}
PACK = {
    "new_customers", "first_time_buyers", "regulars", "lapsed", "win_back", "cart_abandoners", "full_returners",
    "unanswered_enquirers", "open_quotations", "loyalty_without_account", "high_value",
}  # fmt: skip
SILOS = {
    "ads", "calls", "draws", "erp", "forms", "lists", "loyalty", "newsletter", "pos", "rates", "receipts", "shop",
    "web",
}  # fmt: skip


def check(told: dict) -> None:
    """The types of the fields."""
    assert told.keys() >= FIELDS
    assert isinstance(told["run_id"], str)
    assert isinstance(told["snapshot"], str)
    assert datetime.fromisoformat(told["as_of"])
    assert told["seconds"] > 0
    assert all(counts.keys() >= {"rows", "rejected"} for counts in told["sources"].values())
    assert told["segments"].keys() >= PACK
    assert all(isinstance(n[k], int) for n in told["segments"].values() for k in ("members", "exportable"))
    assert all(0 <= n["exportable"] <= n["members"] for n in told["segments"].values())
    assert 0 < told["customers"] <= told["records"]


def test_demo_json_is_one_object_with_every_field(demo, demo_told):
    told = demo_told.json
    check(told)
    assert told["sources"].keys() == SILOS
    assert all(counts["rows"] > 0 for counts in told["sources"].values())
    assert told["snapshot"] == (demo / "data" / "published" / "current").read_text().strip()


def test_the_numbers_of_demo_json_are_those_of_the_databases(demo, demo_told):
    told = demo_told.json
    with databases(demo) as con:
        loaded = con.execute("select source, sum(rows), sum(rejects) from raw.batch group by source").fetchall()
        records, customers = con.execute(
            "select count(*), count(distinct customer_id) from serve.main.customer_record"
        ).fetchall()[0]
        members = con.execute("select segment, count(*) from serve.main.membership group by segment").fetchall()
    assert {name: (n["rows"], n["rejected"]) for name, n in told["sources"].items()} == {
        s: (r, j) for s, r, j in loaded
    }
    assert (told["records"], told["customers"]) == (records, customers)
    assert {name: n["members"] for name, n in told["segments"].items() if n["members"]} == dict(members)


def test_every_segment_of_the_pack_has_members_who_may_be_contacted(demo_told):
    counts = {name: told["exportable"] for name, told in demo_told.json["segments"].items() if name in PACK}
    assert [name for name, exportable in counts.items() if not exportable] == []


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return simulated(tmp_path_factory.mktemp("json") / "ws", people=200, seed=3, sources=("shop", "rates"))


def test_run_json_has_the_same_fields_as_demo_json(small, demo_told):
    told = succeed("run", "--json", "--workspace", small).json
    check(told)
    assert told.keys() == demo_told.json.keys() - {"exports"}
    assert told["sources"].keys() == {"shop", "rates"}


def test_as_of_sets_the_time_of_the_run(small):
    told = succeed("run", "--json", "--as-of", "2026-11-30T12:00:00", "--workspace", small).json
    assert told["as_of"] == "2026-11-30T12:00:00"
