"""What the demo's sources make of a silo's rows: the decisions that money and consent hang on."""

import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from textwrap import indent
from zipfile import ZipFile

import polars as pl

from connectors.formats import dsfinvk

ROOT = Path(__file__).parents[2]


def csv_of(source, table, rows, delimiter=",", made=()):
    """A file with the rows and, empty, every other column that the contract promises."""
    promised = [name for name in source.tables[table].promised_columns if name not in made]
    named = list(dict.fromkeys([*promised, *(name for row in rows for name in row)]))
    columns = {name: [row.get(name) for row in rows] for name in named}
    return pl.DataFrame(columns, schema=dict.fromkeys(named, pl.String)).write_csv(separator=delimiter)


def zip_of(files):
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def customer(number, email, marketing="no", **more):
    accepts = {"Accepts Email Marketing": marketing, "Accepts SMS Marketing": "no"}
    return {"Customer ID": number, "Email": email, **accepts, **more}


def order(name, email, **more):
    fixed = {"Created at": "2026-05-01 12:00:00 +0200", "Currency": "EUR", "Financial Status": "paid"}
    item = {
        "Lineitem quantity": "2",
        "Lineitem price": "10.00",
        "Lineitem sku": "DEK-0001",
        "Lineitem name": "Vase",
    }
    return {"Name": name, "Email": email, **fixed, **item, **more}


def shop(silo, customers, orders):
    source = silo.demo_source("shop")
    silo.write("shop/customers.csv", csv_of(source, "customer", customers))
    silo.write("shop/orders.csv", csv_of(source, "order", orders))
    return source


def test_shop_order_of_a_stranger_is_a_record_of_its_own(silo):
    source = shop(
        silo,
        [customer("1", "anna@x.example", Note="Geburtstag: 12.03.1975", Tags="card:0042, vip")],
        [order("#1", "ANNA@x.example"), order("#2", "gast@x.example", **{"Billing Name": "Bo Ek"})],
    )
    query = "select record_table, record_key, full_name, cast(birth_date as text), card_no from stage.party order by 1"
    assert silo.stage(source, query) == [
        ("customer", "1", None, "1975-03-12", "0042"),
        ("order", "#2", "Bo Ek", None, None),
    ]
    assert silo.stage(source, "select purchase_key, record_table, record_key from stage.purchase order by 1") == [
        ("#1", "customer", "1"),
        ("#2", "order", "#2"),
    ]


def test_shop_gift_notice_and_status(silo):
    both = {"Billing Name": "Anna Roth", "Shipping Street": "Weg 1"}
    source = shop(
        silo,
        [customer("1", "a@x.example")],
        [
            order("#1", "a@x.example", **both, **{"Shipping Name": "Eva Blum", "Tags": "gift, notice-7-3"}),
            order("#2", "a@x.example", **both, **{"Shipping Name": "anna roth "}),
            order("#3", "a@x.example", **{"Cancelled at": "2026-05-02 12:00:00 +0200"}),
            order("#4", "a@x.example", **{"Tags": "test"}),
        ],
    )
    query = "select purchase_key, status, notice_shown, recipient_name, recipient_street from stage.purchase order by 1"
    assert silo.stage(source, query) == [
        ("#1", "paid", True, "Eva Blum", "Weg 1"),
        ("#2", "paid", False, None, None),
        ("#3", "cancelled", False, None, None),
    ]
    assert silo.stage(source, "select distinct purchase_key from stage.purchase_line order by 1") == [
        ("#1",),
        ("#2",),
    ]


def test_shop_money_of_an_order(silo):
    amounts = {
        "Discount Amount": "2.00",
        "Discount Code": "D",
        "Shipping": "4.95",
        "Refunded Amount": "10.00",
    }
    source = shop(silo, [customer("1", "a@x.example")], [order("#1", "a@x.example", **amounts)])
    query = "select kind, category, gross_amount from stage.purchase_line order by kind"
    assert [(kind, code, float(amount)) for kind, code, amount in silo.stage(source, query)] == [
        ("discount", None, -2.0),
        ("return", None, -10.0),
        ("sale", "DEK", 20.0),
        ("shipping", None, 4.95),
    ]


def test_shop_yes_is_a_state_and_no_is_no_denial(silo):
    source = shop(
        silo,
        [customer("1", "a@x.example", "yes"), customer("2", "b@x.example")],
        [order("#1", "a@x.example")],
    )
    query = "select identifier, status, is_state, occurred_at, evidence is not null from stage.consent_event order by 1"
    assert silo.stage(source, query) == [
        ("a@x.example", "granted", True, None, True),
        ("b@x.example", "unknown", True, None, False),
    ]


TILL = {"Z_KASSE_ID": "K1", "Z_ERSTELLUNG": "2026-05-01T20:00:00", "Z_NR": "1"}


def till_day(source, receipts, lines, references=()):
    """A till's export: receipts as (BON_ID, BON_TYP, BON_STORNO), lines as (BON_ID, GV_TYP, amount)."""
    head = [
        {**TILL, "BON_ID": bon, "BON_TYP": kind, "BON_STORNO": storno, "BON_ENDE": "2026-05-01T10:00:00",
         "KUNDE_ID": "4711", "UMS_BRUTTO": "0,00"} | dict.fromkeys(
            ["KUNDE_NAME", "KUNDE_TYP", "KUNDE_STRASSE", "KUNDE_PLZ", "KUNDE_ORT", "KUNDE_LAND"])
        for bon, kind, storno in receipts
    ]  # fmt: skip
    items = [
        {**TILL, "BON_ID": bon, "POS_ZEILE": str(number), "GV_TYP": kind, "ARTIKELTEXT": "Vase", "ART_NR": "DEK-1",
         "WARENGR_ID": "DEK", "MENGE": "1,000", "STK_BR": amount}
        for number, (bon, kind, amount) in enumerate(lines, start=1)
    ]  # fmt: skip
    vat = [
        {**TILL, "BON_ID": item["BON_ID"], "POS_ZEILE": item["POS_ZEILE"], "UST_SCHLUESSEL": "1",
         "POS_BRUTTO": item["STK_BR"], "POS_NETTO": "0,00", "POS_UST": "0,00"}
        for item in items
    ]  # fmt: skip
    refers = [
        {**TILL, "BON_ID": bon, "REF_Z_KASSE_ID": "K1", "REF_Z_NR": "1", "REF_BON_ID": original}
        for bon, original in references
    ]
    index = "".join(f"<Table><URL>{name}</URL></Table>" for name in dsfinvk.MEMBERS)
    made = ["customer_key"]
    return zip_of(
        {
            "index.xml": f"<DataSet><Media>{index}</Media></DataSet>",
            "transactions.csv": csv_of(source, "receipt", head, ";", made),
            "lines.csv": csv_of(source, "receipt_line", items, ";"),
            "lines_vat.csv": csv_of(source, "receipt_line_vat", vat, ";"),
            "references.csv": csv_of(source, "reference", refers, ";"),
        }
    )


def test_till_cancellation_and_return_count_with_the_receipt_they_refer_to(silo):
    source = silo.demo_source("pos")
    content = till_day(
        source,
        [("B1", "Beleg", "0"), ("B2", "Beleg", "1"), ("B3", "Beleg", "0"), ("B4", "Beleg", "0"), ("B5", "Beleg", "0")],
        [
            ("B1", "Umsatz", "1.200,00"), ("B1", "Rabatt", "-200,00"), ("B2", "Umsatz", "-1.200,00"),
            ("B2", "Rabatt", "200,00"), ("B3", "Umsatz", "50,00"), ("B4", "Umsatz", "-50,00"),
            ("B5", "Umsatz", "-9,00"),
        ],
        [("B2", "B1"), ("B4", "B3"), ("B5", "B-before-our-time")],
    )  # fmt: skip
    silo.write("pos/a.zip", content)
    query = """
        select right(purchase_key, 2) as bon, kind, sum(gross_amount) from stage.purchase_line group by all order by all
    """
    assert [(bon, kind, float(amount)) for bon, kind, amount in silo.stage(source, query)] == [
        ("B1", "discount", 0.0),
        ("B1", "sale", 0.0),
        ("B3", "return", -50.0),
        ("B3", "sale", 50.0),
        ("B5", "return", -9.0),
    ]


def test_till_training_counts_nothing_and_vouchers_and_deposits_are_their_own_kind(silo):
    source = silo.demo_source("pos")
    content = till_day(
        source,
        [("B1", "Beleg", "0"), ("B2", "AVTraining", "0")],
        [("B1", "Umsatz", "10,00"), ("B1", "MehrzweckgutscheinKauf", "50,00"), ("B1", "Pfand", "1,00"),
         ("B1", "TrinkgeldAN", "2,00"), ("B2", "Umsatz", "99,00")],
    )  # fmt: skip
    silo.write("pos/a.zip", content)
    query = "select kind, gross_amount from stage.purchase_line order by kind"
    assert [(kind, float(amount)) for kind, amount in silo.stage(source, query)] == [
        ("deposit", 1.0),
        ("sale", 10.0),
        ("voucher_sale", 50.0),
    ]
    assert silo.stage(source, "select purchase_key, record_key, cast(purchased_at as text) from stage.purchase") == [
        ("K1/1/B1", "4711", "2026-05-01 08:00:00")
    ]


def test_return_of_a_plain_receipt_counts_with_the_receipt_it_refers_to(silo):
    source = silo.demo_source("receipts")
    fixed = {
        "store_id": "CH-01",
        "sold_at": "2026-05-01T10:00:00",
        "currency": "CHF",
        "line_no": "1",
        "vat_rate": "8.1",
    }
    rows = [
        {
            **fixed,
            "receipt_no": "R1",
            "kind": "sale",
            "line_total": "20.00",
            "card_no": "42",
            "article_no": "DEK-1",
        },
        {**fixed, "receipt_no": "R2", "kind": "return", "line_total": "-20.00", "original_receipt_no": "R1"},
    ]
    silo.write("receipts/a.csv", csv_of(source, "line", rows))
    query = "select purchase_key, kind, category from stage.purchase_line order by kind"
    assert silo.stage(source, query) == [("R1", "return", None), ("R1", "sale", "DEK")]
    assert silo.stage(source, "select purchase_key, record_key, country from stage.purchase order by 1") == [
        ("R1", "42", "CH"),
        ("R2", None, "CH"),
    ]


def test_newsletter_status_and_confirmation_become_events(silo):
    source = silo.demo_source("newsletter")

    def listed(*rows):
        columns = ["LEID", "OPTIN_TIME", "CONFIRM_TIME", "LAST_CHANGED"]
        members = [dict(zip(columns, row, strict=True)) | {"Email Address": f"{row[0]}@x.example"} for row in rows]
        return csv_of(source, "member", members, made=["status"])

    silo.write(
        "newsletter/a.zip",
        zip_of(
            {
                "subscribed_a.csv": listed(
                    ("1", "2026-01-01 08:00:00", "2026-01-01 09:00:00", "2026-01-01 09:00:00"),
                    ("2", "2026-01-02 08:00:00", None, "2026-01-02 08:00:00"),
                ),
                "unsubscribed_a.csv": listed(("3", None, "2026-01-03 09:00:00", "2026-02-03 09:00:00")),
                "cleaned_a.csv": listed(("4", None, "2026-01-04 09:00:00", "2026-02-04 09:00:00")),
            }
        ),
    )
    query = "select record_key, status, cast(occurred_at as text) from stage.consent_event order by 1, 3"
    assert silo.stage(source, query) == [
        ("1", "confirmed", "2026-01-01 09:00:00"),
        ("2", "granted", "2026-01-02 08:00:00"),
        ("3", "confirmed", "2026-01-03 09:00:00"),
        ("3", "withdrawn", "2026-02-03 09:00:00"),
        ("4", "unknown", "2026-02-04 09:00:00"),
    ]


def test_form_is_confirmed_by_the_click_for_the_address_only(silo):
    source = silo.demo_source("forms")
    tick = {"given": True, "text_version": "v1"}
    posted = {
        "type": "submission",
        "submission_id": "s1",
        "form": "contact",
        "submitted_at": "2026-05-01T10:00:00Z",
        "ip": "192.0.2.1",
        "fields": {"email": "a@x.example", "phone": "0171 1", "asked_for": "quotation"},
        "consents": {"newsletter": tick, "phone": tick},
    }
    doi = {"type": "doi", "submission_id": "s1"}
    lines = [
        posted,
        doi | {"event": "confirmation_sent", "at": "2026-05-01T10:01:00Z", "mail_version": "m1"},
        doi | {"event": "confirmed", "at": "2026-05-01T11:00:00Z", "ip": "192.0.2.2"},
        posted | {"submission_id": "s2", "consents": {"newsletter": {"given": False}}, "fields": {}},
    ]
    silo.write("forms/a.jsonl", "\n".join(map(json.dumps, lines)) + "\n")
    query = "select identifier_kind, channel, status from stage.consent_event order by all"
    assert silo.stage(source, query) == [
        ("email", "email", "confirmed"),
        ("email", "email", "requested"),
        ("phone", "phone", "requested"),
    ]
    ((evidence,),) = silo.stage(source, "select evidence from stage.consent_event where status = 'confirmed'")
    assert json.loads(evidence) == {
        "doi": "confirmed",
        "text_version": "v1",
        "form": "",
        "requested_at": "2026-05-01 10:00:00",
        "requested_ip": "192.0.2.1",
        "mail_version": "m1",
        "mail_sent_at": "2026-05-01 10:01:00",
        "clicked_ip": "192.0.2.2",
    }
    assert silo.stage(source, "select enquiry_key, channel, answered_at from stage.enquiry") == [("s1", "email", None)]


def test_web_events_and_what_a_visitor_showed_need_consent(silo):
    source = silo.demo_source("web")
    yes = {"context": {"consent": {"categoryPreferences": {"analytics": True}}}}
    no = {"context": {"consent": {"categoryPreferences": {"analytics": False}}}}
    at = {"receivedAt": "2026-05-01T10:00:00Z", "anonymousId": "a1"}
    view = {"type": "track", "event": "Product Viewed", **at}
    lines = [
        {"messageId": "i1", "type": "identify", "userId": "u1", **at, **yes},
        {"messageId": "i2", "type": "identify", "userId": "u2", **at, **no},
        {"messageId": "i3", "type": "identify", "userId": "u3", **at},
        {"messageId": "e1", **view, **yes},
        {"messageId": "e2", "userId": "u1", **view, **yes},
        {"messageId": "e3", "userId": "u1", **view, **no},
        {"messageId": "e4", "userId": "u1", **view},
    ]
    silo.write("web/a.jsonl", "\n".join(map(json.dumps, lines)) + "\n")
    events = "select interaction_key, anonymous_id, record_key from stage.interaction order by 1"
    assert silo.stage(source, events) == [("e1", "a1", None), ("e2", "a1", None)]
    shown = "select identification_key, anonymous_id, kind, record_table, record_key from stage.visitor_identification"
    assert silo.stage(source, f"{shown} order by 1") == [
        ("e2", "a1", "login", "identify", "u1"),
        ("i1", "a1", "identify", "identify", "u1"),
    ]
    assert silo.stage(source, "select record_key from stage.party order by 1") == [("u1",), ("u2",), ("u3",)]


def test_a_tagged_mail_link_shows_who_the_mail_was_sent_to_as_the_docs_map_it(silo):
    docs = (ROOT / "docs" / "households.md").read_text(encoding="utf-8")
    mapping = docs.split("```yaml\nvisitor_identification:\n")[1].split("```")[0]
    web = (ROOT / "connectors" / "demo" / "workspace" / "sources" / "web.yaml").read_text(encoding="utf-8")
    source = silo.source(web + indent(mapping, "  "))
    agreed = {"consent": {"categoryPreferences": {"analytics": True}}}
    lines = [
        {"messageId": f"p{number}", "type": "page", "anonymousId": "a1", "receivedAt": "2026-05-01T10:00:00Z",
         "context": {"page": {"search": search}, **consent}}
        for number, (search, consent) in enumerate([("?utm=x&m=4711", agreed), ("?m=4711", {}), ("?q=x", agreed)])
    ]  # fmt: skip
    silo.write("web/a.jsonl", "\n".join(map(json.dumps, lines)) + "\n")
    shown = "select identification_key, kind, record_source, record_table, record_key from stage.visitor_identification"
    assert silo.stage(source, shown) == [("p0", "mail_click", "newsletter", "member", "4711")]


def test_call_objection_is_the_persons_and_an_opt_in_needs_its_recording(silo):
    source = silo.demo_source("calls")
    call = {"caller_id": "A1", "called_at": "2026-05-01 10:00:00", "phone": "0171 1", "direction": "inbound"}
    rows = [
        {**call, "call_id": "C1", "outcome": "objection"},
        {**call, "call_id": "C2", "outcome": "opt_in", "consent_recording_id": "REC-2"},
        {**call, "call_id": "C3", "outcome": "opt_in"},
    ]
    silo.write("calls/a.csv", csv_of(source, "call", rows, ";"))
    query = "select event_key, identifier_kind, channel, purpose, status, evidence from stage.consent_event order by 1"
    assert silo.stage(source, query) == [
        ("C1 objection", "person", "all", "marketing", "objected", '{"call_id": "C1"}'),
        (
            "C2 opt-in",
            "phone",
            "phone",
            "marketing",
            "confirmed",
            '{"recording_id": "REC-2", "call_id": "C2", "text_version": ""}',
        ),
    ]


def test_erp_quotations_refunds_and_blacklist(silo):
    from connectors.demo.silos.erp_tables import SCHEMA

    path = silo.write("erp/odoo.sqlite", b"")
    with closing(sqlite3.connect(path)) as con:
        con.executescript(SCHEMA)
        con.executescript("""
            insert into res_country values (51, 'DE', 'Deutschland');
            insert into res_currency values (1, 'EUR');
            insert into res_partner (id, name, title, email, country_id, is_company, parent_id, active, write_date)
                values (1, 'Café Roth GmbH', null, null, 51, 1, null, 1, '2026-01-01 08:00:00'),
                       (2, 'Anna Roth', 'Frau Dr.', 'Anna@x.example', 51, 0, 1, 1, '2026-01-01 08:00:00');
            insert into sale_order
                (id, name, partner_id, date_order, state, amount_total, currency_id, x_channel, write_date)
                values (10, 'S10', 2, '2026-05-01 08:00:00', 'sale', '30.00', 1, 'phone', '2026-05-01 08:00:00'),
                       (11, 'S11', 2, '2026-05-02 08:00:00', 'sent', '99.00', 1, 'email', '2026-05-02 08:00:00'),
                       (12, 'S12', 2, '2026-05-03 08:00:00', 'cancel', '50.00', 1, 'email', '2026-05-03 08:00:00'),
                       (13, 'S13', 2, '2026-05-04 08:00:00', 'draft', '50.00', 1, 'email', '2026-05-04 08:00:00');
            insert into sale_order_line (id, order_id, product_code, name, product_uom_qty, price_total, tax_percent)
                values (100, 10, 'DEK-1', 'Vase', 3, '30.00', 19), (101, 11, 'DEK-1', 'Vase', 9, '99.00', 19);
            insert into account_move (id, move_type, invoice_origin, state, create_date, write_date)
                values (20, 'out_refund', 'S10', 'posted', '2026-05-09 08:00:00', '2026-05-09 08:00:00'),
                       (21, 'out_refund', 'S10', 'draft', '2026-05-09 08:00:00', '2026-05-09 08:00:00');
            insert into account_move_line (id, move_id, product_code, name, quantity, price_total)
                values (200, 20, 'DEK-1', 'Vase', 1, '10.00'), (201, 21, 'DEK-1', 'Vase', 1, '10.00');
            insert into mail_blacklist
                values (5, 'anna@x.example', 1, '2026-06-01 08:00:00'), (6, 'old@x.example', 0, null);
        """)
    source = silo.demo_source("erp")
    query = (
        "select record_key, is_company, company_name, full_name, salutation, title, country from stage.party order by 1"
    )
    assert silo.stage(source, query) == [
        ("1", True, "Café Roth GmbH", None, None, None, "DE"),
        ("2", False, "Café Roth GmbH", "Anna Roth", "Frau", "Dr.", "DE"),
    ]
    assert silo.stage(source, "select quotation_key, status from stage.quotation order by 1") == [
        ("11", "open"),
        ("12", "lost"),
    ]
    query = """
        select purchase_key, kind, category, cast(gross_amount as int), cast(occurred_at as text)
        from stage.purchase_line
        order by kind
    """
    assert silo.stage(source, query) == [
        ("10", "return", "DEK", -10, "2026-05-09 08:00:00"),
        ("10", "sale", "DEK", 30, None),
    ]
    query = "select record_key, identifier, status, cast(occurred_at as text) from stage.consent_event"
    assert silo.stage(source, query) == [("2", "anna@x.example", "withdrawn", "2026-06-01 08:00:00")]


def test_loyalty_yes_counts_with_its_signature_only(silo):
    source = silo.demo_source("loyalty")
    member = {"card_no": "42", "email": "a@x.example", "unterschrieben_am": "01.05.2026", "status": "aktiv"}
    rows = [
        {**member, "member_id": "M1", "werbung_email": "ja", "formular": "F-1"},
        {**member, "member_id": "M2", "werbung_email": "ja"},
        {**member, "member_id": "M3", "werbung_email": "nein", "werbung_post": "nein"},
        {**member, "member_id": "M4"},
    ]
    silo.write("loyalty/members.csv", csv_of(source, "member", rows, ";"))
    query = "select record_key, identifier_kind, status, evidence from stage.consent_event order by 1, 2"
    assert silo.stage(source, query) == [
        ("M1", "email", "confirmed", '{"signature": "F-1", "signed_on": "2026-05-01"}'),
        ("M2", "email", "unknown", None),
        ("M3", "email", "denied", None),
        ("M3", "post", "denied", None),
    ]
