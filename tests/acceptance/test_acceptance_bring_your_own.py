"""docs/bring-your-own.md, done: a CSV with column names of its own, from `init` to the exported audience.

The test and the guide use the same files, docs/examples/bring-your-own.
"""

import csv
import re
import textwrap
from pathlib import Path

import pytest
from acceptance_cli import EXAMPLES, databases, rundblick, succeed, workspace_of_example
from acceptance_oracle import Export, export

GUIDE = EXAMPLES.parent / "bring-your-own.md"
EXAMPLE = EXAMPLES / "bring-your-own"
INDEX = "inbox/kundenkartei-2026-11.csv"

# Number in the card index → why this customer is or is not in the mailing.
MAILED = {
    "1001": "confirmed by a click, with its origin; 1013 is the same person",
    "1008": "Austria, confirmed",
    "1009": "Switzerland, where a single opt-in is enough",
    "1011": "a nursery school: companies need consent too, and gave it",
}
NOT_MAILED = {
    "1002": "confirmed, but 1014 with the same address withdrew later",
    "1003": "signed up, never confirmed, and Germany wants a confirmed consent",
    "1004": "unsubscribed",
    "1005": "never asked",
    "1006": "confirmed, says the column, but nobody knows where: no proof",
    "1007": "signed in 2022 and not used for two years: expired",
    "1010": "15 years old",
    "1012": "no valid e-mail address",
}


@pytest.fixture(scope="module")
def bookshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace_of_example("bring-your-own", tmp_path_factory.mktemp("own") / "ws")


@pytest.fixture(scope="module")
def told(bookshop: Path) -> dict:
    succeed("check", "--workspace", bookshop)
    return succeed("run", "--json", "--workspace", bookshop).json


@pytest.fixture(scope="module")
def mailing(bookshop: Path, told: dict) -> Export:
    return export(bookshop, "christmas_letter", "email")


def numbers(workspace: Path, customers: list[int]) -> set[str]:
    """The customers' numbers in the card index, the smallest of each."""
    with databases(workspace) as con:
        known = con.execute(
            "select customer_id, min(customer_no) from serve.main.party group by customer_id"
        ).fetchall()
    return {number for customer, number in known if customer in customers}


def test_the_table_is_the_workspace_s_only_source_and_is_loaded_whole(told):
    assert told["sources"] == {"kundenkartei": {"rows": 14, "rejected": 0}}
    assert (told["records"], told["customers"]) == (14, 12)
    assert told["segments"]["christmas_letter"]["members"] == 12


def test_exactly_those_with_a_basis_are_mailed(bookshop, mailing):
    assert numbers(bookshop, mailing.customers) == set(MAILED)


def test_those_without_a_basis_are_counted_with_the_reason(mailing):
    reasons = {step["step"]: step["reasons"] for step in mailing.manifest["funnel"]}
    assert reasons["reachable"] == {"no_contact": 1}  # 1012
    assert reasons["legal_basis"] == {
        "not_proved": 2,  # 1003, 1006
        "expired": 1,  # 1007
        "no_basis": 1,  # 1005
        "refused": 1,  # 1004
    }
    assert reasons["not_suppressed"] == {"denied": 1, "minor": 1}  # 1002, 1010
    assert sum(sum(counts.values()) for counts in reasons.values()) == len(NOT_MAILED)


def test_time_and_origin_of_the_consent_go_out_with_each_row(bookshop, mailing):
    first = mailing.recipients.sort("basis_since").row(0, named=True)
    assert str(first["basis_since"]) == "2026-05-03 07:12:00"  # 09:12 in Berlin
    with databases(bookshop) as con:
        evidence = con.execute(
            "select evidence from serve.main.consent_event where event_id = $1", [first["evidence_id"]]
        ).fetchall()[0][0]
    assert "Klick in der Bestätigungsmail" in evidence


def test_why_a_row_is_there_can_be_asked(bookshop, mailing):
    file = next((bookshop / "data" / "exports" / mailing.manifest["export_id"]).glob("*.csv"))
    answer = succeed("why", "--export", file, "--row", 1, "--workspace", bookshop).out
    assert mailing.rows[0]["customer_no"] in answer
    assert "consent" in answer.lower()


def test_next_month_s_table_brings_a_withdrawal_and_a_new_customer(bookshop, mailing):
    table = (bookshop / INDEX).read_text()
    withdrawn = re.sub(r"(?m)^(1001;.*;)bestätigt;03\.05\.2026 09:12;", r"\1abgemeldet;02.12.2026 08:00;", table)
    new = (
        "1015;Frau;Mia;Moser;;mia.moser@lindenhof.example;;Dufourstraße 9;04107;Leipzig;Deutschland;;bestätigt;"
        "30.11.2026 19:00;Formular Webseite, Text v5, Klick in der Bestätigungsmail;30.11.2026;30.11.2026\n"
    )
    assert withdrawn != table
    (bookshop / "inbox" / "kundenkartei-2026-12.csv").write_text(withdrawn + new)
    settings = bookshop / "rundblick.yaml"
    settings.write_text(settings.read_text().replace("2026-11-20T", "2026-12-05T"))
    told = succeed("run", "--json", "--workspace", bookshop).json
    assert told["sources"] == {"kundenkartei": {"rows": 15, "rejected": 0}}
    again = export(bookshop, "christmas_letter", "email")
    assert numbers(bookshop, again.customers) == set(MAILED) - {"1001"} | {"1015"}
    with databases(bookshop) as con:
        ledger = con.execute(
            "select e.status, strftime(e.occurred_at, '%d.%m.%Y') from serve.main.consent_event as e"
            " inner join serve.main.party as p using (record_id) where p.customer_no = '1001' order by 2"
        ).fetchall()
    assert ledger == [("withdrawn", "02.12.2026"), ("confirmed", "03.05.2026")]


def test_a_mapping_that_names_a_missing_column_is_told_with_file_and_place(tmp_path):
    folder = workspace_of_example("bring-your-own", tmp_path / "ws")
    source = folder / "sources" / "kundenkartei.yaml"
    source.write_text(source.read_text().replace("Newsletter seit: timestamp", "Newsletter am: timestamp"))
    ended = rundblick("run", "--workspace", folder)
    assert ended.status in (1, 2)
    assert "Newsletter am" in ended.text
    assert "kundenkartei" in ended.text
    assert "Traceback" not in ended.text


# The guide


def test_the_guide_shows_what_the_example_really_holds():
    files = "\n".join(path.read_text() for path in sorted(EXAMPLE.rglob("*.yaml")))
    blocks = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(), flags=re.S)
    assert blocks
    lines = {line.strip() for line in files.splitlines()}
    unknown = [line for block in blocks for line in textwrap.dedent(block).splitlines() if line.strip() not in lines]
    assert [line for line in unknown if line.strip() not in ("", "…", "# …")] == []


def test_the_guide_explains_every_row_of_the_example():
    with (EXAMPLE / INDEX).open(encoding="utf-8", newline="") as file:
        rows = [row["KdNr"] for row in csv.DictReader(file, delimiter=";")]
    assert set(rows) == {*MAILED, *NOT_MAILED, "1013", "1014"}
    guide = GUIDE.read_text()
    assert [number for number in rows if number not in guide] == []
