"""Whose a web visitor's events are: by what they showed, visit by visit, only as far as consent goes."""

from datetime import datetime

import pytest
from identity_tables import rows

from warehouse import fingerprint
from warehouse.build import Parameters, build
from warehouse.models import read_models

ANNA, BERT = 1, 2
RECORD = {ANNA: "web:anna", BERT: "web:bert"}


class Web:
    """Writes what visitors did and said, then finds whose each event is."""

    def __init__(self, con):
        self.con = con
        fingerprint.prepare(con)
        con.execute("""
            create table clean.interaction (interaction_id text, source text, record_id text, visitor_id text,
                kind text, occurred_at timestamp, subject text, campaign text, detail text);
            create table clean.visitor_identification (identification_id text, visitor_id text, record_id text,
                kind text, occurred_at timestamp);
            create table serve.customer_record (record_id text, customer_id bigint);
            insert into serve.customer_record values ('web:anna', 1), ('web:bert', 2), ('shop:anna', 1);
            create table serve.consent_event (record_id text, identifier_kind text, channel text, purpose text,
                status text, occurred_at timestamp)""")

    def views(self, *times, visitor="phone"):
        for at in times:
            self.con.execute(
                "insert into clean.interaction values (?, 'web', null, ?, 'page_viewed', ?, null, null, null)",
                [f"{visitor} {at}", visitor, f"2026-05-{at}"],
            )

    def shows(self, customer, at, kind="identify", visitor="phone"):
        self.con.execute(
            "insert into clean.visitor_identification values (?, ?, ?, ?, ?)",
            [f"{kind} {customer} {visitor} {at}", visitor, RECORD[customer], kind, f"2026-05-{at}"],
        )

    def says(self, status, at, purpose="marketing", record="shop:anna", kind="person"):
        values = [record, kind, "all", purpose, status, f"2026-05-{at}"]
        self.con.execute("insert into serve.consent_event values (?, ?, ?, ?, ?, ?)", values)

    def owners(self, visitor="phone"):
        """Whose each event is, in order of time."""
        for table in ("clean.visitor_session", "core.profiling_pause", "serve.visitor_customer", "serve.interaction"):
            build(self.con, read_models()[table], Parameters(datetime(2026, 6, 1)))
        return rows(self.con, f"""
            select strftime(c.occurred_at, '%d %H:%M'), s.customer_id
            from clean.interaction as c left join serve.interaction as s on s.interaction_id = c.interaction_id
            where c.visitor_id = '{visitor}' order by c.occurred_at""")  # fmt: skip


@pytest.fixture
def web(con):
    return Web(con)


def test_a_visitor_of_one_customer_is_theirs_before_and_after(web):
    web.views("01 10:00", "03 20:00", "09 08:00")
    web.shows(ANNA, "03 19:59")
    assert web.owners() == [("01 10:00", ANNA), ("03 20:00", ANNA), ("09 08:00", ANNA)]


def test_a_visitor_who_never_showed_who_they_are_stays_anonymous(web):
    web.views("01 10:00", visitor="tablet")
    web.views("01 10:00")
    web.shows(ANNA, "01 10:01")
    assert web.owners("tablet") == [("01 10:00", None)]


def test_on_a_shared_device_each_visit_is_of_who_identified_in_it(web):
    web.views("01 10:00", "03 20:00", "03 20:25", "05 07:00", "05 21:00", "06 09:00")
    web.shows(ANNA, "03 20:10")
    web.shows(BERT, "05 21:00")
    assert web.owners() == [
        ("01 10:00", None), ("03 20:00", ANNA), ("03 20:25", ANNA), ("05 07:00", None), ("05 21:00", BERT),
        ("06 09:00", None),
    ]  # fmt: skip


def test_where_two_log_in_during_one_visit_the_time_before_the_first_is_nobodys(web):
    web.views("03 20:00", "03 20:12", "03 20:20", "03 20:30", "03 20:40")
    web.shows(ANNA, "03 20:10")
    web.shows(ANNA, "03 20:15", kind="login")
    web.shows(BERT, "03 20:25")
    assert web.owners() == [
        ("03 20:00", None), ("03 20:12", ANNA), ("03 20:20", ANNA), ("03 20:30", BERT), ("03 20:40", BERT),
    ]  # fmt: skip


def test_who_logs_in_twice_in_a_visit_has_it_from_its_beginning(web):
    web.views("03 20:00", "03 20:20")
    web.shows(ANNA, "03 20:10")
    web.shows(ANNA, "03 20:15", kind="login")
    web.shows(BERT, "09 20:00")
    assert web.owners() == [("03 20:00", ANNA), ("03 20:20", ANNA)]


def test_a_visit_ends_after_half_an_hour_of_silence(web):
    web.views("03 20:00", "03 20:30", "03 21:00:30")
    web.shows(ANNA, "03 20:00")
    web.shows(BERT, "09 20:00")
    assert web.owners() == [("03 20:00", ANNA), ("03 20:30", ANNA), ("03 21:00", None)]


def test_a_mail_click_speaks_for_its_own_visit_from_the_click_on(web):
    """The mail may have been passed on: the friend's other visits are nobody's."""
    web.views("01 10:00", "03 19:50", "03 20:05", "09 08:00")
    web.shows(ANNA, "03 20:00", kind="mail_click")
    assert web.owners() == [("01 10:00", None), ("03 19:50", None), ("03 20:05", ANNA), ("09 08:00", None)]


def test_a_mail_passed_on_takes_nothing_from_who_is_logged_in(web):
    web.views("01 10:00", "03 20:05")
    web.shows(BERT, "01 10:00")
    web.shows(ANNA, "03 20:00", kind="mail_click")
    assert web.owners() == [("01 10:00", BERT), ("03 20:05", BERT)]


def test_an_objection_ends_the_joining_and_leaves_what_was_before(web):
    """On any record of the customer, whichever channel it names."""
    web.views("01 10:00", "05 10:00")
    web.shows(ANNA, "01 10:00")
    web.says("objected", "03 12:00")
    assert web.owners() == [("01 10:00", ANNA), ("05 10:00", None)]


@pytest.mark.parametrize(
    ("status", "purpose", "kind"),
    [("withdrawn", "profiling", "email"), ("denied", "all", "person"), ("restricted", "all", "person")],
)
def test_a_refusal_of_profiling_ends_it_too(web, status, purpose, kind):
    web.views("01 10:00", "05 10:00")
    web.shows(ANNA, "01 10:00")
    web.says(status, "03 12:00", purpose=purpose, kind=kind)
    assert web.owners() == [("01 10:00", ANNA), ("05 10:00", None)]


def test_leaving_the_newsletter_does_not(web):
    web.views("05 10:00")
    web.shows(ANNA, "05 10:00")
    web.says("withdrawn", "03 12:00", kind="email")
    assert web.owners() == [("05 10:00", ANNA)]


def test_a_newer_confirmed_consent_begins_it_again(web):
    web.views("01 10:00", "05 10:00", "09 10:00")
    web.shows(ANNA, "01 10:00")
    web.says("objected", "03 12:00")
    web.says("granted", "04 12:00", purpose="profiling")
    web.says("confirmed", "07 12:00", purpose="profiling")
    assert web.owners() == [("01 10:00", ANNA), ("05 10:00", None), ("09 10:00", ANNA)]


def test_one_consent_does_not_lift_what_stands_on_another_record(web):
    web.views("09 10:00")
    web.shows(ANNA, "01 10:00")
    web.says("objected", "02 12:00")
    web.says("objected", "03 12:00", record="web:anna")
    web.says("confirmed", "07 12:00", purpose="profiling")
    assert web.owners() == [("09 10:00", None)]


def test_who_refused_is_not_recognised_by_a_later_login(web):
    web.views("01 10:00", "05 10:00")
    web.says("objected", "03 12:00")
    web.shows(ANNA, "05 10:00")
    assert web.owners() == [("01 10:00", None), ("05 10:00", None)]


def test_a_login_after_the_refusal_does_not_reach_back_within_the_visit(web):
    web.views("03 11:50", "03 12:06")
    web.says("objected", "03 12:00")
    web.shows(ANNA, "03 12:05")
    web.shows(BERT, "09 20:00")
    assert web.owners() == [("03 11:50", None), ("03 12:06", None)]


def test_who_refused_still_makes_the_device_a_shared_one(web):
    web.views("01 10:00", "05 10:00")
    web.shows(BERT, "01 10:00")
    web.says("objected", "03 12:00")
    web.shows(ANNA, "04 10:00")
    assert web.owners() == [("01 10:00", BERT), ("05 10:00", None)]


def test_an_event_of_a_known_record_is_that_records(web):
    web.con.execute("""
        insert into clean.interaction
        values ('m', 'newsletter', 'shop:anna', null, 'email_sent', '2026-05-01', null, null, null)""")
    web.owners()
    assert rows(web.con, "select interaction_id, customer_id, record_id from serve.interaction") == [
        ("m", ANNA, "shop:anna")
    ]
