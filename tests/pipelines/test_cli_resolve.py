"""`rundblick resolve`: what it writes, what it tells, and one clear line for every bad input."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines.cli import main

Run = Callable[..., tuple[int, str, str]]

# Two people with two records each, and two others.
PEOPLE = """id;Vorname;Nachname;Geburtsdatum;Ort;wer
1;Jürgen;Müller;03.05.1961;Köln;a
2;Juergen;Mueller;03.05.1961;Köln;a
3;Ingeborg;Schäfer;17.11.1948;Aachen;b
4;Ingeborg;Schaefer;17.11.1948;Aachen;b
5;Mehmet;Yıldız;22.02.1990;Berlin;c
6;Åse;Nørgård;09.09.1975;Århus;d
"""
ANSWER = [1, 1, 2, 2, 3, 4]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["rundblick", "resolve", *(str(word) for word in words)])
        status = 0
        try:
            main()
        except SystemExit as stop:
            status = int(stop.code or 0)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


def test_each_record_gets_its_customer_and_the_probability(run: Run, people: Path, tmp_path: Path):
    assert run(people, "--out", tmp_path / "out.csv")[0] == 0
    out = pl.read_csv(tmp_path / "out.csv")
    assert out.columns == ["id", "customer_id", "match_probability"]
    assert out["id"].to_list() == [1, 2, 3, 4, 5, 6]
    assert out["customer_id"].to_list() == ANSWER
    # Who stands alone has none.
    assert out["match_probability"].is_null().to_list() == [False] * 4 + [True] * 2
    assert all(0.5 <= p <= 1 for p in out["match_probability"].drop_nulls())


def test_json_tells_the_figures_and_the_columns(run: Run, people: Path, tmp_path: Path):
    status, out, _ = run(people, "--out", tmp_path / "out.parquet", "--truth", "wer", "--json")
    told = json.loads(out)
    assert status == 0
    assert (told["records"], told["customers"], told["largest_customer"]) == (6, 4, 2)
    assert told["columns"] == {
        "id": "id", "Vorname": "given_name", "Nachname": "family_name", "Geburtsdatum": "birth_date", "Ort": "city",
        "wer": "ignore",
    }  # fmt: skip
    assert told["id_column"] == "id"
    assert told["threshold"] == 0.5
    assert told["quality"]["pair_f1"] == told["quality"]["b3_f1"] == told["quality"]["cluster_f1"] == 1
    assert pl.read_parquet(tmp_path / "out.parquet")["customer_id"].to_list() == ANSWER


def test_a_person_reads_how_columns_were_taken_and_what_to_do(run: Run, people: Path, tmp_path: Path):
    _, out, _ = run(people, "--out", tmp_path / "out.csv", "--truth", "wer")
    assert "Geburtsdatum             birth date" in out
    assert "wer                      the truth, not looked at" in out
    assert "--map family_name=COLUMN" in out
    assert "6 records are 4 customers; the largest has 2 records." in out


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8-sig", ","), ("latin-1", ";"), ("utf-16", "\t"), ("utf-16-le", ";")]
)
def test_files_of_any_encoding_and_delimiter(run: Run, tmp_path: Path, encoding: str, delimiter: str):
    # Latin-1 has no dotless i.
    text = PEOPLE.replace("ı", "i").replace(";", delimiter)
    (tmp_path / "people.txt").write_bytes(text.encode(encoding))
    status, _, error = run(tmp_path / "people.txt", "--out", tmp_path / "out.csv", "--truth", "wer")
    assert (status, error) == (0, "")
    assert pl.read_csv(tmp_path / "out.csv")["customer_id"].to_list() == ANSWER


def test_several_files_with_the_same_ids_and_other_columns(run: Run, people: Path, tmp_path: Path):
    more = pl.DataFrame({
        "id": ["1", "2"], "first_name": ["Mehmet", "Karla"], "last name": ["Yildiz", "Kolumna"],
        "dob": ["1990-02-22", "1999-09-19"],
    })  # fmt: skip
    more.write_parquet(tmp_path / "more.parquet")
    mapped = ["--map", "given_name=first_name", "--map", "family_name=last name", "--map", "birth_date=dob"]
    status, _, error = run(people, tmp_path / "more.parquet", "--out", tmp_path / "out.csv", *mapped)
    assert (status, error) == (0, "")
    out = pl.read_csv(tmp_path / "out.csv")
    assert out["file"].to_list() == ["people.csv"] * 6 + ["more.parquet"] * 2
    assert out["customer_id"].to_list() == [*ANSWER, 3, 5]


def test_a_model_learned_once_serves_another_call(run: Run, people: Path, tmp_path: Path):
    assert run(people, "--out", tmp_path / "a.csv", "--save-model", tmp_path / "model.json")[0] == 0
    assert run(people, "--out", tmp_path / "b.csv", "--model", tmp_path / "model.json")[0] == 0
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()
    # Numbers only: nobody can be read out of it.
    assert "ller" not in (tmp_path / "model.json").read_text()


def test_one_record_is_one_customer(run: Run, tmp_path: Path):
    (tmp_path / "one.csv").write_text("id,first_name,last_name\n7,Ada,Lovelace\n")
    assert run(tmp_path / "one.csv", "--out", tmp_path / "out.csv")[0] == 0
    assert (tmp_path / "out.csv").read_text() == "id,customer_id,match_probability\n7,1,\n"


def bad_inputs(folder: Path) -> dict[str, tuple[list[object], str]]:
    """What is wrong → the words of the call, and what the line must say."""
    good = folder / "people.csv"
    files = {
        "empty.csv": b"", "header.csv": b"first_name,last_name\n", "numbers.csv": b"1,2\n3,4\n",
        "twice.csv": b"id,name,name\n1,Ada Lovelace,b\n", "ragged.csv": b"name,city\na,b\nc,d,e\n",
        "binary.csv": bytes(range(256)) * 4, "same.csv": b"id,first_name\n1,Ada\n1,Bea\n", "not.parquet": b"PAR1",
        "ids.csv": b"id,flag\n1,x\n2,x\n", "not.json": b"{}",
    }  # fmt: skip
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return {
        "missing file": ([folder / "none.csv"], "no such file"),
        "empty file": ([folder / "empty.csv"], "is empty"),
        "no records": ([folder / "header.csv"], "holds no records"),
        "no header": ([folder / "numbers.csv"], "the first line is no header"),
        "two columns of one name": ([folder / "twice.csv"], 'two columns are named "name"'),
        "rows of another width": ([folder / "ragged.csv"], "is not a table with the delimiter"),
        "not text": ([folder / "binary.csv"], "is not text in UTF-8, UTF-16 or Latin-1"),
        "not Parquet": ([folder / "not.parquet"], "is not a Parquet file"),
        "same file twice": ([good, good], "the same file is given twice"),
        "unknown kind": ([good, "--map", "shoe_size=Ort"], '"shoe_size" is no kind of column'),
        "unknown column in the map": ([good, "--map", "city=Stadt"], 'no column "Stadt"'),
        "map without a column": ([good, "--map", "city"], "is no kind=column"),
        "column mapped twice": ([good, "--map", "city=Ort", "--map", "region=Ort"], "is mapped twice"),
        "truth absent": ([good, "--truth", "person"], 'no column "person"'),
        "id column absent": ([good, "--id-column", "nr"], 'no column "nr"'),
        "ids not unique": ([folder / "same.csv", "--id-column", "id"], "the same in two"),
        "nothing to compare by": ([folder / "ids.csv"], "no column to compare people by"),
        "no model": ([good, "--model", folder / "not.json"], "is no model that --save-model wrote"),
        "missing model": ([good, "--model", folder / "none.json"], "no such file"),
    }


@pytest.mark.parametrize("wrong", [
    "missing file", "empty file", "no records", "no header", "two columns of one name", "rows of another width",
    "not text", "not Parquet", "same file twice", "unknown kind", "unknown column in the map", "map without a column",
    "column mapped twice", "truth absent", "id column absent", "ids not unique", "nothing to compare by", "no model",
    "missing model",
])  # fmt: skip
def test_bad_input_is_one_clear_line_and_leaves_the_old_result(run: Run, people: Path, tmp_path: Path, wrong: str):
    (tmp_path / "out.csv").write_text("the old result")
    words, expected = bad_inputs(tmp_path)[wrong]
    status, _, error = run(*words, "--out", tmp_path / "out.csv")
    assert status == 2
    assert expected in error
    assert error.count("\n") == 1
    assert "Müller" not in error
    assert (tmp_path / "out.csv").read_text() == "the old result"


@pytest.mark.parametrize("out", ["out.xlsx", "nowhere/out.csv"])
def test_a_place_that_cannot_be_written_is_said_before_the_work(run: Run, people: Path, tmp_path: Path, out: str):
    status, _, error = run(people, "--out", tmp_path / out)
    assert (status, error.count("\n")) == (2, 1)
