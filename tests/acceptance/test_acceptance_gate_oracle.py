"""The exported sets are exactly those that SQL of its own finds in what the silos sent: none missing, none too many."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from acceptance_cli import databases, rundblick, succeed
from acceptance_oracle import CHANNELS, PACK, Export, allowed, ask_oracle, export, judge, purpose_of
from python_calamine import CalamineWorkbook

COUNTRIES = {"DE", "AT", "CH", "NO", "SE", "DK"}
# The planted role → its segment, and the channels on which it must be found in every country.
PLANTED = {
    "new_customer": ("new_customers", {"email", "letter"}),
    "first_time_buyer": ("first_time_buyers", {"email", "letter"}),
    "regular": ("regulars", {"email", "letter"}),
    "lapsed": ("lapsed", {"email", "letter"}),
    "win_back": ("win_back", {"email", "letter"}),
    "cart_abandoner": ("cart_abandoners", {"email", "letter"}),
    "full_returner": ("full_returners", {"email", "letter"}),
    "loyalty_without_account": ("loyalty_without_account", {"email", "letter"}),
    "high_value": ("high_value", {"email", "letter"}),
    "unanswered_enquirer": ("unanswered_enquirers", {"email"}),
    "open_quotation": ("open_quotations", {"email"}),
}
GOODS_MAIL = """\
title: Bath and textiles
description: Buyers, for a mail about goods for the bath and textiles
owner: crm
purpose: marketing
advertises: [BAD, TEX]
where:
  all:
    - {field: purchase_count, at_least: 1}
"""


@pytest.fixture(scope="module")
def workspace(demo, copy_of) -> Path:
    """A demo of one's own: exports write into it."""
    folder = copy_of(demo)
    (folder / "segments").mkdir(exist_ok=True)
    (folder / "segments" / "goods_mail.yaml").write_text(GOODS_MAIL)
    (folder / "segments" / "survey.yaml").write_text(GOODS_MAIL.replace("marketing", "feedback"))
    return folder


@pytest.fixture(scope="module")
def as_of(demo_told) -> datetime:
    return datetime.fromisoformat(demo_told.json["as_of"])


@pytest.fixture(scope="module")
def exports(workspace) -> dict[tuple[str, str], Export]:
    """Every segment of the pack on every channel, all countries."""
    return {(segment, channel): export(workspace, segment, channel) for segment in PACK for channel in CHANNELS}


@pytest.fixture(scope="module")
def oracle(workspace, as_of) -> Iterator[duckdb.DuckDBPyConnection]:
    with databases(workspace) as con:
        ask_oracle(con, as_of)
        yield con


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("segment", PACK)
def test_the_file_holds_exactly_those_who_may_be_contacted(segment, channel, exports, oracle):
    verdict = judge(allowed(oracle, segment, channel), exports[segment, channel])
    assert not verdict, verdict


def test_the_segments_have_the_members_that_the_raw_rows_give_them(oracle):
    """Who objected is in no segment built on behaviour (GDPR 21), but may still wait for an answer."""
    expected = oracle.sql("""
        select segment, customer_id from member
        where segment in ('unanswered_enquirers', 'open_quotations')
            or customer_id not in (select customer_id from objecting)
        order by all
    """).fetchall()
    found = oracle.sql("""
        select segment, customer_id from serve.main.membership where segment in (select segment from member)
        order by all
    """).fetchall()
    assert found == expected


def test_a_country_can_be_picked_and_then_the_file_has_its_rows_only(workspace, oracle):
    may = allowed(oracle, "lapsed", "letter")
    picked = export(workspace, "lapsed", "letter", "CH", "NO")
    assert not judge(may.filter(pl.col("country").is_in(["CH", "NO"])), picked)
    assert {row["Land"] for row in picked.rows} == {"SCHWEIZ", "NORWEGEN"}


# Planted people


def planted_customers(workspace: Path, con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """planted_as, country and customer_id of the simulator's planted people."""
    truth = workspace / "truth"
    return con.sql(f"""
        select distinct p.planted_as, p.country, r.customer_id
        from '{truth}/planted.parquet' as p
        inner join '{truth}/records.parquet' as t on t.person_id = p.person_id
        inner join clean.party as c
            on c.source = t.source and c.record_table = t.record_table and c.record_key = t.record_key
        inner join serve.main.customer_record as r on r.record_id = c.record_id
    """).pl()


@pytest.mark.parametrize("role", PLANTED)
def test_planted_people_are_found_in_every_country(role, workspace, exports, oracle):
    segment, channels = PLANTED[role]
    people = planted_customers(workspace, oracle).filter(pl.col("planted_as") == role)
    found = {
        channel: set(people.filter(pl.col("customer_id").is_in(exports[segment, channel].customers))["country"])
        for channel in channels
    }
    assert found == dict.fromkeys(channels, COUNTRIES)


def test_planted_objectors_and_withdrawers_are_found_where_they_said_no_in_no_file(workspace, exports, oracle):
    people = planted_customers(workspace, oracle)
    objectors = set(people.filter(pl.col("planted_as") == "objector")["customer_id"])
    withdrawers = set(people.filter(pl.col("planted_as") == "withdrawer")["customer_id"])
    assert objectors
    assert withdrawers
    marketing = [made for (segment, _), made in exports.items() if purpose_of(segment) == "marketing"]
    assert [m.segment for m in marketing if objectors & set(m.customers)] == []
    assert [m.segment for m in marketing if m.channel == "email" and withdrawers & set(m.customers)] == []


# Denials and objections, straight from the silos' own files


def members(workspace: Path, status: str) -> list[dict[str, str]]:
    """The rows of the newsletter tool's export with a status."""
    (file,) = (workspace / "inbox" / "newsletter").glob("*.zip")
    with zipfile.ZipFile(file) as archive:
        name = next(n for n in archive.namelist() if n.startswith(status))
        return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8"))))


def test_an_unsubscribed_address_is_in_no_mailing_unless_it_said_yes_later(workspace, exports, oracle):
    left = {
        row["Email Address"].lower(): datetime.fromisoformat(row["LAST_CHANGED"]) for row in members(workspace, "unsub")
    }
    later = oracle.sql("""
        select identifier, max(moment) from said
        where kind = 'email' and purpose = 'marketing' and status in ('granted', 'confirmed') and evidence is not null
        group by identifier
    """).fetchall()
    bound = set(left) - {address for address, at in later if address in left and at > left[address]}
    mailed = {
        row["email"].lower()
        for (segment, channel), made in exports.items() if channel == "email" and purpose_of(segment) == "marketing"
        for row in made.rows
    }  # fmt: skip
    assert len(bound) > 20
    assert bound & mailed == set()
    assert len(mailed) > 100


def test_a_denied_identifier_is_in_no_file_for_that_channel_and_purpose(exports, oracle):
    denied = oracle.sql("""
        select distinct customer_id, record_id, channel, identifier, purpose from stands where said_no
    """).pl()
    assert denied.height > 50
    for (segment, channel), made in exports.items():
        if made.rows:
            bound = denied.filter((pl.col("channel") == CHANNELS[channel]) & (pl.col("purpose") == purpose_of(segment)))
            hit = made.recipients.join(bound, on=["customer_id", "record_id"], how="semi")
            assert hit.height == 0, (segment, channel, hit.rows())


def test_who_objected_is_in_no_advertising_on_any_channel_unless_lifted(exports, oracle):
    objectors = {row[0] for row in oracle.sql("select customer_id from objector").fetchall()}
    lifted = {
        row[0] for row in oracle.sql("""
            select distinct w.customer_id from wanted as w
            anti join objected using (customer_id, record_id, channel, identifier, purpose)
            where w.purpose = 'marketing' and w.customer_id in (select customer_id from objector)
        """).fetchall()
    }  # fmt: skip
    bound = objectors - lifted
    assert len(bound) > 10
    for (segment, channel), made in exports.items():
        if purpose_of(segment) == "marketing":
            assert not bound & set(made.customers), (segment, channel)


# Every row with its proof


def test_every_row_has_a_basis_since_when_a_reason_and_evidence_that_exists(exports, oracle, as_of):
    proofs = {
        kind: {row[0] for row in oracle.sql(f"select {column} from serve.main.{table}").fetchall()}
        for kind, table, column in (
            ("event", "consent_event", "event_id"), ("purchase", "purchase", "purchase_id"),
            ("enquiry", "enquiry", "enquiry_id"), ("quotation", "quotation", "quotation_id"),
            ("record", "customer_record", "record_id"),
        )
    }  # fmt: skip
    for (segment, channel), made in exports.items():
        for row in made.recipients.iter_rows(named=True):
            where = (segment, channel, row["row_no"])
            assert row["basis"] in ("consent", "existing_customer", "enquiry", "legitimate_interest"), where
            assert row["basis_since"] <= as_of, where
            assert len(row["reason"]) > 10, where
            assert row["basis_source"], where
            assert row["evidence_id"] in proofs[row["evidence_kind"]], where


def test_the_workbook_for_people_shows_the_proof_in_german_in_every_row(exports, workspace):
    made = exports["regulars", "letter"]
    file = next((workspace / "data" / "exports" / made.manifest["export_id"]).glob("*.xlsx"))
    book = CalamineWorkbook.from_path(file)
    assert book.sheet_names == ["Audience", "Funnel", "Read me"]
    header, *rows = book.get_sheet_by_name("Audience").to_python()
    people = [dict(zip(header, row, strict=True)) for row in rows if row[0]]
    assert [int(p["Kundennummer"][1:]) for p in people] == made.customers
    assert all(p["Rechtsgrundlage"] and p["Rechtsgrundlage seit"] and p["Begründung"] for p in people)
    assert all(isinstance(p["PLZ"], str) for p in people)


def test_the_funnel_only_narrows_and_ends_with_the_file_s_rows(exports):
    for made in exports.values():
        if made.rows:
            counts = [step["customers"] for step in made.manifest["funnel"]]
            assert counts == sorted(counts, reverse=True)
            assert counts[-1] == made.manifest["rows"] == len(made.rows)


# Goods that are advertised


@pytest.mark.parametrize(("segment", "purpose"), [("goods_mail", "marketing"), ("survey", "feedback")])
def test_existing_customers_are_mailed_about_goods_like_those_they_bought_and_no_others(
    segment, purpose, workspace, as_of
):
    """And a consent to marketing is none to be surveyed, while a refusal of it is one."""
    made = export(workspace, segment, "email")
    with databases(workspace) as con:
        ask_oracle(con, as_of, advertised=["BAD", "TEX"])
        con.execute("insert into member select $1, customer_id from spending", [segment])
        verdict = judge(allowed(con, segment, "email", purpose), made)
    assert not verdict, verdict
    bases = made.recipients.group_by("country", "basis").len()
    assert set(bases.filter(pl.col("basis") == "existing_customer")["country"]) == COUNTRIES - {"SE"}
    assert set(bases["basis"]) == (
        {"consent", "existing_customer"} if purpose == "marketing" else {"existing_customer"}
    )


# Purpose


def test_a_segment_without_a_purpose_cannot_be_exported(workspace, tmp_path):
    file = workspace / "segments" / "aimless.yaml"
    file.write_text(GOODS_MAIL.replace("purpose: marketing\n", ""))
    try:
        ended = rundblick("export", "aimless", "--channel", "email", "--workspace", workspace)
    finally:
        file.unlink()
    assert (ended.status, ended.out) == (2, "")
    assert "purpose" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_the_purpose_cannot_be_given_on_the_command_line(workspace):
    ended = rundblick("export", "lapsed", "--channel", "email", "--purpose", "service", "--workspace", workspace)
    assert ended.status == 2


def test_a_cold_call_list_is_refused_with_its_reason(workspace):
    """Danish consumers may not be called at all; of the surveyed Germans nobody has agreed to a call."""
    words = ("--channel", "phone", "--workspace", workspace)
    banned = rundblick("export", "lapsed", "--country", "DK", *words)
    cold = rundblick("export", "survey", "--country", "DE", *words)
    for ended, country in ((banned, "Denmark"), (cold, "Germany")):
        assert (ended.status, ended.out) == (2, "")
        assert "nobody may be contacted" in ended.err
        assert country in ended.err
        assert len(ended.err.splitlines()) == 1


# The desk


def test_an_objection_at_the_desk_takes_the_person_out_of_every_channel_at_once(workspace, exports, as_of):
    letter, call = exports["regulars", "letter"], exports["regulars", "phone"]
    customer = next(iter(set(letter.customers) & set(call.customers)))
    succeed("privacy", "object", f"C{customer:06d}", "--reason", "letter of 14 November", "--workspace", workspace)
    for channel in ("letter", "phone", "email"):
        assert customer not in export(workspace, "regulars", channel).customers


def test_a_restriction_at_the_desk_holds_for_every_purpose_until_it_is_lifted(workspace, exports):
    customer = exports["unanswered_enquirers", "email"].customers[0]
    name = f"C{customer:06d}"
    succeed("privacy", "restrict", name, "--reason", "asked by phone", "--workspace", workspace)
    assert customer not in export(workspace, "unanswered_enquirers", "email").customers
    succeed("privacy", "lift", name, "--reason", "settled", "--workspace", workspace)
    assert customer in export(workspace, "unanswered_enquirers", "email").customers
