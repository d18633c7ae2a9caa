"""Whose id a record had at any time, and who an old id is today."""

from datetime import datetime, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.customer_ids import assign_customer_ids, open_ids
from identity.errors import IdentityError
from identity.lookup import RecordId, TodaysId, current_ids, customer_id_at, ids_of_record, who_was
from warehouse.db import connect_memory

START = datetime(2026, 1, 1)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def published(con: duckdb.DuckDBPyConnection, clusters: str, number: int, at: datetime | None = None) -> None:
    """Give ids to clusters written as one word a cluster: "ab c" is {a, b} and {c}."""
    rows = [(record, min(cluster)) for cluster in clusters.split() for record in cluster]
    con.execute("create or replace table identity.cluster (record_id text, cluster_id text)")
    con.execute("create or replace table clean.party (record_id text, source text, record_table text)")
    for record, cluster in rows:
        con.execute("insert into identity.cluster values (?, ?)", [record, cluster])
        con.execute("insert into clean.party values (?, 'shop', 'customer')", [record])
    open_ids(con)
    assign_customer_ids(con, f"r{number}", at or day(number), f"r{number}", whole=True)


def test_a_record_has_the_id_of_its_time(con):
    for number, clusters in enumerate(["a bc", "abc", "bc"], start=1):
        published(con, clusters, number)
    assert [customer_id_at(con, "a", day(n)) for n in (0, 1, 2, 3)] == [None, 1, 2, None]
    assert [customer_id_at(con, "b", day(n)) for n in (0, 1, 2, 3)] == [None, 2, 2, 2]
    assert customer_id_at(con, "unheard of", day(3)) is None
    assert ids_of_record(con, "a") == [RecordId(day(1), 1), RecordId(day(2), 2), RecordId(day(3), None)]


def test_of_two_runs_at_one_time_the_later_counts(con):
    published(con, "a bc", 1, day(1))
    published(con, "abc", 2, day(1))
    assert customer_id_at(con, "a", day(1)) == 2


def test_an_id_that_was_merged_leads_to_the_customer_of_its_records(con):
    published(con, "a bc d", 1)
    published(con, "abc d", 2)
    published(con, "abcd", 3)
    assert current_ids(con, 1) == [TodaysId(2, 1)]
    assert current_ids(con, 3) == [TodaysId(2, 1)]
    assert current_ids(con, 2) == [TodaysId(2, 4)]


def test_an_id_that_was_split_leads_to_all_its_parts_itself_first(con):
    published(con, "abcd", 1)
    published(con, "ad b c", 2)
    assert current_ids(con, 1) == [TodaysId(1, 2), TodaysId(2, 1), TodaysId(3, 1)]


def test_an_undone_merge_leads_to_the_former_id_again(con):
    published(con, "a bc", 1)
    published(con, "abc", 2)
    published(con, "a bc", 3)
    assert current_ids(con, 1) == [TodaysId(1, 1)]
    # While the two were one, the record was the other customer's.
    assert current_ids(con, 2) == [TodaysId(2, 2), TodaysId(1, 1)]
    assert current_ids(con, 2, day(1)) == [TodaysId(2, 2)]
    assert who_was(con, 2, day(2)).records == ["a", "b", "c"]


def test_a_merged_id_whose_records_are_gone_leads_where_it_was_merged(con):
    published(con, "a bc", 1)
    published(con, "abc", 2)
    published(con, "bc", 3)
    assert current_ids(con, 1) == [TodaysId(2, 2)]


def test_an_id_whose_records_are_all_gone_leads_nowhere(con):
    published(con, "a b", 1)
    published(con, "b", 2)
    assert current_ids(con, 1) == []
    assert current_ids(con, 99) == []


def test_a_record_never_seen_is_named(con):
    published(con, "a", 1)
    with pytest.raises(IdentityError, match="record shop:zz: never seen"):
        ids_of_record(con, "shop:zz")


# Each run puts each of six records into one of four groups, or leaves it out.
RUNS = st.lists(st.lists(st.integers(0, 4), min_size=6, max_size=6).filter(any), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None)
@given(RUNS)
def test_ids_of_any_history_can_be_looked_up(runs: list[list[int]]):
    with connect_memory() as con:
        con.execute("attach ':memory:' as serve; create schema clean; create schema identity")
        seen: list[dict[str, int]] = []
        for number, groups in enumerate(runs):
            clusters = {g: "".join(r for r, at in zip("abcdef", groups, strict=True) if at == g) for g in groups if g}
            published(con, " ".join(clusters.values()), number)
            seen.append(dict(con.execute("select record_id, customer_id from serve.customer_record").fetchall()))
        now = seen[-1]
        for number, then in enumerate(seen):
            assert {r: customer_id_at(con, r, day(number)) for r in "abcdef"} == {r: then.get(r) for r in "abcdef"}
            for customer_id in set(then.values()):
                bearers = [r for r, bore in then.items() if bore == customer_id]
                assert who_was(con, customer_id, day(number)).records == sorted(bearers)
        for customer_id in {i for then in seen for i in then.values()}:
            bearers = {r for then in seen for r, bore in then.items() if bore == customer_id}
            heirs = [now[r] for r in bearers if r in now]
            found = current_ids(con, customer_id)
            if heirs:
                assert {t.customer_id: t.records for t in found} == {i: heirs.count(i) for i in heirs}
            assert {t.customer_id for t in found} <= set(now.values())
            if customer_id in now.values():
                assert found[0].customer_id == customer_id
