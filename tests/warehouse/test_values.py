"""Values that a library normalises: once per distinct value, the same whoever sends it."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse import fingerprint, values
from warehouse.db import connect_memory
from warehouse.email_address import email_address
from warehouse.phone_number import phone_number


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


@pytest.mark.parametrize(
    ("sent", "country", "e164"),
    [
        ("0049 171 1234567", "SE", "+491711234567"),
        ("+49 (0) 171 1234567", "DE", "+491711234567"),
        ("+49 0171/1234567", "DE", "+491711234567"),
        ("+0171 1234567", "DE", "+491711234567"),
        ("1711234567", "DE", "+491711234567"),
        ("491711234567", "DE", "+491711234567"),
        ("491711234567.0", "DE", "+491711234567"),
        ("030 901820 ext. 5", "DE", "+4930901820"),
        ("Tel. 030 / 901820", "DE", "+4930901820"),
        ("030 901820 / 0171 1234567", "DE", "+4930901820"),
        ("0171 1234567 oder 030 901820", "DE", "+491711234567"),
        ("0171 1234567 (privat)", "DE", "+491711234567"),
        ("0664 1234567", "AT", "+436641234567"),
        ("+43 (0)664 1234567", "AT", "+436641234567"),
        ("079 123 45 67", "CH", "+41791234567"),
        ("412 34 567", "NO", "+4741234567"),
        ("47 41 23 45", "NO", "+4747412345"),
        ("070-123 45 67", "SE", "+46701234567"),
        ("20 12 34 56", "DK", "+4520123456"),
        ("45 20 12 34", "DK", "+4545201234"),
        # Words are no digits, though a keypad has them.
        ("06131 98765 privat", "DE", "+49613198765"),
        ("06131 98765 Fax", "DE", "+49613198765"),
        ("Fax: 06131 98765", "DE", "+49613198765"),
        ("0171 1234567 mobil", "DE", "+491711234567"),
        ("06131 98765 App. 12", "DE", "+49613198765"),
        ("06131 98765 (Axel)", "DE", "+49613198765"),
        ("06131 98765 / 0171 1234567 dienstlich", "DE", "+49613198765"),
        ("+46 70 123 45 67 hemma", "DE", "+46701234567"),
        ("0800 ROSEN12", "DE", None),
        ("siehe Notiz 12", "DE", None),
        ("keine", "DE", None),
        ("4.91711E+11", "DE", None),
    ],
)
def test_a_number_is_read_however_it_is_written(sent, country, e164):
    number = phone_number(sent, country)
    assert (number.e164 if number else None) == e164


@pytest.mark.parametrize(
    ("e164", "kind"),
    [("+491711234567", "mobile"), ("+436641234567", "mobile"), ("+41791234567", "mobile"), ("+4741234567", "mobile"),
     ("+46701234567", "mobile"), ("+4520123456", "mobile"), ("+4930901820", "fixed"), ("+43158858", "fixed"),
     ("+41446681800", "fixed"), ("+4722123456", "fixed"), ("+46812345678", "fixed")],
)  # fmt: skip
def test_mobile_numbers_are_known_in_each_market(e164, kind):
    assert phone_number(e164, "DE").kind == kind


COUNTRIES = ["DE", "AT", "CH", "NO", "SE", "DK"]
EXAMPLES = [
    (phonenumbers.example_number_for_type(country, kind), country)
    for country in COUNTRIES
    for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
]


@given(
    example=st.sampled_from(EXAMPLES),
    written=st.sampled_from(["E164", "INTERNATIONAL", "NATIONAL", "RFC3966"]),
    other=st.sampled_from(COUNTRIES),
)
def test_a_number_that_was_read_reads_as_itself_in_every_country(example, written, other):
    number, country = example
    sent = phonenumbers.format_number(number, getattr(phonenumbers.PhoneNumberFormat, written))
    first = phone_number(sent, country)
    assert first.e164 == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert phone_number(first.e164, other) == first


@pytest.mark.parametrize(
    ("sent", "address"),
    [
        ("Anna <anna@web.de>", "anna@web.de"),
        ('"Müller, Anna" <Anna@WEB.de>', "anna@web.de"),
        ("mailto:anna@web.de", "anna@web.de"),
        ("anna @ web . de", "anna@web.de"),
        ("'anna@web.de';", "anna@web.de"),
        ("anna@web.de.", "anna@web.de"),
        ("\u200banna@web.de", "anna@web.de"),
        ("ａｎｎａ@web.de", "anna@web.de"),
        ("anna@xn--mller-kva.de", "anna@müller.de"),
        ("ANNA@MÜLLER.DE", "anna@müller.de"),
        ("a.b+c@gmail.com", "a.b+c@gmail.com"),
        ("anna@web.de, bob@web.de", None),
        ("anna mueller@web.de", None),
        ("anna@web,de", None),
    ],
)
def test_an_address_is_taken_out_of_what_stands_around_it(sent, address):
    assert email_address(sent) == address


@given(
    st.one_of(
        st.emails(),
        st.builds(
            "{}@{}".format,
            st.text("aÄöß.+-_' ", min_size=1, max_size=9),
            st.sampled_from(["WEB.de", "xn--mller-kva.de"]),
        ),
    )
)
def test_an_address_that_was_read_reads_as_itself(sent):
    once = email_address(sent)
    assert once is None or email_address(once) == once
