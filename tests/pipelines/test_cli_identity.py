"""`rundblick identity`: figures where the truth is known, and one line where something is missing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse.db import connect_memory

RUNDBLICK = Path(sys.executable).parent / "rundblick"
PERSON = {
    "record_id": "text", "source": "text", "record_table": "text", "record_key": "text", "is_company": "boolean",
    "company_name": "text", "parent_record_id": "text", "vat_id": "text", "gender": "text", "title": "text",
    "given_name": "text", "family_name": "text", "birth_date": "date", "email": "text", "phone": "text",
    "phone_2": "text", "card_no": "text", "street": "text", "house_no": "text", "address_extra": "text",
    "postal_code": "text", "city": "text", "country": "text", "language": "text", "customer_no": "text",
    "is_test": "boolean", "is_deceased": "boolean", "is_account": "boolean", "verified_at": "timestamp",
    "created_at": "timestamp", "updated_at": "timestamp",
}  # fmt: skip


def call(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([RUNDBLICK, "identity", *map(str, arguments)], capture_output=True, text=True)


@pytest.fixture
def files(tmp_path) -> tuple[Path, Path]:
    """Hannelore Zantner twice, and Ottilie Quiring, who is two people with one mailbox and one name."""
    party, truth = tmp_path / "party.parquet", tmp_path / "truth.parquet"
    with connect_memory() as con:
        con.execute(f"create table party ({', '.join(f'{name} {kind}' for name, kind in PERSON.items())})")
        con.execute("""
            insert into party (record_id, source, given_name, family_name, email) values
            ('shop:a', 'shop', 'Hannelore', 'Zantner', 'h.zantner@web.de'),
            ('forms:b', 'forms', 'Hannelore', 'Zantner', 'h.zantner@web.de'),
            ('shop:c', 'shop', 'Ottilie', 'Quiring', 'quiring@web.de'),
            ('forms:d', 'forms', 'Ottilie', 'Quiring', 'quiring@web.de')""")
        con.execute("""
            update party set record_table = 'customer', record_key = record_id, is_company = false, is_test = false,
                is_deceased = false, is_account = false""")
        con.execute(f"copy party to '{party}'")
        people = "values ('shop:a', 'H'), ('forms:b', 'H'), ('shop:c', 'O'), ('forms:d', 'P')"
        con.execute(f"copy (select * from ({people}) as t(record_id, person_id)) to '{truth}'")
    return party, truth


def test_evaluate_tells_the_mistakes_of_a_party_file(files):
    party, truth = files
    done = call("evaluate", "--party", party, "--truth", truth, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["truth"]
    # Two pairs are joined, one of them wrongly; both customers stand, one holds two people.
    assert (told["accuracy"]["pair_precision"]["value"], told["accuracy"]["pair_recall"]["value"]) == (0.5, 1.0)
    assert {key: told["business"][key] for key in ("customers", "mixed", "people", "parted")} == {
        "customers": 2,
        "mixed": 1,
        "people": 3,
        "parted": 0,
    }
    assert list(told["hard_cases"]) == ["none"]


def test_evaluate_speaks_to_people(files):
    party, truth = files
    lines = call("evaluate", "--party", party, "--truth", truth).stdout.splitlines()
    assert "  one customer in 2 carries another person's history; no person of 3 is still two." in lines


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["evaluate", "--set", "febrl9"], '--set: "febrl9" is not one of febrl1, febrl2, febrl3, febrl4.'),
        (["evaluate", "--party", "{party}"], "--party needs --truth FILE: a Parquet file of record_id and person_id."),
        (["train", "--party", "{party}"], "4 person records are too few to learn from, at least 200 are needed."),
        (["train", "--party", "{party}", "--out", "none/model.json"], "--out: there is no folder none."),
        (["train", "--party", "nothing.parquet"], "nothing.parquet: IO Error: No files found that match the pattern"),
    ],
)
def test_what_is_missing_is_said_in_one_line(files, arguments, line):
    done = call(*(argument.format(party=files[0]) for argument in arguments))
    assert done.returncode == 2
    assert [told for told in done.stderr.splitlines() if told.startswith("rundblick: ")] != []
    assert line in done.stderr
