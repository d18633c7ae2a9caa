"""Stable ids: what stays, what is new, and that the history tells it."""

from datetime import datetime

import pytest
from identity_tables import rows

from identity.customer_ids import assign_customer_ids, open_ids
from identity.errors import IdentityError

FIRST, SECOND = datetime(2026, 1, 1), datetime(2026, 2, 1)


@pytest.fixture
def run(con):
    """Assign ids to clusters written as one word a cluster: "ab c" is {a, b} and {c}."""

    def assign(clusters: str, run_id: str = "r1", as_of: datetime = FIRST):
        records = [(record, cluster[0]) for cluster in clusters.split() for record in cluster]
        for table, columns in (
            ("identity.cluster", "record_id text, cluster_id text"),
            ("clean.party", "record_id text, source text, record_table text"),
        ):
            con.execute(f"create or replace table {table} ({columns})")
        for record, cluster in records:
            con.execute("insert into identity.cluster values (?, ?)", [record, cluster])
            con.execute("insert into clean.party values (?, 'shop', 'customer')", [record])
        open_ids(con)
        return assign_customer_ids(con, run_id, as_of, run_id, whole=True)

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


def test_an_id_whose_home_prefers_another_stays_with_the_rest(con, run):
    run("ab cde")
    run("acde b", "r2", SECOND)
    assert ids(con) == {"a": 2, "b": 1, "c": 2, "d": 2, "e": 2}
    assert events(con, "r2") == [(1, "moved", 2)]


def test_a_retired_id_is_given_to_nobody_but_the_record_that_had_it(con, run):
    run("a b")
    run("a", "r2", SECOND)
    assert events(con, "r2") == [(2, "retired", None)]
    run("a c", "r3", SECOND)
    assert ids(con) == {"a": 1, "c": 3}
    run("a b c", "r4", SECOND)
    assert ids(con) == {"a": 1, "b": 2, "c": 3}
    assert events(con, "r4") == [(2, "restored", None)]


def test_an_undone_merge_gives_both_their_ids_again(con, run):
    run("a bc")
    run("abc", "r2", SECOND)
    run("a bc", "r3", SECOND)
    assert ids(con) == {"a": 1, "b": 2, "c": 2}
    assert events(con, "r3") == [(1, "restored", 2), (2, "split", 1)]


def test_those_who_came_by_a_merge_do_not_take_the_id_along(con, run):
    run("a bc")
    run("abc", "r2", SECOND)
    # More records joined, on the side that came by the merge; they are as much at home in id 2 as b and c.
    run("ade bcf", "r3", SECOND)
    assert ids(con)["b"] == ids(con)["c"] == 2
    assert ids(con)["a"] == 1


def test_every_id_of_a_record_is_remembered(con, run):
    run("a bc")
    run("abc", "r2", SECOND)
    run("bc", "r3", SECOND)
    assert rows(con, "select record_id, customer_id, run_id from serve.customer_record_history order by all") == [
        ("a", 1, "r1"), ("a", 2, "r2"), ("a", None, "r3"), ("b", 2, "r1"), ("c", 2, "r1"),
    ]  # fmt: skip


def test_an_empty_delivery_retires_nobody(con, run):
    run("a")
    with pytest.raises(IdentityError, match="no record at all"):
        run("", "r2", SECOND)
    assert ids(con) == {"a": 1}
