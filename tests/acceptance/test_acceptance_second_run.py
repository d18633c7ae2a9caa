"""A run can be repeated: without news nothing changes, with news only what the news says, on any number of threads."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from acceptance_cli import databases, rundblick, simulated, succeed
from acceptance_contents import contents, differences
from acceptance_oracle import allowed, ask_oracle, export, judge

SILOS = ("shop", "newsletter", "calls", "loyalty", "rates", "lists")


def customers(workspace: Path) -> pl.DataFrame:
    """Record and customer, in order."""
    with databases(workspace) as con:
        return con.sql("select record_id, customer_id from serve.main.customer_record order by all").pl()


def serve(workspace: Path, select: str) -> pl.DataFrame:
    """Return a query on the published snapshot."""
    with databases(workspace) as con:
        return con.sql(select).pl()


def test_a_second_run_without_news_changes_nothing(demo_copy, demo_told):
    first, before = demo_told.json, contents(demo_copy)
    second = succeed("run", "--json", "--workspace", demo_copy).json
    assert {name: told["rows"] for name, told in second["sources"].items()} == dict.fromkeys(first["sources"], 0)
    assert contents(demo_copy) == before
    assert {k: second[k] for k in ("records", "customers", "segments", "as_of")} == {
        k: first[k] for k in ("records", "customers", "segments", "as_of")
    }


def test_the_answer_is_the_same_on_one_thread_and_on_two(tmp_path):
    one = simulated(tmp_path / "one", people=400, seed=11, sources=SILOS)
    two = simulated(tmp_path / "two", people=400, seed=11, sources=SILOS)
    succeed("run", "--workspace", one, RUNDBLICK_THREADS="1")
    succeed("run", "--workspace", two, RUNDBLICK_THREADS="2")
    assert differences(two, one) == ""


def test_a_number_of_threads_that_is_none_is_refused(demo):
    ended = rundblick("run", "--workspace", demo, RUNDBLICK_THREADS="many")
    assert (ended.status, ended.out) == (2, "")
    assert "RUNDBLICK_THREADS" in ended.err
    assert "Traceback" not in ended.err


@pytest.fixture(scope="module")
def day_after(demo, copy_of) -> Path:
    """The shared demo one day later."""
    folder = copy_of(demo)
    succeed("demo", folder, "--next-day", "--json")
    return folder


def test_the_next_day_loads_news_only(demo_told, day_after):
    loaded = serve(day_after, "select source, table_name, rows, inserted from warehouse.raw.batch order by batch_id")
    told = demo_told.json["sources"]
    first = serve(
        day_after,
        "select source, cast(sum(rows) as bigint) as rows from warehouse.raw.batch"
        " where run_id = (select min(run_id) from warehouse.raw.batch) group by source",
    )
    assert dict(first.iter_rows()) == {name: counts["rows"] for name, counts in told.items()}
    assert loaded.height > 0


def test_on_the_next_day_every_record_keeps_its_customer_but_for_merges_and_splits_on_record(demo, day_after):
    before, after = customers(demo), customers(day_after)
    both = before.join(after, on="record_id", suffix="_after")
    moved = both.filter(pl.col("customer_id") != pl.col("customer_id_after"))
    assert both.height >= before.height * 0.99
    assert after.height > before.height
    history = serve(day_after, "select event, customer_id, other_customer_id from serve.main.customer_id_history")
    told = history.filter(pl.col("event").is_in(["merged", "merge", "split"]))
    pairs = {frozenset(row) for row in told.select("customer_id", "other_customer_id").iter_rows()}
    unexplained = [row for row in moved.iter_rows() if frozenset(row[1:]) not in pairs]
    assert unexplained == []
    assert moved.height > 0
    assert moved.height < before.height * 0.01


def test_an_id_is_never_given_to_somebody_else(demo, day_after):
    before, after = customers(demo), customers(day_after)
    gone = set(before["customer_id"]) - set(after["customer_id"])
    new = set(after["customer_id"]) - set(before["customer_id"])
    assert not gone & new
    assert all(number > max(before["customer_id"]) for number in new)


def test_on_the_next_day_membership_tells_who_left_and_why(demo, day_after):
    before = set(serve(demo, "select segment, customer_id from serve.main.membership").iter_rows())
    after = set(serve(day_after, "select segment, customer_id from serve.main.membership").iter_rows())
    events = serve(
        day_after,
        """
        select segment, customer_id, event, reason
        from serve.main.membership_event
        where happened_at > (select min(as_of) from serve.main.run)
        """,
    )
    left = events.filter(pl.col("event") == "left")
    entered = events.filter(pl.col("event") == "entered")
    assert set(left.select("segment", "customer_id").iter_rows()) == before - after
    assert set(entered.select("segment", "customer_id").iter_rows()) == after - before
    assert before - after
    assert after - before
    assert left["reason"].null_count() == 0
    assert (left["reason"].str.len_chars() > 5).all()


def test_on_the_next_day_the_files_still_hold_exactly_those_who_may_be_contacted(day_after):
    wanted = [
        (segment, channel) for segment in ("regulars", "cart_abandoners") for channel in ("email", "letter", "phone")
    ]
    made = {place: export(day_after, *place) for place in wanted}
    as_of = datetime.fromisoformat(made["regulars", "letter"].manifest["as_of"])
    with databases(day_after) as con:
        ask_oracle(con, as_of, from_ledger=True)
        verdicts = {place: judge(allowed(con, *place), file) for place, file in made.items()}
    assert {place: verdict for place, verdict in verdicts.items() if verdict} == {}
