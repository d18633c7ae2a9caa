"""Numbers, dates and codes as people read them."""

from datetime import date, datetime
from decimal import Decimal

from dashboards import conditions, look, words
from segments.pack import read_segments


def test_numbers_are_german_and_round_half_up():
    assert words.money(Decimal("1234567.125"), "EUR") == "1.234.567,13 €"
    assert words.money(Decimal("-0.5"), "NOK", 0) == "-1 NOK"
    assert words.number(2.5) == "3"
    assert words.percent(0.125, 1) == "12,5 %"
    assert words.plural(1, "record") == "1 record"
    assert words.plural(2000, "enquiry", "enquiries") == "2.000 enquiries"
    assert words.number(None) == words.money(None, "EUR") == words.percent(None) == "–"


def test_instants_are_shown_in_local_time():
    assert words.instant(datetime(2026, 7, 31, 22, 30), "Europe/Berlin") == "01.08.2026 00:30"
    assert words.day(date(2026, 1, 5)) == "05.01.2026"
    assert words.european_dates("Consent of 2026-10-24 (law).") == "Consent of 24.10.2026 (law)."


def test_a_customer_code_is_read_back_and_nothing_else_is():
    assert words.customer_number(words.customer_code(123)) == 123
    assert words.customer_number("C1234567") == 1234567
    assert [words.customer_number(text) for text in ("Anna", "C12x", "", None, "C" + "9" * 30)] == [None] * 5


def test_data_cannot_become_markup():
    assert look.plain("*x* [a](b) $y$ <i>") == r"\*x\* \[a\]\(b\) \$y\$ \<i\>"
    assert "<script>" not in look.badges([look.Badge("<script>")]) + look.muted("<script>") + look.line("<script>")


def test_every_segment_of_the_pack_is_told_in_words():
    segments = read_segments()
    told = {name: conditions.conditions(segment, segments) for name, segment in segments.items()}
    assert told["win_back"] == (
        '<div class="rb-conditions"><p>All of these hold:</p><ul>'
        "<li>Last purchase: after 730 days ago and before 180 days ago</li>"
        "<li><p>At least one of these holds:</p><ul><li>Net spend: at least 250</li>"
        "<li>Purchases: at least 3</li></ul></li>"
        "<li><em>Not:</em> is in the segment <strong>Full returners</strong></li></ul></div>"
    )
    assert all("rb-conditions" in text for text in told.values())
