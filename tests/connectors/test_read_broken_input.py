# ruff: noqa: E501 - the table reads best with one case a line.
"""Broken deliveries of each silo of the demo: one clear line, or rejects that are counted."""

import io
import json
from zipfile import ZipFile

import pytest

from connectors.errors import ConnectorError
from connectors.formats import dsfinvk

SECRET = "Zzplantagenet"


def zip_of(files):
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def till(changes=None):
    """A till's day with the files that the demo's contract asks for, some of them changed or (None) left out."""
    key = "Z_KASSE_ID;Z_ERSTELLUNG;Z_NR;BON_ID"
    files = {
        "transactions.csv": f"{key};BON_TYP;BON_STORNO;BON_ENDE;UMS_BRUTTO;KUNDE_NAME;KUNDE_ID;KUNDE_TYP;"
        "KUNDE_STRASSE;KUNDE_PLZ;KUNDE_ORT;KUNDE_LAND\r\n"
        f"K1;2026-11-14T20:00:00;1;B1;Beleg;0;2026-11-14T10:00:00;10,00;{SECRET};;;;;;\r\n",
        "lines.csv": f"{key};POS_ZEILE;GV_TYP;ARTIKELTEXT;ART_NR;WARENGR_ID;MENGE;STK_BR\r\n"
        "K1;2026-11-14T20:00:00;1;B1;1;Umsatz;Vase;DEK-1;DEK;1,000;10,00000\r\n",
        "lines_vat.csv": f"{key};POS_ZEILE;UST_SCHLUESSEL;POS_BRUTTO;POS_NETTO;POS_UST\r\n"
        "K1;2026-11-14T20:00:00;1;B1;1;1;10,00;8,40;1,60\r\n",
        "references.csv": f"{key};REF_Z_KASSE_ID;REF_Z_NR;REF_BON_ID\r\n",
        "index.xml": "<DataSet><Media>"
        + "".join(f"<Table><URL>{name}</URL></Table>" for name in dsfinvk.MEMBERS)
        + "</Media></DataSet>",
    }
    changed = {**files, **(changes or {})}
    return zip_of({name: content for name, content in changed.items() if content is not None})


TILL_RECEIPTS = "Z_KASSE_ID;Z_NR;BON_ID;BON_TYP"
MEMBERS = (
    f"Email Address,Last Name,LEID,LAST_CHANGED,OPTIN_TIME,CONFIRM_TIME\na@x.example,{SECRET},1,2026-01-01 08:00:00,,\n"
)
CUSTOMERS = f"Customer ID,Last Name,Total Spent,Total Orders,Email,Accepts Email Marketing,Accepts SMS Marketing\n1,{SECRET},0.00,0,,no,no\n"
STOPS = [
    ("shop", "shop/customers.csv", "", r"inbox/shop/customers\.csv: the file is empty"),
    ("shop", "shop/customers.csv", CUSTOMERS.replace(",", ";"), r'customers\.csv: no "," in the header, but 6 ";"'),
    ("shop", "shop/customers.csv", CUSTOMERS.replace("Customer ID", "Id"), r'customers\.csv: column "Customer ID" is missing'),
    ("shop", "shop/customers.csv", CUSTOMERS.replace("Email,", "email,", 1).replace("Last Name", "EMAIL"), r"is there twice"),
    ("shop", "shop/customers.csv", CUSTOMERS.replace("Zz", "Zü").encode("cp1252"), r"customers\.csv: line 2 is not utf-8\. If the silo sends cp1252"),
    ("shop", "shop/customers.csv", CUSTOMERS.encode("utf-16"), r"is not utf-8\. If the silo sends utf-16"),
    ("shop", "shop/checkouts.jsonl", "", r"checkouts\.jsonl: the file is empty"),
    ("forms", "forms/a.jsonl", '{"type":"submission","page":"Zü"}'.encode("cp1252"), r"forms/a\.jsonl: line 1 is not utf-8"),
    ("newsletter", "newsletter/a.zip", zip_of({"subscribed_a.csv": MEMBERS})[:80], r"a\.zip: not a whole ZIP file"),
    ("newsletter", "newsletter/a.zip", b"", r"a\.zip: not a whole ZIP file"),
    ("newsletter", "newsletter/a.zip", zip_of({"other.csv": MEMBERS}), r"a\.zip: no member list in it"),
    ("newsletter", "newsletter/a.zip", zip_of({"cleaned_a.csv": ""}), r"a\.zip: cleaned_a\.csv: the file is empty"),
    ("newsletter", "newsletter/a.zip", zip_of({"subscribed_a.csv": MEMBERS.replace("LEID", "ID")}), r'subscribed_a\.csv: column "LEID" is missing'),
    ("newsletter", "newsletter/a.zip", zip_of({"subscribed_a.csv": MEMBERS.replace("Zz", "Zü").encode("cp1252")}), r"subscribed_a\.csv: line 2 is not utf-8"),
    ("pos", "pos/a.zip", till()[:200], r"a\.zip: not a whole ZIP file"),
    ("pos", "pos/a.zip", till({"index.xml": None}), r"a\.zip: no index\.xml in it"),
    ("pos", "pos/a.zip", till({"index.xml": "<DataSet>"}), r"a\.zip: index\.xml cannot be read"),
    ("pos", "pos/a.zip", till({"lines.csv": None}), r"a\.zip: lines\.csv is missing"),
    ("pos", "pos/a.zip", till({"lines.csv": ""}), r"a\.zip: lines\.csv: the file is empty"),
    ("pos", "pos/a.zip", till({"lines.csv": 'BON_ID;ART\r\nB1;"Va'}), r"lines\.csv: a field is not closed"),
    ("pos", "pos/a.zip", till({"transactions.csv": TILL_RECEIPTS}), r'receipt: column "BON_ENDE" is missing'),
    ("pos", "pos/a.zip", till({"transactions.csv": "K|Z\r\n"}), r'receipt: no ";" in the header, but 1 "\|"'),
    ("pos", "pos/a.zip", till({"transactions.csv": "Zü".encode("cp1252")}), r"transactions\.csv: line 1 is not utf-8"),
    ("lists", "lists/a.csv", "", r"lists/a\.csv: the file is empty"),
    ("lists", "lists/a.csv", "list_name,refreshed_on\n", r'column "identifier_kind" is missing'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "file", "content", "message"), STOPS, ids=[f"{number}-{case[1]}" for number, case in enumerate(STOPS)]
)
def test_unreadable_delivery_stops_with_one_line(silo, name, file, content, message):
    silo.write(file, content)
    with pytest.raises(ConnectorError, match=message) as caught:
        silo.read(silo.demo_source(name))
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_damaged_zip_member_stops_with_one_line(silo):
    content = bytearray(zip_of({"subscribed_a.csv": MEMBERS * 50}))
    content[200] ^= 0xFF
    silo.write("newsletter/a.zip", bytes(content))
    with pytest.raises(ConnectorError, match=r"a\.zip: not a whole ZIP file"):
        silo.read(silo.demo_source("newsletter"))


def rejects(silo):
    return silo.con.sql("select table_name, reason, count(*) from raw.reject group by all order by all").fetchall()


def test_half_a_json_line_is_a_counted_reject(silo):
    whole = json.dumps(
        {
            "type": "submission",
            "submission_id": "s1",
            "form": "newsletter",
            "submitted_at": "2026-11-14T10:00:00Z",
        }
    )
    silo.write("forms/a.jsonl", whole + "\n" + whole[:40])
    result = silo.load(silo.demo_source("forms"))
    assert (result.rows, result.rejected) == (1, 1)
    assert rejects(silo) == [("submission", "not readable", 1)]


def test_bad_dates_are_counted_rejects(silo):
    header = "entry_id;draw_id;entered_at;birth_date;marketing_consent;doi_status;doi_confirmed_at;delete_after\n"
    silo.write(
        "draws/a.csv",
        header
        + "E1;sommer;2026-05-01 10:00:00;31.12.1980;ja;sent;;2026-12-31\n"
        + "E2;sommer;31.02.2026;31.12.1980;ja;sent;;2026-12-31\n"
        + "E3;sommer;2026-05-01 10:00:00;1980-12-31;ja;sent;;2026-12-31\n"
        + "E4;sommer\n",
    )
    result = silo.load(silo.demo_source("draws"))
    assert (result.rows, result.rejected) == (1, 3)
    assert rejects(silo) == [
        ("entry", "bad date: birth_date", 1),
        ("entry", "bad timestamp: entered_at", 1),
        ("entry", "not readable", 1),
    ]


def test_header_without_rows_is_an_empty_delivery_for_the_batch_rules_to_judge(silo):
    silo.write("rates/a.csv", "currency,valid_on,rate\n")
    (delivery,) = silo.read(silo.demo_source("rates"))
    assert delivery.tables["rate"].num_rows == 0


def test_same_file_delivered_twice_is_loaded_once(silo):
    silo.write("pos/a.zip", till())
    silo.write("pos/b.zip", till())
    source = silo.demo_source("pos")
    assert silo.load(source).rows == 4
    assert silo.load(source).batches == 0
