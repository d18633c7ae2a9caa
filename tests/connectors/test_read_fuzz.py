"""Damaged files of every format: loaded right, or refused in one clear line, and nothing else.

RUNDBLICK_FUZZ_SECONDS makes it longer, RUNDBLICK_FUZZ_SEED makes it another walk; by default every
format gets the same few files each time.
"""

import gzip
import io
import os
import random
import time
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow as pa
import pyarrow.parquet
import pytest
import xlsxwriter
from test_read_broken_input import till

from warehouse.errors import RundblickError

SECONDS = float(os.environ.get("RUNDBLICK_FUZZ_SECONDS", "0"))
SEED = int(os.environ.get("RUNDBLICK_FUZZ_SEED", "1"))
CASES = 30
ROWS = 40
SECRET = "Zzplantagenet"
SOURCE = """
name: crm
kind: files
path: inbox/crm/*
format: FORMAT
tables:
  customer: {key: [id], delivery: changes, columns: {n: integer, day: date}, expect: {max_reject_share: 1}}
"""
MEMBERS = "Email Address,Last Name,LEID,LAST_CHANGED,OPTIN_TIME,CONFIRM_TIME\n" + "".join(
    f"a{n}@x.example,{SECRET},{n},2026-01-01 08:00:00,,\n" for n in range(ROWS)
)


def _records():
    return [{"id": str(n), "n": n, "day": "2026-01-31", "name": f'{SECRET} "{n}"\nß'} for n in range(ROWS)]


def _csv(end="\n"):
    quoted = [f'{r["id"]},{r["n"]},{r["day"]},"{r["name"].replace(chr(34), chr(34) * 2)}"' for r in _records()]
    return (end.join(["id,n,day,name", *quoted]) + end).encode()


def _json_lines():
    rows = [f'{{"id": {n}, "n": {n}, "day": "2026-01-31", "a": {{"b": ["{SECRET}", {n}]}}}}' for n in range(ROWS)]
    return "\n".join(rows).encode()


def _parquet():
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pa.Table.from_pylist(_records()), buffer)
    return buffer.getvalue()


def _workbook():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "n", "day", "name"])
        for number, record in enumerate(_records(), start=1):
            sheet.write_row(number, 0, list(record.values()))
    return buffer.getvalue()


def _zip(files):
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


FORMATS = {
    "csv": ("csv", "a.csv", _csv),
    "csv-crlf": ("csv", "a.csv", lambda: _csv("\r\n")),
    "csv-gz": ("csv", "a.csv.gz", lambda: gzip.compress(_csv(), mtime=0)),
    "jsonl": ("jsonl", "a.jsonl", _json_lines),
    "json": ("json", "a.json", lambda: b"[" + _json_lines().replace(b"\n", b",\n") + b"]"),
    "parquet": ("parquet", "a.parquet", _parquet),
    "excel": ("excel", "a.xlsx", _workbook),
    "mailchimp_zip": ("newsletter", "a.zip", lambda: _zip({"subscribed_a.csv": MEMBERS})),
    "dsfinvk": ("pos", "a.zip", till),
}
NASTY = [
    *(
        b'"',
        b'"\n',
        b"\0",
        b"\xff",
        b"\xed\xa0\x80",
        b"\\ud800",
        b"\r",
        b"\n",
        b",",
        b";;;;",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
    ),
    *(
        b"9" * 5000,
        b"[" * 2000,
        b'{"a":' * 300,
        b"&a;",
        b"<!DOCTYPE a [",
        b"PK\x03\x04",
        b"1e999",
        b"-",
        b"\x1a",
        b"\x85",
    ),
]


def damaged(content, dice):
    """The content with one to three things done to it that happen to files, or that nobody would do."""
    for _ in range(dice.randint(1, 3)):
        at, until = sorted(dice.randrange(len(content) + 1) for _ in range(2))
        short = min(until, at + dice.randint(1, 16))
        noise = bytes(dice.randrange(256) for _ in range(dice.randint(1, 8)))
        content = dice.choice(
            [
                content[:at],
                content[:at] + content[short:],
                content[:at] + noise + content[short:],
                content[:at] + dice.choice(NASTY) + content[at:],
                content[:until] + content[at:until] + content[until:],
                content[:at] + content[at:short][::-1] + content[short:],
            ]
        )
    return content


def outcome(silo, source, content, name):
    """What loading says of a file: how many rows went where, or the one line that refuses it."""
    path = silo.write(name, content)
    silo.con.execute("drop schema if exists raw cascade")
    try:
        result = silo.load(source)
    except RundblickError as error:
        return str(error)
    finally:
        path.unlink()
    assert not _swallowed(silo)
    return result.rows + result.rejected


def _swallowed(silo):
    """Names of customers that hold several whole rows."""
    known = silo.con.sql(
        "select column_name from duckdb_columns() where schema_name = 'raw' and table_name = 'crm_customer'"
    ).fetchall()
    if ("name",) not in known:
        return []
    return silo.con.sql("""
        select name from raw.crm_customer where len(regexp_extract_all(name, '[0-9],[0-9]+,2026-01-31,')) > 2
    """).fetchall()


def require_plain(said, name):
    if isinstance(said, int):
        return
    assert "\n" not in said
    assert len(said) < 1000
    assert SECRET not in said
    assert said.isprintable()


@pytest.mark.parametrize("kind", FORMATS)
def test_damaged_file_is_loaded_or_refused_in_one_line(silo, kind):
    form, file, make = FORMATS[kind]
    demo = form in ("newsletter", "pos")
    source = silo.demo_source(form) if demo else silo.source(SOURCE.replace("FORMAT", form))
    name, whole, dice = f"{form if demo else 'crm'}/{file}", make(), random.Random(f"{SEED} {kind}")
    assert isinstance(outcome(silo, source, whole, name), int)
    until, case = time.monotonic() + SECONDS / len(FORMATS), 0
    while case < CASES or time.monotonic() < until:
        case += 1
        content = damaged(whole, dice)
        try:
            require_plain(outcome(silo, source, content, name), name)
        except BaseException:
            kept = silo.root / f"case-{case}-{file}"
            kept.write_bytes(content)
            print(f"seed {SEED}, case {case} of {kind}: {kept}")
            raise
