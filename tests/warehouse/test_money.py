"""Money: sold and returned in the base currency, without VAT, at the rate of the purchase's day."""

from datetime import datetime
from decimal import Decimal

import pytest

from warehouse import fingerprint, values
from warehouse.build import Parameters, build
from warehouse.db import connect_memory
from warehouse.entities import entities
from warehouse.models import read_models

MODELS = ("clean.rate", "clean.purchase", "clean.priced_line", "clean.purchase_line", "clean.unpriced_line")


@pytest.fixture
def con():
    with connect_memory() as con:
        con.execute("attach ':memory:' as serve; create schema stage")
        fingerprint.prepare(con)
        for entity in entities().values():
            columns = ", ".join(f"{c.name} {c.type}" for c in entity.columns)
            con.execute(f"create table stage.{entity.name} ({columns}, source text)")
        values.write_country_names(con)
        values.write_email_values(con)
        con.execute(
            "insert into stage.rate (source, currency, valid_on, rate) values"
            " ('rates', 'DKK', '2026-05-01', 0.134), ('rates', 'dkk', '2026-05-20', 0.100)"
        )
        yield con


def buy(con, key, currency, *lines, at="2026-05-01 10:00:00", country="DK"):
    con.execute(
        "insert into stage.purchase (source, purchase_key, purchased_at, currency, country)"
        " values ('shop', ?, ?, ?, ?)",
        [key, at, currency, country],
    )
    for number, (kind, amount, vat, occurred_at) in enumerate(lines):
        con.execute(
            "insert into stage.purchase_line"
            " (source, purchase_key, line_key, kind, gross_amount, vat_rate, occurred_at)"
            " values ('shop', ?, ?, ?, ?, ?, ?)",
            [key, str(number), kind, amount, vat, occurred_at],
        )


def lines(con):
    for table in MODELS:
        build(con, read_models()[table], Parameters(datetime(2026, 6, 1)))
    return con.execute(
        "select kind, gross_amount_original, gross_amount, net_amount from clean.purchase_line order by all"
    ).fetchall()


def test_what_is_sent_back_leaves_nothing_though_the_rate_has_moved(con):
    buy(con, "1", "DKK", ("sale", 100, 25, None), ("return", -100, 25, datetime(2026, 5, 20)))
    assert lines(con) == [
        ("return", Decimal("-100.00"), Decimal("-13.40"), Decimal("-10.72")),
        ("sale", Decimal("100.00"), Decimal("13.40"), Decimal("10.72")),
    ]


def test_amounts_are_rounded_half_up_once_a_line(con):
    buy(con, "1", "DKK", ("sale", "0.63", 0, None))  # 0.63 × 0.134 = 0.08442
    buy(con, "2", "EUR", ("sale", "0.01", 0, None))
    buy(con, "3", "DKK", ("sale", "1.25", 0, None), at="2026-05-20 10:00:00")  # 0.125 → 0.13
    assert [row[2] for row in lines(con)] == [Decimal("0.01"), Decimal("0.08"), Decimal("0.13")]


def test_vat_that_is_not_sent_is_the_countrys(con):
    buy(con, "1", "EUR", ("sale", 119, None, None), country="DE")
    assert [row[3] for row in lines(con)] == [Decimal("100.00")]


@pytest.mark.parametrize(
    ("at", "worth"),
    [
        ("2026-05-01 10:00:00", "13.40"),
        ("2026-05-03 10:00:00", "13.40"),  # a Sunday
        ("2026-05-19 10:00:00", "13.40"),  # the day before the next rate: never one from the future
        ("2026-05-20 10:00:00", "10.00"),
        ("2026-07-01 10:00:00", "10.00"),
    ],
)
def test_a_day_without_a_rate_takes_the_latest_before(con, at, worth):
    buy(con, "1", "DKK", ("sale", 100, 25, None), at=at)
    assert [row[2] for row in lines(con)] == [Decimal(worth)]


def test_a_purchase_before_the_first_rate_has_none(con):
    buy(con, "1", "DKK", ("sale", 100, 25, None), at="2026-04-30 10:00:00")
    assert lines(con) == []
    assert con.execute("select currency from clean.unpriced_line").fetchall() == [("DKK",)]


def test_a_line_without_a_rate_is_kept_out_and_counted(con):
    buy(con, "1", "SEK", ("sale", 100, 25, None))
    assert lines(con) == []
    assert con.execute("select currency, occurred_on::text from clean.unpriced_line").fetchall() == [
        ("SEK", "2026-05-01")
    ]
