"""Channel files: CSV profiles, formula injection, workbooks, the letter shop's file, the call list."""

import csv
from datetime import date, datetime

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from connectors.channels.audience import FileContext, FunnelStep, audience_frame, customer_no
from connectors.channels.columns import cells
from connectors.channels.csv_file import PROFILES, defuse, write_csv
from connectors.channels.definition import FileDefinition, channel_named, columns, read_channels
from connectors.channels.files import write_channel_files
from connectors.errors import ConnectorError
from warehouse.settings import Sender

SENDER = Sender(street="Am Markt 1", postal_code="20095", city="Hamburg")
CONTEXT = FileContext("Haus & Hof", "DE", "de", "Europe/Berlin", "lapsed", "marketing", SENDER)
FUNNEL = [FunnelStep("in segment", 10, 0, ""), FunnelStep("legal basis", 4, 6, "no consent")]
ANNA = {
    "customer_id": 123,
    "value": "anna@example.org",
    "gender": "female",
    "title": "Dr.",
    "given_name": "Anna",
    "family_name": "Weiß",
    "street": "Große Straße",
    "house_no": "5a",
    "postal_code": "01067",
    "city": "Dresden",
    "country": "DE",
    "basis": "consent",
    "basis_since": datetime(2026, 5, 2, 22, 30),
    "source": "newsletter",
    "evidence_id": "e1",
    "reason": "Bestätigte Anmeldung",
}


def audience(*rows: dict) -> pl.DataFrame:
    return audience_frame(pl.DataFrame(list(rows), infer_schema_length=None))


def column(name: str, *rows: dict, **file: object) -> list:
    """The cells of one column of a file for these rows."""
    return cells(audience(*rows), FileDefinition(kind="csv", columns=[name], **file), CONTEXT)[name].to_list()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+491711234567", "+491711234567"),
        ("-5,00", "-5,00"),
        ("-1.234,56", "-1.234,56"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ('a";=1', 'a";=1'),
        ("+49 171 =1", "'+49 171 =1"),
        ("01067", "01067"),
        (None, None),
    ],
)
def test_cells_that_a_spreadsheet_would_run_are_defused(value, written):
    assert pl.DataFrame({"a": pl.Series([value], dtype=pl.String)}).select(defuse(pl.col("a")))["a"].to_list() == [
        written
    ]


def test_people_and_machines_get_their_csv_profile(tmp_path):
    frame = pl.DataFrame(
        {
            "text": ['=a"b', "über"],
            "amount": pl.Series(["1.5", "2"]).cast(pl.Decimal(18, 2)),
            "on": [date(2026, 5, 3), None],
            "at": [datetime(2026, 5, 3, 8), None],
        }
    )
    for name in ("machine", "excel_de"):
        write_csv(frame, tmp_path / name, ["text", "amount", "on", "at"], PROFILES[name])
    assert (tmp_path / "machine").read_bytes().decode() == (
        'text,amount,on,at\n"=a""b",1.50,2026-05-03,2026-05-03T08:00:00Z\nüber,2.00,,\n'
    )
    assert (tmp_path / "excel_de").read_bytes().decode() == (
        '\ufefftext;amount;on;at\r\n"\'=a""b";1,50;"03.05.2026";"03.05.2026 08:00:00"\r\n"über";2,00;;\r\n'
    )


def test_a_quote_and_delimiter_in_a_value_stay_one_cell(tmp_path):
    write_csv(pl.DataFrame({"a": ['a";=1'], "b": ["x"]}), tmp_path / "f", ["a", "b"], PROFILES["excel_de"])
    with open(tmp_path / "f", encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file, delimiter=";")) == [["a", "b"], ['a";=1', "x"]]


def test_email_channel_writes_a_machine_csv_and_a_workbook_for_people(tmp_path):
    email = read_channels()["email"]
    rows = audience(ANNA, {"customer_id": 7, "value": "=evil@example.org", "given_name": "=1+1", "country": "NO"})
    written = write_channel_files(email, rows, CONTEXT, FUNNEL, tmp_path, "hof_lapsed_email")
    assert (written.names, written.notes) == (["hof_lapsed_email.csv", "hof_lapsed_email.xlsx"], [])
    assert sorted(p.name for p in tmp_path.iterdir()) == written.names
    assert (tmp_path / "hof_lapsed_email.csv").read_text() == (
        "customer_no,email,address_form,title,given_name,family_name,company_name,letter_language,country,"
        "basis,basis_since,evidence_id,purpose,segment\n"
        "C000123,anna@example.org,Frau,Dr.,Anna,Weiß,,de,DE,consent,2026-05-02T22:30:00Z,e1,marketing,lapsed\n"
        "C000007,=evil@example.org,,,=1+1,,,nb,NO,,,,marketing,lapsed\n"
    )
    book = CalamineWorkbook.from_path(tmp_path / "hof_lapsed_email.xlsx")
    assert book.sheet_names == ["Audience", "Funnel", "Read me"]
    header, anna, evil = book.get_sheet_by_name("Audience").to_python()
    assert dict(zip(header, anna, strict=True)) == {
        "Kundennummer": "C000123",
        "Anrede": "Frau",
        "Titel": "Dr.",
        "Vorname": "Anna",
        "Nachname": "Weiß",
        "Firma": "",
        "E-Mail": "anna@example.org",
        "PLZ": "01067",
        "Ort": "Dresden",
        "Land": "DE",
        "Sprache": "de",
        "Rechtsgrundlage": "Einwilligung",
        "Rechtsgrundlage seit": date(2026, 5, 3),
        "Begründung": "Bestätigte Anmeldung",
        "Quelle": "newsletter",
        "Segment": "lapsed",
        "Zweck": "Werbung",
    }
    assert (evil[4 - 1], evil[6]) == ("=1+1", "=evil@example.org")
    assert book.get_sheet_by_name("Funnel").to_python() == [
        ["Schritt", "Anzahl", "Entfallen", "Warum"],
        ["in segment", 10.0, 0.0, ""],
        ["legal basis", 4.0, 6.0, "no consent"],
    ]


def test_workbook_holds_no_formula_and_keeps_codes_as_text(tmp_path):
    import zipfile

    row = {**ANNA, "given_name": "=1+1", "value": "+491711234567"}
    write_channel_files(read_channels()["sms"], audience(row), CONTEXT, FUNNEL, tmp_path, "f")
    with zipfile.ZipFile(tmp_path / "f.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<t>+49 171 1234567</t>" in sheet
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet


def test_letter_shop_file_has_the_din_5008_columns(tmp_path):
    row = {**ANNA, "cell": "lapsed", "response_code": "AB12", "value": "x"}
    write_channel_files(read_channels()["letter"], audience(row), CONTEXT, FUNNEL, tmp_path, "f")
    assert (tmp_path / "f.csv").read_text().splitlines() == [
        "Kundennummer;Firma1;Firma2;Firma3;Anrede;Titel;Vorname;Nachname;Adresszusatz;Straße_Hausnr;PLZ;Ort;Land;"
        "Briefanrede;Zelle;Responsecode;Sprache",
        "C000123;;;;Frau;Dr.;Anna;Weiß;;Große Straße 5a;01067;Dresden;;Sehr geehrte Frau Dr. Weiß,;lapsed;AB12;de",
        ";Haus & Hof;;;;;Kontrolle;Versand;;Am Markt 1;20095;Hamburg;;Guten Tag Kontrolle Versand,;lapsed;CONTROL;de",
    ]


def test_control_address_is_left_out_while_the_sender_has_none(tmp_path):
    context = FileContext("Hof", "DE", "de", "Europe/Berlin", "lapsed", "marketing")
    write_channel_files(read_channels()["letter"], audience(ANNA), context, FUNNEL, tmp_path, "f")
    assert len((tmp_path / "f.csv").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("person", "form", "salutation"),
    [
        ({}, "Frau", "Sehr geehrte Frau Dr. Weiß,"),
        ({"gender": "male", "title": None}, "Herr", "Sehr geehrter Herr Weiß,"),
        ({"gender": None}, None, "Guten Tag Anna Weiß,"),
        ({"gender": None, "given_name": None}, None, "Guten Tag Weiß,"),
        ({"family_name": None}, None, "Guten Tag Anna,"),
        (
            {"family_name": None, "given_name": None, "company_name": "Weiß GmbH", "is_company": True},
            None,
            "Sehr geehrte Damen und Herren,",
        ),
        ({"country": "CH"}, "Frau", "Sehr geehrte Frau Dr. Weiss"),
        ({"country": "CH", "language": "fr"}, "Frau", "Chère Madame Dr. Weiss"),
        ({"country": "NO"}, None, "Hei Anna Weiß,"),
        ({"country": "SE"}, None, "Hej Anna Weiß,"),
        ({"country": "DK"}, None, "Kære Anna Weiß,"),
        ({"country": "DK", "language": "de_DE"}, None, "Guten Tag Anna Weiß,"),
        ({"country": None, "language": "xx"}, "Frau", "Sehr geehrte Frau Dr. Weiß,"),
    ],
)
def test_salutation_says_only_what_is_known(person, form, salutation):
    row = {**ANNA, **person}
    assert column("address_form", row, language="de") == [form]
    assert column("letter_salutation", row) == [salutation]


@pytest.mark.parametrize(
    ("country", "written"),
    [
        ("DE", None),
        ("AT", "ÖSTERREICH"),
        ("CH", "SCHWEIZ"),
        ("NO", "NORWEGEN"),
        ("SE", "SCHWEDEN"),
        ("DK", "DÄNEMARK"),
    ],
)
def test_country_is_in_capitals_in_the_senders_language_and_empty_at_home(country, written):
    assert column("country_line", {**ANNA, "country": country}) == [written]


def test_swiss_addresses_have_no_sharp_s():
    row = {**ANNA, "country": "CH", "city": "Grossaffoltern", "company_name": "Groß AG"}
    names = ["family_name", "street_line", "company_line_1", "letter_salutation"]
    assert [column(name, row) for name in names] == [
        ["Weiss"],
        ["Grosse Strasse 5a"],
        ["Gross AG"],
        ["Sehr geehrte Frau Dr. Weiss"],
    ]


def test_postal_code_is_text_without_the_countrys_letters():
    rows = [{**ANNA, "postal_code": code} for code in ("01067", "D-01067", "114 55", " CH - 8001", "DK-1050")]
    assert column("postal_code", *rows) == ["01067", "01067", "114 55", "8001", "1050"]


def test_long_company_is_broken_between_words_and_other_long_lines_are_named():
    company = "Gesellschaft für angewandte Blumenkunde und Gartenbau mit beschränkter Haftung"
    row = {**ANNA, "company_name": company}
    lines = [column(f"company_line_{n}", row)[0] for n in (1, 2, 3)]
    assert lines == ["Gesellschaft für angewandte", "Blumenkunde und Gartenbau mit", "beschränkter Haftung"]
    problems = column(
        "address_problem",
        ANNA,
        {**ANNA, "street": "Straße der Befreiung von allen Lasten und Mühen"},
        {**row, "address_extra": "Hinterhaus", "country": "AT"},
    )
    assert problems == [None, "Zeile über 35 Zeichen", "mehr als 6 Zeilen"]


def test_a_line_of_35_characters_fits_and_one_of_36_does_not():
    row = {**ANNA, "company_name": f"{'a' * 17} {'b' * 17} c"}
    assert column("company_line_1", row) == [f"{'a' * 17} {'b' * 17}"]
    assert column("company_line_2", {**row, "company_name": f"{'a' * 17} {'b' * 18} c"}) == [f"{'b' * 18} c"]
    streets = [{**ANNA, "street": "s" * length, "house_no": None} for length in (35, 36)]
    assert column("address_problem", *streets) == [None, "Zeile über 35 Zeichen"]


def test_company_name_without_spaces_is_kept_and_named():
    row = {**ANNA, "company_name": "x" * 40}
    assert column("company_line_1", row) == ["x" * 40]
    assert column("address_problem", row) == ["Zeile über 35 Zeichen"]


def test_call_list_has_the_columns_of_a_call_centre(tmp_path):
    row = {**ANNA, "value": "+4935112345678", "calling_hours": "Mo–Fr 9–21"}
    write_channel_files(read_channels()["phone"], audience(row), CONTEXT, FUNNEL, tmp_path, "f")
    assert (tmp_path / "f.csv").read_text().splitlines() == [
        "id,Anrede,name,phone_e164,phone_national,consent_id,consent_at,language,callback_window",
        "C000123,Frau,Dr. Anna Weiß,+4935112345678,0351 12345678,e1,2026-05-02T22:30:00Z,de,Mo–Fr 9–21",
    ]


def test_more_rows_than_excel_holds_make_no_workbook_but_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr("connectors.channels.files.MOST_ROWS", 1)
    written = write_channel_files(read_channels()["email"], audience(ANNA, ANNA), CONTEXT, FUNNEL, tmp_path, "f")
    assert written.names == ["f.csv"]
    assert written.notes == ["2 rows are more than a workbook holds (1): take the CSV file."]


def test_empty_audience_makes_files_with_a_header_only(tmp_path):
    write_channel_files(read_channels()["email"], audience(ANNA).clear(), CONTEXT, FUNNEL, tmp_path, "f")
    assert len((tmp_path / "f.csv").read_text().splitlines()) == 1
    sheet = CalamineWorkbook.from_path(tmp_path / "f.xlsx").get_sheet_by_name("Audience").to_python()
    assert [len(sheet), sheet[0][0]] == [1, "Kundennummer"]


def test_every_shipped_channel_uses_known_columns_and_its_alias_finds_it():
    channels = read_channels()
    assert sorted(channels) == ["email", "letter", "phone", "sms"]
    assert channel_named(channels, "post") is channels["letter"]
    used = {name for channel in channels.values() for file in channel.files for name in file.columns}
    assert used <= columns().keys()


def test_workspace_overrides_a_channel_and_errors_name_the_line(tmp_path):
    (tmp_path / "email.yaml").write_text(
        "description: mine\nchannel: email\nfiles:\n  - {kind: csv, columns: [email]}\n"
    )
    assert [f.columns for f in read_channels(tmp_path)["email"].files] == [["email"]]
    (tmp_path / "push.yaml").write_text("description: x\nchannel: email\nfiles:\n  - kind: csv\n    columns: [mail]\n")
    with pytest.raises(ConnectorError, match=r"push.yaml:5: files.0.columns: .*'mail' is not one of customer_no"):
        read_channels(tmp_path)
    with pytest.raises(ConnectorError, match=r"channel 'fax': not known\. Use one of email, letter"):
        channel_named(read_channels(), "fax")


def test_customer_number_is_what_people_know():
    assert [customer_no(123), customer_no(12_345_678)] == ["C000123", "C12345678"]
