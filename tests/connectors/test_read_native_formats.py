"""The makers' own formats, each by a tiny file written by hand, the whole result compared."""

import io
from datetime import date
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from warehouse.delivery import BAD_LINE


def zip_of(files):
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


SHOP = """
name: shop
kind: files
path: inbox/shop/*
format: shopify_csv
tables:
  customer: {files: "customers*.csv", key: [Customer ID]}
  order: {files: "orders*.csv", key: [Name], delivery: changes}
  order_line: {files: "orders*.csv", key: [Name, line_no], delivery: changes}
  checkout: {files: "checkouts*.jsonl", key: [id], delivery: changes}
"""


def test_shopify_order_export_becomes_orders_and_lines(silo):
    silo.write(
        "shop/orders.csv",
        "Name,Email,Total,Lineitem quantity,Lineitem name,Billing Zip,Phone\n"
        "#1001,a@x.example,30.00,1,Vase,'01067,'+49171\n"
        "#1001,,,2,Kerze,,\n"
        "#1002,b@x.example,5.00,1,Kerze,8001,\n"
        "#1003,half a line\n",
    )
    assert silo.rows(silo.source(SHOP)) == {
        "order": [
            {
                "Name": "#1001",
                "Email": "a@x.example",
                "Total": "30.00",
                "Billing Zip": "01067",
                "Phone": "+49171",
            },
            {"Name": "#1002", "Email": "b@x.example", "Total": "5.00", "Billing Zip": "8001"},
            {BAD_LINE: "#1003,half a line"},
        ],
        "order_line": [
            {"Name": "#1001", "Lineitem quantity": "1", "Lineitem name": "Vase", "line_no": "1"},
            {"Name": "#1001", "Lineitem quantity": "2", "Lineitem name": "Kerze", "line_no": "2"},
            {"Name": "#1002", "Lineitem quantity": "1", "Lineitem name": "Kerze", "line_no": "1"},
        ],
    }


def test_shopify_customers_lose_the_apostrophe_and_checkouts_are_json(silo):
    silo.write("shop/customers.csv", "Customer ID,Default Address Zip,Phone,Note\n7,'04109,'0171,'quoted'\n")
    silo.write("shop/checkouts.jsonl", '{"id":"gid://shopify/AbandonedCheckout/1","customer":{"id":"c"}}\n')
    assert silo.rows(silo.source(SHOP)) == {
        "customer": [{"Customer ID": "7", "Default Address Zip": "04109", "Phone": "0171", "Note": "'quoted'"}],
        "checkout": [{"id": "gid://shopify/AbandonedCheckout/1", "customer.id": "c"}],
    }


def test_mailchimp_status_comes_from_the_file_name(silo):
    silo.write(
        "newsletter/audience.zip",
        zip_of(
            {
                "subscribed_members_export_1a.csv": "Email Address,LEID\na@x.example,1\n",
                "unsubscribed_members_export_1a.csv": "Email Address,LEID,UNSUB_TIME\nb@x.example,2,2026\n",
                "cleaned_members_export_1a.csv": "Email Address,LEID\n",
                "granular_activity/opens.csv": "LEID,Action\n1,open\n",
                "readme.txt": "not a table",
            }
        ),
    )
    source = silo.source(
        """
        name: newsletter
        kind: files
        path: inbox/newsletter/*.zip
        format: mailchimp_zip
        tables:
          member: {key: [LEID]}
          activity: {key: [LEID, Action], delivery: events}
        """
    )
    assert silo.rows(source) == {
        "member": [
            {"Email Address": "a@x.example", "LEID": "1", "status": "subscribed"},
            {
                "Email Address": "b@x.example",
                "LEID": "2",
                "status": "unsubscribed",
                "UNSUB_TIME": "2026",
            },
        ],
        "activity": [{"LEID": "1", "Action": "open", "activity": "opens"}],
    }


def index_xml(tables=("transactions.csv", "lines.csv"), decimal=",", thousands=".", delimiter=";", code="UTF8"):
    described = "".join(
        f"<Table><URL>{name}</URL><{code}/><DecimalSymbol>{decimal}</DecimalSymbol>"
        f"<DigitGroupingSymbol>{thousands}</DigitGroupingSymbol><VariableLength>"
        f'<ColumnDelimiter>{delimiter}</ColumnDelimiter><TextEncapsulator>"</TextEncapsulator></VariableLength></Table>'
        for name in tables
    )
    return f"<?xml version='1.0'?><!DOCTYPE DataSet SYSTEM 'x.dtd'><DataSet><Media>{described}</Media></DataSet>"


TILL = """
name: pos
kind: files
path: inbox/pos/*.zip
format: dsfinvk
options: {decimal: ","}
tables:
  receipt: {key: [BON_ID], delivery: events, columns: {UMS_BRUTTO: decimal}}
  receipt_line: {key: [BON_ID, POS_ZEILE], delivery: events}
  customer: {key: [customer_key], delivery: changes, version: BON_ENDE}
"""
RECEIPTS = (
    "Z_KASSE_ID;Z_NR;BON_ID;BON_TYP;BON_ENDE;UMS_BRUTTO;KUNDE_NAME;KUNDE_ID;KUNDE_TYP;KUNDE_STRASSE;KUNDE_PLZ;"
    "KUNDE_ORT;KUNDE_LAND\r\n"
)
LINES = "Z_KASSE_ID;Z_NR;BON_ID;POS_ZEILE;GV_TYP\r\n"


def test_till_days_are_joined_and_their_customers_found(silo):
    silo.write(
        "pos/K1_1.zip",
        zip_of(
            {
                "index.xml": index_xml(),
                "transactions.csv": RECEIPTS
                + "K1;1;B1;Beleg;2026-05-01T10:00:00;1.234,50;;4711;Karte;;;;\r\n"
                + 'K1;1;B2;Beleg;2026-05-01T11:00:00;5,00;"Anna; Roth";;;Weg 1;20457;Hamburg;DEU\r\n'
                + "K1;1;B3;AVTraining;2026-05-01T12:00:00;1,00;;9999;Karte;;;;\r\n",
                "lines.csv": LINES + "K1;1;B1;1;Umsatz\r\n",
            }
        ),
    )
    silo.write(
        "pos/K1_2.zip",
        zip_of(
            {
                "index.xml": index_xml(decimal=".", thousands=",", delimiter="|", code="ANSI"),
                "transactions.csv": (RECEIPTS + "K1;2;B4;Beleg;2026-05-02T10:00:00;1,000.00;Zoë;4711;Karte;;;;\r\n")
                .replace(";", "|")
                .encode("cp1252"),
                "lines.csv": LINES.replace(";", "|") + "K1|2|B4|1|Umsatz",
            }
        ),
    )
    rows = silo.rows(silo.source(TILL))
    assert rows["receipt_line"] == [
        {"Z_KASSE_ID": "K1", "Z_NR": "1", "BON_ID": "B1", "POS_ZEILE": "1", "GV_TYP": "Umsatz"},
        {"Z_KASSE_ID": "K1", "Z_NR": "2", "BON_ID": "B4", "POS_ZEILE": "1", "GV_TYP": "Umsatz"},
    ]
    assert [(row["BON_ID"], row["UMS_BRUTTO"], row["customer_key"]) for row in rows["receipt"]] == [
        ("B1", "1.234,50", "4711"),
        ("B2", "5,00", "Anna; Roth|Weg 1|20457"),
        ("B3", "1,00", "9999"),
        ("B4", "1000,00", "4711"),
    ]
    assert rows["customer"] == [
        {
            "customer_key": "4711",
            "KUNDE_ID": "4711",
            "KUNDE_NAME": "Zoë",
            "KUNDE_TYP": "Karte",
            "BON_ENDE": "2026-05-02T10:00:00",
        },
        {
            "customer_key": "Anna; Roth|Weg 1|20457",
            "KUNDE_NAME": "Anna; Roth",
            "KUNDE_STRASSE": "Weg 1",
            "KUNDE_PLZ": "20457",
            "KUNDE_ORT": "Hamburg",
            "KUNDE_LAND": "DEU",
            "BON_ENDE": "2026-05-01T11:00:00",
        },
    ]


def test_segment_timestamp_takes_the_visitors_wrong_clock_out(silo):
    silo.write(
        "web/events.jsonl",
        '{"messageId":"m1","type":"track","event":"Product Viewed",'
        '"originalTimestamp":"2026-05-01T12:00:00Z","sentAt":"2026-05-01T12:00:02Z","receivedAt":"2026-05-01T10:00:07Z",'
        '"context":{"consent":{"categoryPreferences":{"analytics":true}}}}\n'
        '{"messageId":"m2","type":"page","receivedAt":"2026-05-01T10:00:07.250+02:00"}\n'
        '{"messageId":"m3","type":"screen"}\n',
    )
    source = silo.source(
        """
        name: web
        kind: files
        path: inbox/web/*.jsonl
        format: segment_jsonl
        tables:
          track: {key: [messageId], delivery: events}
          page: {key: [messageId], delivery: events}
        """
    )
    assert silo.rows(source) == {
        "track": [
            {
                "messageId": "m1",
                "type": "track",
                "event": "Product Viewed",
                "originalTimestamp": "2026-05-01T12:00:00Z",
                "sentAt": "2026-05-01T12:00:02Z",
                "receivedAt": "2026-05-01T10:00:07Z",
                "context.consent.categoryPreferences.analytics": "true",
                "timestamp": "2026-05-01T10:00:05.000Z",
            },
            {BAD_LINE: '{"messageId":"m3","type":"screen"}'},
        ],
        "page": [
            {
                "messageId": "m2",
                "type": "page",
                "receivedAt": "2026-05-01T10:00:07.250+02:00",
                "timestamp": "2026-05-01T08:00:07.250Z",
            }
        ],
    }


def test_excel_cells_read_as_a_person_reads_them(silo):
    path = silo.write("crm/a.xlsx", b"")
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Cover").write(0, 0, "nothing")
        sheet = book.add_worksheet("Kunden")
        as_date = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, name in enumerate(["id", "plz", "since", "amount", "ok"]):
            sheet.write(0, column, name)
        sheet.write_number(1, 0, 7)
        sheet.write_string(1, 1, "01067")
        sheet.write_datetime(1, 2, date(2026, 1, 31), as_date)
        sheet.write_number(1, 3, 12.5)
        sheet.write_boolean(1, 4, True)
        sheet.write_number(2, 0, 8)
    source = silo.source(
        """
        name: crm
        kind: files
        path: inbox/crm/*.xlsx
        format: excel
        options: {sheet: Kunden}
        tables: {customer: {key: [id]}}
        """
    )
    assert silo.rows(source) == {
        "customer": [
            {"id": "7", "plz": "01067", "since": "2026-01-31", "amount": "12.5", "ok": "True"},
            {"id": "8"},
        ]
    }


def test_parquet_keeps_its_types_and_is_streamed(silo):
    pq.write_table(pa.table({"id": [1, 2], "name": ["a", None]}), silo.write("crm/a.parquet", b""))
    source = silo.source(
        """
        name: crm
        kind: files
        path: inbox/crm/*.parquet
        format: parquet
        tables: {customer: {key: [id]}}
        """
    )
    (delivery,) = silo.read(source)
    assert isinstance(delivery.tables["customer"], pa.RecordBatchReader)
    assert silo.rows(source) == {"customer": [{"id": 1, "name": "a"}, {"id": 2}]}


def test_excel_title_rows_are_skipped_and_empty_rows_left_out(silo):
    path = silo.write("crm/a.xlsx", b"")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Kunden der Filiale")
        sheet.write_row(2, 0, ["id", "name"])
        sheet.write_row(3, 0, ["1", "Anna"])
        sheet.write_row(5, 0, ["2", "Bo"])
    source = silo.source(
        """
        name: crm
        kind: files
        path: inbox/crm/*.xlsx
        format: excel
        options: {skip_lines: 2}
        tables: {customer: {key: [id]}}
        """
    )
    assert silo.rows(source) == {"customer": [{"id": "1", "name": "Anna"}, {"id": "2", "name": "Bo"}]}
