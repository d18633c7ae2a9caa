"""The list of placeholders: what it suppresses, and which real values it leaves alone."""

import pytest

from identity.bad_values import update_bad_values
from identity.changes import find_changes
from identity.config import BadValues
from identity.keys import open_keys, update_keys
from identity.store import open_store

# For each kind: its columns in clean.party and in identity.party_key, placeholders, real values.
KINDS = {
    "email": (
        "email",
        "email",
        ["noreply@web.de", "no-reply@firma.ch", "keine@web.de", "keine.mail@gmx.at", "ohne@email.de", "nein@nein.de",
         "ingen@mail.se", "ukjent@firma.no", "test@gmx.de", "test12@gmx.de", "asdf@asdf.de", "a@a.de", "abc@web.de",
         "123456@web.de", "max.mustermann@web.de", "erika.mustermann@t-online.de", "vorname.nachname@web.de",
         "anna@example.com", "anna@mailinator.com", "anna@mail.trash-mail.com", "laufkunde@shop.de", "unbekannt@x.de",
         "xxx@web.de", "n.a@web.de"],
        ["anna@web.de", "testa@web.de", "ingen.larsen@mail.no", "nona@web.de", "keinert@web.de", "ohnesorg@web.de",
         "info@maler-zeisig.de", "post@anna-huber.at", "a.b@web.de", "annatest@web.de", "max@mustermannbau.de",
         "ben.example@web.de", "noah@hansen.no", "kunder@web.de", "x1@web.de"],
    ),
    "phone": (
        "phone",
        "phone",
        ["+490000000", "+4300000000", "+4917111111111", "+491711234567", "+493012345678", "+4601234567",
         "+49110", "+498001234123", "+41848123123", "+4580808080", "+4791212121"],
        ["+491719283746", "+436641928374", "+41791928374", "+4741928374", "+46701928374", "+4520192837",
         "+4930901820", "+493012345699"],
    ),
    "card": (
        "card_no",
        "card",
        ["1111111111111", "2999999999999", "1234567890123", "0042", "KEINE", "XXXX", "12345678"],
        ["2620001112223", "KD12345", "1234567890128", "2622222222220"],
    ),
    "birth_date": (
        "birth_date",
        "birth_date",
        ["1900-01-01", "1900-01-02", "1111-11-11", "1970-01-01", "1899-12-30", "0001-01-01", "9999-12-31",
         "2062-03-15"],
        ["1900-02-11", "1970-01-02", "1980-01-01", "1999-12-30", "2008-02-29", "1911-11-12"],
    ),
    "given_name": (
        "given_name",
        "given",
        ["unbekannt", "N.N.", "n/a", "k.A.", "Test", "TEST", "asdf", "Bar", "Barverkauf", "Laufkunde", "CPD", "Diverse",
         "Gast", "Gjest", "Kund", "Kontantkund", "Okänd", "Ukendt", "Firma", "Familie", "Vorname", "Muster", "Null",
         "xxx"],
        ["Nana", "Ka-Lina", "Kim", "Robin", "Nemo", "Gastone", "Tess", "Testa", "Barbara", "Kundri", "Familia", "N."],
    ),
    "family_name": (
        "family_name",
        "family",
        ["unbekannt", "N.N.", "Mustermann", "Test", "Testkunde", "Testesen", "Kunde", "Gast", "Laufkundschaft",
         "Barverkauf", "CPD", "Conto pro Diverse", "Engangskunde", "Kontantkunde", "Nachname", "Etternavn", "asdf"],
        ["Muster", "Null", "Nemo", "Kundert", "Gasteiger", "Testa", "Barth", "Kein", "Ohnesorg", "Nordmann", "Do",
         "Kassel", "Namer", "Diversy"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_placeholders_are_suppressed_and_real_values_are_not(kind, con, party):
    column, key, placeholders, real = KINDS[kind]
    party({f"shop:{value}": {column: value} for value in [*placeholders, *real]})
    open_store(con)
    open_keys(con)
    find_changes(con)
    update_keys(con)
    update_bad_values(con, BadValues(), whole=True)
    found = con.execute(
        f"select k.record_id from identity.party_key as k"
        f" inner join identity.bad_value as b on b.kind = '{kind}' and b.value = k.{key} and b.is_placeholder"
    ).fetchall()
    assert {record_id.removeprefix("shop:") for (record_id,) in found} == set(placeholders)
