"""What the overview lists as left out of matching."""

import pytest

from dashboards.queries.suppressed import suppressed_values
from warehouse.db import connect_memory


@pytest.fixture
def con():
    with connect_memory() as con:
        con.execute("attach ':memory:' as serve")
        con.execute(
            "create table serve.bad_value("
            "kind text, value_sha256 text, reason text, is_placeholder bool, evidence text)"
        )
        yield con


def test_values_are_counted_by_kind_and_reason_with_the_records_that_hold_them(con):
    con.execute("""
        insert into serve.bad_value values
            ('email', 'a', 'shared by too many families', false, 'records=9, families=7, names=8'),
            ('email', 'b', 'shared by too many families', false, 'records=6, families=5, names=5'),
            ('email', 'c', 'typed as a test', true, 'records=2, families=2, names=2'),
            ('birth_date', 'd', 'default date of a system', true, 'records=40'),
            ('record', 'e', 'test account', true, 'marked by the silo'),
            ('record', 'f', 'test account', true, 'marked by the silo')""")
    assert suppressed_values(con).rows() == [
        ("birth_date", "default date of a system", 1, 40),
        ("email", "shared by too many families", 2, 15),
        ("email", "typed as a test", 1, 2),
        ("record", "test account", 2, 2),
    ]


def test_nothing_left_out_is_no_row(con):
    assert suppressed_values(con).rows() == []
