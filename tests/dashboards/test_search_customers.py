"""Finding customers: by any spelling, number or code that a silo holds."""

from collections.abc import Iterator

import duckdb
import pytest

from dashboards.queries.search import find, search_index
from warehouse.db import connect_memory

PARTIES = [
    (1, "Jürgen", "Müller", None, "j.mueller@example.org", "+491711000012", None, "2100 0007", "50667", "Köln", "4711"),
    (1, "J.", "Mueller", None, None, None, None, None, None, None, None),
    (2, "Anna", "Weber", None, "anna@example.org", None, None, None, "10115", "Berlin", None),
    (2, "Anna", "Sørensen", None, None, None, None, None, None, None, None),
    (3, None, None, "Möbel & Haus GmbH", None, "+43171234567", None, None, "1010", "Wien", "K-77"),
    (4711, "Michael", "Weberknecht", None, None, None, None, None, None, None, None),
]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect_memory() as connection:
        connection.execute("attach ':memory:' as serve")
        connection.execute(
            "create table serve.party (customer_id bigint, given_name text, family_name text, company_name text, "
            "email text, phone text, phone_2 text, card_no text, postal_code text, city text, customer_no text)"
        )
        connection.execute("""
            create table serve.customer_record as
            select 'r' || customer_id as record_id, customer_id from (values (1), (2), (3), (4711)) as c(customer_id);
            create table serve.customer_id_history (
                customer_id bigint, event text, other_customer_id bigint, happened_at timestamp, run_id text);
            create table serve.customer_record_history as
            select record_id, customer_id, timestamp '2026-01-01' as since_at, 1 as number from serve.customer_record
            union all select 'r1' as record_id, 77 as customer_id, timestamp '2025-12-01' as since_at, 0 as number""")
        connection.executemany(f"insert into serve.party values ({', '.join('?' * 11)})", PARTIES)
        yield connection


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Müller", [1]),
        ("mueller", [1]),
        ("MULLER", [1]),
        ("juergen muller", [1]),
        ("müller berlin", []),  # every word must be known of the same customer
        ("sorensen", [2]),  # a name that only one silo still holds
        ("Søren", [2]),
        ("web", [2, 4711]),  # the one with more records first
        ("j.mueller@ex", [1]),
        ("0171 1000012", [1]),
        ("+49 (171) 1000-012", [1]),
        ("21000007", [1]),
        ("50667", [1]),
        ("moebel wien", [3]),
        ("k-77", [3]),
        ("C000002", [2]),
        ("c4711", [4711]),
        ("C000077", [1]),  # an old number of Jürgen Müller
        ("c77 müller", [1]),
        ("c78", []),
        ("%", []),
        ("'", []),
        ("   ", []),
    ],
)
def test_a_search_finds(con: duckdb.DuckDBPyConnection, text: str, found: list[int]):
    assert find(con, search_index(con), text) == (len(found), found)


def test_a_number_finds_the_customer_of_that_code_and_of_that_customer_number(con: duckdb.DuckDBPyConnection):
    assert find(con, search_index(con), "4711") == (2, [1, 4711])
