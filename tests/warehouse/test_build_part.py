"""Building a part: only the rows of the keys are made anew and checked."""

import pytest

from warehouse.build import ChecksFailed
from warehouse.build_part import build_part
from warehouse.db import connect_memory

SPEND = """-- Spend.
-- grain: customer_id
-- column: customer_id | Id.
-- column: spend | Spend.
-- check: spend >= 0
with paid as (select c.customer_id, p.paid from serve.card as c inner join clean.payment as p using (card_no))
select customer_id, sum(paid) as spend from paid group by customer_id
"""
PARTS = {"serve.card": "touched_card", "clean.payment": "touched_payment"}


@pytest.fixture
def con():
    with connect_memory() as con:
        con.execute("attach ':memory:' as serve; create schema clean")
        con.execute(
            "create table serve.card as select * from (values (1, 'a'), (1, 'b'), (2, 'c')) as c(customer_id, card_no)"
        )
        con.execute("create table clean.payment(card_no text, paid int, note text)")
        con.execute("insert into clean.payment values ('a', 5, ''), ('b', 7, ''), ('c', 1, '')")
        con.execute("create temp table touched as select 1 as customer_id")
        con.execute("create temp view touched_card as select * from serve.card where customer_id = 1")
        con.execute("""
            create temp view touched_payment as
            select * from clean.payment where card_no in (select card_no from touched_card)""")
        yield con


def rows(con):
    return con.execute("select * from core.spend order by all").fetchall()


def test_without_keys_the_whole_table_is_made(con, model):
    build_part(con, model, None, PARTS)
    assert rows(con) == [(1, 12), (2, 1)]


def test_only_the_rows_of_the_keys_are_made_anew(con, model):
    build_part(con, model, None, PARTS)
    con.execute("update clean.payment set paid = paid * 10")
    build_part(con, model, "touched", PARTS)
    assert rows(con) == [(1, 120), (2, 1)]


def test_a_key_without_rows_is_gone(con, model):
    build_part(con, model, None, PARTS)
    con.execute("delete from serve.card where customer_id = 1")
    build_part(con, model, "touched", PARTS)
    assert rows(con) == [(2, 1)]


def test_only_the_rows_of_the_keys_are_checked_and_none_is_written_when_they_fail(con, model):
    build_part(con, model, None, PARTS)
    con.execute("update clean.payment set paid = -1 where card_no = 'c'")
    build_part(con, model, "touched", PARTS)
    con.execute("update clean.payment set paid = -9 where card_no = 'a'")
    with pytest.raises(ChecksFailed, match=r"core\.spend: 1 rows break"):
        build_part(con, model, "touched", PARTS)
    assert rows(con) == [(1, 12), (2, 1)]
