"""Stable ids: what stays, what is new, and that the history tells it."""

from datetime import datetime

import pytest
from identity_tables import rows

from identity.customer_ids import assign_customer_ids
from identity.errors import IdentityError

FIRST, SECOND = datetime(2026, 1, 1), datetime(2026, 2, 1)


@pytest.fixture
def run(con):
    """Assign ids to clusters written as one word a cluster: "ab c" is {a, b} and {c}."""

    def assign(clusters: str, run_id: str = "r1", as_of: datetime = FIRST):
        records = [(record, cluster[0]) for cluster in clusters.split() for record in cluster]
        for table, columns in (
            ("identity.cluster", "record_id text, cluster_id text"),
            ("identity.party_key", "record_id text, source text"),
            ("clean.party", "record_id text, record_table text"),
        ):
            con.execute(f"create or replace table {table} ({columns})")
        for record, cluster in records:
            con.execute("insert into identity.cluster values (?, ?)", [record, cluster])
            con.execute("insert into identity.party_key values (?, 'shop')", [record])
            con.execute("insert into clean.party values (?, 'customer')", [record])
        return assign_customer_ids(con, run_id, as_of)

    return assign


def ids(con) -> dict[str, int]:
    return dict(rows(con, "select record_id, customer_id from serve.customer_record order by record_id"))


def events(con, run_id: str) -> list[tuple]:
    return rows(
        con,
        f"""select customer_id, event, other_customer_id from serve.customer_id_history
        where run_id = '{run_id}' order by customer_id, event""",
    )


def test_new_ids_are_drawn_in_order_of_the_smallest_record(con, run):
    run("c ab")
    assert ids(con) == {"a": 1, "b": 1, "c": 2}
    assert events(con, "r1") == [(1, "created", None), (2, "created", None)]


def test_a_second_run_without_changes_writes_nothing(con, run):
    run("ab c")
    before = rows(con, "select * from serve.customer_record"), rows(con, "select * from serve.customer_id_history")
    run("ab c", "r2", SECOND)
    after = rows(con, "select * from serve.customer_record"), rows(con, "select * from serve.customer_id_history")
    assert before == after


def test_a_merged_customer_keeps_the_id_that_most_records_had(con, run):
    run("a bc")
    run("abc", "r2", SECOND)
    assert ids(con) == {"a": 2, "b": 2, "c": 2}
    assert events(con, "r2") == [(1, "merged", 2)]


def test_a_merge_of_equals_keeps_the_oldest_id(con, run):
    run("a b")
    run("ab", "r2", SECOND)
    assert ids(con) == {"a": 1, "b": 1}
    assert events(con, "r2") == [(2, "merged", 1)]


def test_the_largest_part_of_a_split_keeps_the_id(con, run):
    run("abc")
    run("a bc", "r2", SECOND)
    assert ids(con) == {"a": 2, "b": 1, "c": 1}
    assert events(con, "r2") == [(1, "split", 2), (2, "created", 1)]


def test_only_moved_records_have_a_new_since(con, run):
    run("abc")
    run("a bc", "r2", SECOND)
    assert rows(con, "select record_id, since_at from serve.customer_record order by 1") == [
        ("a", SECOND),
        ("b", FIRST),
        ("c", FIRST),
    ]


def test_a_record_that_moves_between_customers_is_told(con, run):
    run("abc de")
    run("ab cde", "r2", SECOND)
    assert ids(con) == {"a": 1, "b": 1, "c": 2, "d": 2, "e": 2}
    assert events(con, "r2") == [(1, "moved", 2)]


def test_a_retired_id_is_never_given_again(con, run):
    run("a b")
    run("a", "r2", SECOND)
    run("a b", "r3", SECOND)
    assert events(con, "r2") == [(2, "retired", None)]
    assert ids(con) == {"a": 1, "b": 3}


def test_an_empty_delivery_retires_nobody(con, run):
    run("a")
    with pytest.raises(IdentityError, match="no record at all"):
        run("", "r2", SECOND)
    assert ids(con) == {"a": 1}
