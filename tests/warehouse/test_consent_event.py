"""States of silos become events: only what changed, and never newer than it can be."""

from datetime import datetime

import pytest

from warehouse import fingerprint, publish
from warehouse.build import Parameters, build
from warehouse.db import connect_memory
from warehouse.models import read_models

FIRST, SECOND, THIRD = datetime(2026, 5, 1), datetime(2026, 5, 2), datetime(2026, 5, 3)
MADE = datetime(2020, 1, 1)


@pytest.fixture
def con():
    with connect_memory() as con:
        con.execute("attach ':memory:' as serve; create schema clean; create schema state")
        publish._create_kept_tables(con)
        con.execute(
            "create table clean.consent_event(statement_id text, source text, is_state bool, record_id text,"
            " identifier_kind text, identifier text, channel text, purpose text, status text, occurred_at timestamp,"
            " evidence text); create table clean.party(record_id text, created_at timestamp);"
            " create table state.consent_event as select * exclude (is_state) from serve.consent_event limit 0"
        )
        con.execute("insert into clean.party values ('shop:1', ?)", [MADE])
        yield con


def deliver(con, as_of, status, at=None, is_state=True):
    con.execute("delete from clean.consent_event")
    con.execute(
        "insert into clean.consent_event values (?, 'shop', ?, 'shop:1', 'email', 'a@b.de', 'email', 'marketing',"
        " ?, ?, null)",
        [f"{status}{at}", is_state, status, at],
    )
    fingerprint.record(con, "clean.consent_event", f"{status}{at}{as_of}")
    build(con, read_models()["serve.consent_event"], Parameters(as_of))


def events(con):
    return con.execute("select status, occurred_at from serve.consent_event order by observed_at, status").fetchall()


def test_a_permission_found_at_the_first_look_is_as_old_as_its_record(con):
    deliver(con, FIRST, "granted")
    assert events(con) == [("granted", MADE)]


def test_a_refusal_found_at_the_first_look_counts_from_now(con):
    deliver(con, FIRST, "denied")
    assert events(con) == [("denied", FIRST)]


def test_an_unchanged_state_adds_nothing_and_a_changed_one_adds_an_event(con):
    deliver(con, FIRST, "granted")
    deliver(con, SECOND, "granted")
    deliver(con, THIRD, "denied")
    assert events(con) == [("granted", MADE), ("denied", THIRD)]


def test_a_permission_that_is_gone_was_withdrawn_and_may_come_back(con):
    deliver(con, FIRST, "granted")
    deliver(con, SECOND, "unknown")
    deliver(con, THIRD, "granted")
    assert events(con) == [("granted", MADE), ("withdrawn", SECOND), ("granted", THIRD)]


def test_a_state_that_stays_unknown_after_a_withdrawal_adds_nothing(con):
    deliver(con, FIRST, "granted")
    deliver(con, SECOND, "unknown")
    deliver(con, THIRD, "unknown")
    assert events(con) == [("granted", MADE), ("withdrawn", SECOND)]


def test_the_time_that_a_silo_sends_with_a_state_is_kept(con):
    deliver(con, SECOND, "confirmed", at=FIRST)
    assert events(con) == [("confirmed", FIRST)]


def test_a_no_that_still_bears_the_date_of_the_yes_is_dated_when_seen(con):
    deliver(con, FIRST, "confirmed", at=MADE)
    deliver(con, SECOND, "denied", at=MADE)
    assert events(con) == [("confirmed", MADE), ("denied", SECOND)]


def test_a_yes_that_bears_an_old_date_keeps_it(con):
    deliver(con, FIRST, "denied", at=MADE)
    deliver(con, SECOND, "confirmed", at=MADE)
    assert events(con) == [("denied", MADE), ("confirmed", MADE)]


def test_an_event_is_kept_once(con):
    deliver(con, FIRST, "confirmed", at=MADE, is_state=False)
    deliver(con, SECOND, "confirmed", at=MADE, is_state=False)
    assert events(con) == [("confirmed", MADE)]
