"""Connections: statements that are kept in parsed form."""

from warehouse.db import connect_memory, parsing_once


def test_a_kept_statement_reads_the_tables_and_values_of_now():
    with connect_memory() as plain:
        con = parsing_once(plain)
        for number in (1, 2):
            con.execute("create or replace temp table told as select ? as number", [number])
            assert con.execute("select number from told").fetchall() == [(number,)]


def test_a_kept_statement_is_of_no_connection():
    for number in (1, 2):
        with connect_memory() as plain:
            con = parsing_once(plain)
            con.execute(f"create table told as select {number} as number")
            assert con.execute("select number from told").fetchall() == [(number,)]


def test_several_statements_in_one_text_run_in_order_and_the_last_one_answers():
    with connect_memory() as plain:
        answer = parsing_once(plain).execute("create table a as select 1 as n; insert into a values (2); from a")
        assert answer.fetchall() == [(1,), (2,)]
