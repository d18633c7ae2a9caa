"""Household, company and devices on a customer's page."""

from datetime import date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboards import words
from dashboards.customer_profile.circle import without_home
from dashboards.queries import circle as ask
from warehouse.db import connect_memory, connect_snapshot
from warehouse.publish import current_snapshot

DAY = datetime(2026, 5, 1, 10)


@pytest.fixture
def con():
    with connect_memory() as connection:
        connection.execute("""
            attach ':memory:' as serve;
            create table serve.visitor_customer (
                visitor_id text, customer_id bigint, until_at timestamp, evidence text);
            create table serve.interaction (customer_id bigint, visitor_id text, occurred_at timestamp);
            insert into serve.visitor_customer values
                ('web:own', 1, null, 'one customer only'), ('web:past', 1, '2026-05-03', 'one customer only'),
                ('web:shared', 1, '2026-05-01 11:00', 'identified in the visit'),
                ('web:shared', 1, '2026-05-09 11:00', 'identified in the visit'), ('web:shared', 2, null, 'x');
            insert into serve.interaction values
                (1, 'web:own', '2026-05-01 10:00'), (1, 'web:own', '2026-05-02 10:00'), (1, null, '2026-05-07'),
                (1, 'web:shared', '2026-05-01 10:00'), (2, 'web:shared', '2026-05-08')""")
        yield connection


def test_devices_tell_what_was_joined_and_since_when_nothing_is(con):
    """A visit on a shared device has an end; that is not the end of joining."""
    assert ask.devices(con, 1).rows() == [
        ("web:own", "one customer only", 2, DAY, datetime(2026, 5, 2, 10), None),
        ("web:shared", "identified in the visit", 1, DAY, DAY, None),
        ("web:past", "one customer only", 0, None, None, datetime(2026, 5, 3)),
    ]


def test_why_there_is_no_household_is_said_in_words():
    assert without_home(None) == "No household: no silo knows a whole address."
    assert without_home({"reason": "a hospital", "evidence": "4 customers, 2 family names"}) == (
        "No household: a hospital (4 customers, 2 family names)."
    )


def test_who_was_born_before_1970_has_a_birthday():
    assert words.day(date(1957, 9, 30)) == "30.09.1957"
    assert words.day(datetime(1970, 1, 1)) == words.UNKNOWN_TIME
    assert words.household_code(7) == "H000007"


def test_the_household_leads_to_who_lives_there(page: Page, address: str, workspace: Path, strangers: list[str]):
    with connect_snapshot(current_snapshot(workspace / "data" / "published")) as con:
        customer_id, other_id, name = con.execute("""
            select min(m.customer_id), max(m.customer_id), max_by(c.full_name, c.customer_id)
            from serve.household_member as m inner join serve.customer as c on c.customer_id = m.customer_id
            group by m.household_id having count(*) = 2 and count(distinct c.full_name) = 2
            order by 1 limit 1""").fetchall()[0]
    page.goto(f"{address}/customers?customer={words.customer_code(customer_id)}")
    page.get_by_role("tab", name="Household and devices").click()
    expect(page.get_by_role("heading", name="Household H")).to_be_visible()
    members = page.locator(".st-key-household")
    expect(members.get_by_text("this customer")).to_be_visible()
    members.get_by_role("link", name=name).click()
    expect(page.get_by_text(words.customer_code(other_id))).to_be_visible()
    assert strangers == []
