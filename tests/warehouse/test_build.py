"""Building: a table, its checks and its fingerprint stand or fall together."""

from datetime import datetime

import pytest

from warehouse import fingerprint
from warehouse.build import ChecksFailed, Parameters, build
from warehouse.db import connect_memory

SPEND = """-- Spend.
-- grain: customer_id
-- column: customer_id | Id.
-- column: spend | Spend.
-- check: spend >= 0
select customer_id, sum(paid) as spend from clean.payment where paid_at < $as_of group by customer_id
"""
PARAMETERS = Parameters(datetime(2026, 6, 1))


@pytest.fixture
def con():
    with connect_memory() as con:
        con.execute("attach ':memory:' as serve; create schema clean")
        fingerprint.prepare(con)
        con.execute("create table clean.payment(customer_id int, paid int, paid_at timestamp)")
        pay(con, (1, 5), (1, 7), (2, 1))
        yield con


def pay(con, *payments: tuple[int, int]) -> None:
    values = ", ".join(f"({c}, {p}, timestamp '2026-05-01')" for c, p in payments)
    con.execute(f"insert into clean.payment values {values}")
    content = str(con.execute("select sum(hash(p)) from clean.payment as p").fetchone())
    fingerprint.record(con, "clean.payment", content)


def rows(con):
    return con.execute("select * from core.spend order by all").fetchall()


def test_a_table_is_built_once_and_again_only_when_its_inputs_change(con, model):
    assert not build(con, model, PARAMETERS).skipped
    assert build(con, model, PARAMETERS).skipped
    pay(con, (3, 4))
    assert not build(con, model, PARAMETERS).skipped
    assert rows(con) == [(1, 12), (2, 1), (3, 4)]


def test_another_as_of_is_another_input(con, model):
    build(con, model, PARAMETERS)
    result = build(con, model, Parameters(datetime(2026, 4, 1)))
    assert (result.skipped, rows(con)) == (False, [])


def test_a_failed_check_leaves_the_table_as_it_was(con, model):
    build(con, model, PARAMETERS)
    pay(con, (2, -9))
    with pytest.raises(ChecksFailed, match=r"core.spend: 1 rows break the check “spend >= 0”") as failed:
        build(con, model, PARAMETERS)
    assert rows(con) == [(1, 12), (2, 1)]
    assert [(c.name, c.failing) for c in failed.value.checks] == [
        ("customer_id is a key", 0),
        ("spend >= 0", 1),
    ]
    with pytest.raises(ChecksFailed):
        build(con, model, PARAMETERS)
