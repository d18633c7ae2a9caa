"""Person records as people read them: streets, names, postal codes and birth dates, whatever way they were sent."""

from datetime import date, datetime

import pytest

from warehouse import fingerprint, mapping, values
from warehouse.build import Parameters, build
from warehouse.db import connect_memory
from warehouse.models import read_models

TABLES = ("clean.street_value", "clean.full_name_value", "clean.party", "clean.postal_identity")
SENT = {"source": "s", "record_table": "t"}

STREETS = {
    "Hauptstr. 12 a": ("Hauptstr.", "12 a", None),
    "Hauptstraße12": ("Hauptstraße", "12", None),
    "Hauptstr.12-14": ("Hauptstr.", "12-14", None),
    "Straße des 17. Juni 135": ("Straße des 17. Juni", "135", None),
    "C4, 12": ("C4", "12", None),
    "Am Markt": ("Am Markt", None, None),
    "Lindengasse 3/2/14": ("Lindengasse", "3/2/14", None),
    "Lindengasse 3/Stiege 2/Top 14": ("Lindengasse", "3", "Stiege 2/Top 14"),
    "Am Alten Markt 5, 3. OG links": ("Am Alten Markt", "5", "3. OG links"),
    "Storgatan 4 B lgh 1102": ("Storgatan", "4 B", "lgh 1102"),
    "Storgatan 4, c/o Andersson": ("Storgatan", "4", "c/o Andersson"),
    "Vesterbrogade 12, 2. tv": ("Vesterbrogade", "12", "2. tv"),
    "Vesterbrogade 12 st. th.": ("Vesterbrogade", "12", "st. th."),
    "Storgata 5 H0201": ("Storgata", "5", "H0201"),
    "12, rue du Lac": ("rue du Lac", "12", None),
    "Postfach 12 34": ("Postfach 12 34", None, None),
    "Postboks 12 Sentrum": ("Postboks 12 Sentrum", None, None),
    "Boxhagener Str. 5": ("Boxhagener Str.", "5", None),
}
STREETS_AND_NUMBERS = {
    ("Storgatan", "4 B lgh 1102"): ("Storgatan", "4 B", "Hof, lgh 1102"),
    ("Straße 12", "4"): ("Straße 12", "4", "Hof"),
    ("Hauptstr.", "Nr. 5"): ("Hauptstr.", "5", "Hof"),
    ("Hauptstr.", "am Bach"): ("Hauptstr.", "am Bach", "Hof"),
    ("Postfach", "1234"): ("Postfach 1234", None, "Hof"),
    (None, "5"): (None, "5", "Hof"),
}
FULL_NAMES = {
    "Hans Müller": (None, "Hans", "Müller"),
    "Müller, Hans": (None, "Hans", "Müller"),
    "Herr Prof. Dr. med. Hans von der Leyen": ("Prof. Dr. med.", "Hans", "von der Leyen"),
    "Dipl.-Ing. Anna Maria Graf": ("Dipl.-Ing.", "Anna Maria", "Graf"),
    "Karl Graf von Bismarck": (None, "Karl", "Graf von Bismarck"),
    "Hans Müller, jun.": (None, "Hans", "Müller jun."),
    "Per Åke af Klint": (None, "Per Åke", "af Klint"),
    "Müller": (None, None, "Müller"),
    "Familie Huber": (None, None, "Huber"),
}
POSTAL_CODES = {
    ("DE", "D-80331"): ("80331",),
    ("DE", "1067"): ("01067",),
    ("NO", "581"): ("0581",),
    ("SE", "S-114 55"): ("114 55",),
    ("CH", "8001"): ("8001",),
    (None, "1067"): ("1067",),
    ("GB", "SW1A 1AA"): ("SW1A 1AA",),
}
# A year of two digits is the latest that the record can know.
BIRTH_DATES = {
    (date(1962, 3, 15), None): (date(1962, 3, 15),),
    (date(62, 3, 15), datetime(2026, 1, 1)): (date(1962, 3, 15),),
    (date(15, 3, 15), datetime(2026, 1, 1)): (date(2015, 3, 15),),
    (date(15, 3, 15), None): (date(1915, 3, 15),),
    (date(1900, 1, 1), None): (date(1900, 1, 1),),
    (None, None): (None,),
}
SALUTATIONS = {
    "Frau Dr.": ("female",),
    "Hr.": ("male",),
    "Fru": ("female",),
    "kvinna": ("female",),
    "Herr und Frau": (None,),
}


@pytest.fixture
def con():
    with connect_memory() as con:
        con.execute("attach ':memory:' as serve; create schema stage")
        fingerprint.prepare(con)
        for entity in ("party", "purchase", "consent_event", "suppression"):
            con.execute(f"create table stage.{entity} as {mapping.stage_sql([], entity, {})}")
        yield con


def insert(con, table, row):
    con.execute(f"insert into {table} ({', '.join(row)}) values ({', '.join('?' for _ in row)})", list(row.values()))


def make(con):
    values.write_country_names(con)
    values.write_email_values(con)
    values.write_phone_values(con, "DE")
    models = read_models()
    for table in TABLES:
        build(con, models[table], Parameters(datetime(2026, 6, 1)))


@pytest.mark.parametrize(
    ("sent", "read", "cases", "more"),
    [
        (["street"], "street, house_no, address_extra", STREETS, {}),
        (["street", "house_no"], "street, house_no, address_extra", STREETS_AND_NUMBERS, {"address_extra": "Hof"}),
        (["full_name"], "title, given_name, family_name", FULL_NAMES, {}),
        (["country", "postal_code"], "postal_code", POSTAL_CODES, {}),
        (["birth_date", "updated_at"], "birth_date", BIRTH_DATES, {}),
        (["salutation"], "gender", SALUTATIONS, {}),
    ],
    ids=["street", "street and number", "whole name", "postal code", "birth date", "salutation"],
)
def test_what_was_sent_is_read(con, sent, read, cases, more):
    for number, value in enumerate(cases):
        columns = dict(zip(sent, value if len(sent) > 1 else (value,), strict=True))
        insert(con, "stage.party", {**SENT, "record_key": str(number), **columns, **more})
    make(con)
    found = con.execute(f"select {read} from clean.party order by cast(record_key as integer)").fetchall()
    assert dict(zip(cases, found, strict=True)) == cases


def test_a_list_reaches_the_record_whichever_of_the_two_names_the_flat(con):
    pairs = [
        ("Storgatan 4 B lgh 1102", {"street": "Storgatan 4 B"}),
        ("Storgatan 4 B", {"street": "Storgatan", "house_no": "4 B lgh 1102"}),
        ("12 rue du Lac", {"street": "rue du Lac", "house_no": "12"}),
        ("Postfach 1234", {"street": "Postfach", "house_no": "1234"}),
        ("Weg 1", {"street": "Weg 1", "postal_code": "01455"}),
    ]
    for number, (of_list, of_record) in enumerate(pairs):
        name = {"family_name": f"Ek{number}", "given_name": "Bo", "postal_code": "1455"}
        insert(con, "stage.party", {**SENT, "record_key": str(number), "country": "SE", **name, **of_record})
        entry = {"list_name": "nix_post_se", "identifier_kind": "post", "street": of_list, **name}
        insert(con, "stage.suppression", entry)
    make(con)
    found = con.execute("select count(*), count(distinct identifier) from clean.postal_identity").fetchall()
    assert found == [(10, 5)]
