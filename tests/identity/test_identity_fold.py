"""Matching keys: which spellings are one value, and which values stay apart."""

from collections.abc import Iterator

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from identity import fold, fold_address
from identity.steps import Steps
from warehouse.db import connect_memory

RULES = {
    "name": fold.name_key,
    "first of a name": Steps(fold.name_words, fold.first_word),
    "last of a name": Steps(fold.name_words, fold.last_word),
    "company": fold.company_key,
    "card": fold.card_key,
    "email": fold.email_key,
    "street": fold_address.street_key,
    "house number": fold_address.house_number_key,
    "postal code": fold_address.postal_code_key,
    "postal code of Germany": lambda x: fold_address.with_leading_zero(fold_address.postal_code_key(x), "'DE'"),
    "postal code of Norway": lambda x: fold_address.with_leading_zero(fold_address.postal_code_key(x), "'NO'"),
    "city": fold_address.city_key,
}
# For each rule: every key with its spellings.
KEYS = {
    "name": {
        "muller": ["Müller", "Mueller", "MULLER", "Mu\u0308ller", "von Müller", "Dr. Müller", "Müller jun.",
                   "Müller B."],
        "bauer": ["Bauer", "bauer"],
        "baur": ["Baur"],
        "sorensen": ["Sørensen", "Soerensen", "Sörensen", "sorensen"],
        "ase": ["Åse", "Aase", "Ase"],
        "grasdal": ["Græsdal", "Graesdal", "Gräsdal"],
        "annalena": ["Anna-Lena", "Anna Lena", "Annalena", "ANNA - LENA"],
        "hanspeter": ["Hans-Peter", "Hans Peter", "Hanspeter"],
        "hans": ["Hans", "Hans P.", "Herr Hans", "Prof. Dr. med. Hans"],
        "h": ["H.", "H.-P.", "h p"],
        "gross": ["Groß", "Gross", "GROSS", "GROẞ"],
        "obrien": ["O'Brien", "O’Brien", "OBrien"],
        "bismarck": ["Graf von Bismarck", "Freiherr von Bismarck", "Bismarck"],
        "graf": ["Graf", "Dr. Graf"],
        "grafhuber": ["Graf-Huber"],
        "leyen": ["von der Leyen", "Leyen, von der", "LEYEN"],
        "schmidt": ["Schmidt", "Schmidt geb. Huber", "Schmidt (geb. Huber)"],
        "ipek": ["İpek", "Ipek"],
        "lukasz": ["Łukasz", "Lukasz"],
        "tor": ["Þór", "Tór"],
        "nn": ["N.N.", "n n"],
        None: ["", " ", "...", None],
    },
    "first of a name": {"anna": ["Anna-Lena", "Anna"], "h": ["H.-P."], "annalena": ["Annalena"]},
    "last of a name": {"ludenscheidt": ["Müller-Lüdenscheidt", "Lüdenscheidt"]},
    "company": {
        "zeisig": ["Zeisig", "Zeisig GmbH", "Zeisig Ges.m.b.H.", "ZEISIG GmbH & Co. KG", "Zeisig e.K.", "Zeisig A/S",
                   "Zeisig AB (publ)", "Zeisig Sàrl", "Zeisig S.A."],
        "mullersohne": ["Müller & Söhne OHG", "Müller und Söhne"],
        "hm": ["H & M"],
        "amuller": ["A. Müller GmbH"],
        "ag": ["AG"],
    },
    "card": {
        "262192942144": ["262192942144", "0262 1929 42144", "00262192942144"],
        "kd12": ["KD-12", "kd 12"],
        None: ["", "000"],
    },
    "email": {
        "maxmuster@gmail.com": ["max.muster+x@googlemail.com", "MaxMuster@gmail.com"],
        "a.b@web.de": ["A.B@web.de", " a.b@web.de ", "a.b+news@web.de"],
        "ab@web.de": ["ab@web.de"],
        "jörg@müller.de": ["Jörg@Müller.DE"],
        None: ["@web.de", "+x@web.de", ""],
    },
    "street": {
        "hauptstr": ["Hauptstr.", "Hauptstraße", "Haupt-Strasse", "HAUPTSTR"],
        "storg": ["Storgatan", "Storgata", "Storgate", "Storgade", "Storg."],
        "lindeng": ["Lindengasse"],
        "bjornev": ["Bjørneveien", "Bjørnevegen", "Bjørnevn."],
        "kongenspl": ["Kongens plass", "Kongens plads"],
        "strdes17juni": ["Straße des 17. Juni", "Str. des 17. Juni"],
        "karlrennerstr": ["Prof.-Dr.-Karl-Renner-Str.", "Doktor Karl Renner Straße", "Karl-Renner-Straße"],
        "steriksg": ["S:t Eriksgatan", "Sankt Eriksgatan", "St. Eriksgatan"],
        "ostorg": ["Östra Storgatan", "Ö Storgatan"],
        "glkongev": ["Gl. Kongevej", "Gammel Kongevej"],
        "boxhagenerstr": ["Boxhagener Str."],
        "pobox1234": ["Postfach 12 34", "Pf. 1234", "P.O. Box 1234", "PO Box 1234", "Boks 1234", "Box 1234",
                      "Postboks 1234"],
        None: ["Postfach", "P.O. Box", "", "."],
    },
    "house number": {
        "7": ["7", "07", "007", "7-9", "7/3", "7/2/14", "7, 2. tv", "7 2 tv", "7 1/2", "Nr. 7"],
        "7a": ["7a", "7 A", "07 a", "7a-c", "7 A lgh 1102"],
        "c4": ["C4", "C 4"],
        None: ["0", "a", ""],
    },
    "postal code": {
        "11455": ["11455", "114 55", "S-114 55", "SE-11455", "114 55 Stockholm"],
        "sw1a1aa": ["SW1A 1AA", "sw1a1aa"],
        "1012ab": ["1012 AB"],
        "1067": ["1067"],
        None: ["", "-"],
    },
    "postal code of Germany": {"01067": ["01067", "1067", "D-01067"], "80331": ["80331"], "581": ["581"]},
    "postal code of Norway": {"0581": ["0581", "581", "NO-0581"], "11455": ["11455"]},
    "city": {
        "stgallen": ["Sankt Gallen", "St. Gallen", "St.Gallen"],
        "frankfurt": ["Frankfurt", "Frankfurt am Main", "Frankfurt/Main", "Frankfurt a. M.", "Frankfurt (Main)"],
        "freiburg": ["Freiburg", "Freiburg i.Br.", "Freiburg im Breisgau", "Fribourg"],
        "koln": ["Köln", "Koeln", "KÖLN", "Cologne", "50667 Köln"],
        "kobenhavn": ["København", "København K", "Koebenhavn", "Kopenhagen", "Copenhagen"],
        "buchs": ["Buchs", "Buchs SG"],
        "mo": ["Mo i Rana"],
        "ammellensee": ["Am Mellensee"],
        "a": ["Å"],
        None: ["", "12345"],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect_memory()
    yield connection
    connection.close()


@pytest.mark.parametrize("kind", RULES)
def test_each_spelling_has_the_key_of_its_value(kind, con):
    wanted = {spelling: key for key, spellings in KEYS[kind].items() for spelling in spellings}
    found = con.execute(
        f"select value, {RULES[kind]('value')} from (select unnest(?::text[]) as value)", [list(wanted)]
    ).fetchall()
    assert dict(found) == wanted


@pytest.mark.parametrize("kind", RULES)
def test_a_rule_is_portable(kind):
    """It fits into the recursion of the translator, has no back reference, which nothing translates, and replaces
    everywhere or at one end: DuckDB replaces the first place only, Spark every one.
    """
    tree = sqlglot.parse_one(f"select {RULES[kind]('x')} as key from t", dialect="duckdb")
    assert "\\" not in tree.sql("spark").replace("\\'", "")
    once = [node for node in tree.find_all(exp.RegexpReplace) if "g" not in (node.text("modifiers") or "")]
    assert [node.sql() for node in once if not {node.expression.name[:1], node.expression.name[-1:]} & {"^", "$"}] == []
