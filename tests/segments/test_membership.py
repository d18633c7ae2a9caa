"""Membership: who is in, since when, who left and why."""

from datetime import datetime

import pytest

from segments.definition import parse_segment
from segments.membership import write_membership
from segments.preview import preview

MONDAY, TUESDAY = datetime(2026, 6, 1), datetime(2026, 6, 2)


def segment(name, purpose="marketing", at_least=500):
    content = {"description": f"Spent {at_least} or more", "purpose": purpose}
    return parse_segment({**content, "where": {"field": "net_spend", "at_least": at_least}}, name, name)


@pytest.fixture
def spenders(serve):
    for number, spend in enumerate((100, 600, 700, 800), 1):
        serve.customer(number)
        serve.point(number, f"shop:{number}", "email", f"{number}@x.de")
        serve.row("customer_metric", customer_id=number, net_spend=spend)
    return serve


def events(con, at):
    return con.execute(
        "select segment, customer_id, event, reason from serve.membership_event where happened_at = ? order by all",
        [at],
    ).fetchall()


def test_who_stays_keeps_the_day_and_who_goes_is_told_why(con, spenders):
    segments = {"vip": segment("vip")}
    assert write_membership(con, segments, MONDAY, "r1") == {"vip": 3}
    assert events(con, MONDAY) == [("vip", n, "entered", "Spent 500 or more") for n in (2, 3, 4)]
    con.execute("update serve.customer_metric set net_spend = 900 where customer_id = 1")
    con.execute("update serve.customer_metric set net_spend = 0 where customer_id = 2")
    con.execute("delete from serve.customer where customer_id = 3")
    spenders.objects("shop:4", "2026-06-01")
    assert write_membership(con, segments, TUESDAY, "r2") == {"vip": 1}
    assert events(con, TUESDAY) == [
        ("vip", 1, "entered", "Spent 500 or more"),
        ("vip", 2, "left", "No longer: Spent 500 or more"),
        ("vip", 3, "left", "The customer was merged into another or deleted."),
        ("vip", 4, "left", "Objected to marketing."),
    ]
    assert con.execute("select * from serve.membership").fetchall() == [("vip", 1, TUESDAY)]


def test_a_second_run_without_news_writes_no_event_and_keeps_the_day(con, spenders):
    segments = {"vip": segment("vip")}
    write_membership(con, segments, MONDAY, "r1")
    write_membership(con, segments, TUESDAY, "r2")
    assert events(con, TUESDAY) == []
    assert con.execute("select distinct since_at from serve.membership").fetchall() == [(MONDAY,)]


def test_a_segment_that_is_gone_is_left(con, spenders):
    write_membership(con, {"vip": segment("vip")}, MONDAY, "r1")
    assert write_membership(con, {}, TUESDAY, "r2") == {}
    assert {row[3] for row in events(con, TUESDAY)} == {"The segment was removed."}


def test_who_objected_is_no_member_for_marketing_but_for_service_and_in_the_funnel(con, spenders):
    spenders.objects("shop:4", "2026-06-01")
    segments = {"vip": segment("vip"), "recall": segment("recall", "service")}
    assert write_membership(con, segments, MONDAY, "r1") == {"vip": 2, "recall": 3}
    assert preview(con, segments["vip"], "email", MONDAY).count == 3


def test_preview_counts_explains_and_samples(con, spenders):
    spenders.says("shop:2", "2@x.de", "confirmed", "2026-01-01")
    spenders.objects("shop:4", "2026-03-01")
    found = preview(con, segment("vip"), "email", MONDAY)
    assert [(step.step, step.customers) for step in found.funnel] == [
        ("in_segment", 3), ("reachable", 3), ("legal_basis", 1), ("not_suppressed", 1), ("not_restricted", 1),
        ("deduplicated", 1), ("not_capped", 1), ("eligible", 1), ("exported", 1),
    ]  # fmt: skip
    assert [(reason.step, reason.code, reason.customers) for reason in found.reasons] == [
        ("legal_basis", "no_basis", 2)
    ]
    assert sorted(found.sample.column("customer_id").to_pylist()) == [2, 3, 4]
    assert preview(con, segment("vip"), "post", MONDAY).funnel[1].customers == 0
