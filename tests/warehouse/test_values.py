"""Values that a library normalises: once per distinct value, the same whoever sends it."""

import pytest

from warehouse import fingerprint, values
from warehouse.db import connect_memory


@pytest.fixture
def con():
    with connect_memory() as con:
        con.execute("attach ':memory:' as serve; create schema stage")
        fingerprint.prepare(con)
        con.execute(
            "create table stage.party(source text, record_table text, record_key text, country text, email text,"
            " phone text, phone_2 text); create table stage.purchase(email text);"
            " create table stage.suppression(identifier_kind text, value text);"
            " create table stage.consent_event(source text, record_table text, record_key text, identifier_kind text,"
            " identifier text)"
        )
        values.write_country_names(con)
        yield con


@pytest.mark.parametrize(
    ("sent", "country"),
    [("DE", "DE"), ("DEU", "DE"), ("Deutschland", "DE"), ("germany", "DE"), ("Österreich", "AT"), ("Sverige", "SE"),
     ("norge", "NO"), ("Schweiz", "CH"), ("Suisse", "CH"), ("Danmark", "DK")],
)  # fmt: skip
def test_a_country_is_known_by_code_and_by_name(con, sent, country):
    found = con.execute("select country from clean.country_name where value = lower(?)", [sent]).fetchone()
    assert found == (country,)


def test_numbers_are_read_with_the_country_of_their_record(con):
    con.execute(
        "insert into stage.party values ('s', 't', '1', 'DE', null, '0171 1234567', '030/901820'),"
        " ('s', 't', '2', 'se', null, '070-123 45 67', 'n/a'), ('s', 't', '3', null, null, '0049 171 1234567', null)"
    )
    con.execute("insert into stage.consent_event values ('s', 't', '2', 'phone', '070-1234567')")
    values.write_phone_values(con, "DE")
    found = con.execute("select raw, country, phone, phone_kind from clean.phone_value order by all").fetchall()
    assert found == [
        ("0049 171 1234567", "DE", "+491711234567", "mobile"),
        ("0171 1234567", "DE", "+491711234567", "mobile"),
        ("030/901820", "DE", "+4930901820", "fixed"),
        ("070-123 45 67", "SE", "+46701234567", "mobile"),
        ("070-1234567", "SE", "+46701234567", "mobile"),
        ("n/a", "SE", None, None),
    ]


def test_addresses_are_trimmed_and_lower_case_and_invalid_ones_are_none(con):
    con.execute(
        "insert into stage.party values ('s', 't', '1', 'DE', ' Jörg.Müller@Example.DE ', null, null),"
        " ('s', 't', '2', 'DE', 'no mail', null, null)"
    )
    con.execute("insert into stage.purchase values ('a@b.se')")
    assert values.write_email_values(con) == 3
    assert con.execute("select raw, email from clean.email_value order by raw").fetchall() == [
        (" Jörg.Müller@Example.DE ", "jörg.müller@example.de"),
        ("a@b.se", "a@b.se"),
        ("no mail", None),
    ]


def test_only_new_values_are_looked_at_again(con):
    con.execute("insert into stage.purchase values ('a@b.se')")
    assert values.write_email_values(con) == 1
    con.execute("insert into stage.purchase values ('c@b.se')")
    fingerprint.record(con, "stage.purchase", "other")
    assert values.write_email_values(con) == 1
