"""Ways in which a delivery arrives broken, each a function from a healthy file to a broken one."""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARK = "Zzplantagenet"
"""A value that stands in for something personal: it is written into the rows that will fail."""


@dataclass(frozen=True)
class Part:
    """The file of a silo that is broken: `member` in it where it is a ZIP."""

    file: str
    kind: str  # csv, jsonl or sqlite
    key: str  # a column that the contract names
    day: str  # a column that holds a date or time
    text: str  # a column that holds something personal
    member: str | None = None
    delimiter: str = ","


PARTS = {
    "shop": Part("shop/orders.csv", "csv", "Name", "Created at", "Billing Name"),
    "erp": Part("erp/odoo.sqlite", "sqlite", "write_date", "write_date", "name"),
    "loyalty": Part("loyalty/members.csv", "csv", "member_id", "geburtsdatum", "nachname", delimiter=";"),
    "pos": Part("pos/*.zip", "csv", "BON_ID", "BON_START", "BON_NAME", member="transactions.csv", delimiter=";"),
    "receipts": Part("receipts/receipts.csv", "csv", "receipt_no", "sold_at", "article"),
    "forms": Part("forms/submissions.jsonl", "jsonl", "submission_id", "submitted_at", "page"),
    "draws": Part("draws/entries.csv", "csv", "entry_id", "entered_at", "family_name", delimiter=";"),
    "newsletter": Part(
        "newsletter/audience_export.zip", "csv", "LEID", "LAST_CHANGED", "Last Name",
        member="subscribed_members_export_nordlicht.csv",
    ),
    "web": Part("web/*.jsonl", "jsonl", "messageId", "receivedAt", "event"),
    "calls": Part("calls/calls.csv", "csv", "call_id", "called_at", "family_name", delimiter=";"),
    "ads": Part("ads/costs.csv", "csv", "campaign", "day", "currency"),
    "rates": Part("rates/rates.csv", "csv", "rate", "valid_on", "currency"),
    "lists": Part("lists/suppressions.csv", "csv", "list_name", "refreshed_on", "family_name"),
}  # fmt: skip


def break_it(workspace: Path, silo: str, breakage: str) -> None:
    """Replace a file of the silo by a broken one; `duplicate` adds a second copy instead."""
    part = PARTS[silo]
    path = min((workspace / "inbox").glob(part.file))
    if breakage == "duplicate":
        twin = path.with_name(path.stem + "-again" + path.suffix)
        twin.write_bytes(path.read_bytes())
    elif breakage in WHOLE_FILE or part.kind == "sqlite":
        WHOLE_FILE.get(breakage, SQLITE.get(breakage, _unchanged))(path)
    elif part.member:
        _in_zip(path, part.member, lambda text: TEXT[breakage](text, part))
    else:
        path.write_bytes(TEXT[breakage](path.read_bytes(), part))


def breakages_of(silo: str) -> list[str]:
    """The breakages that a silo's kind of file can suffer."""
    part = PARTS[silo]
    zipped = ["truncated"] if part.member else []
    if part.kind == "sqlite":
        return ["truncated", "empty", "zero_rows", "missing_column", "bad_dates"]
    every = [*zipped, "duplicate", "missing_column", "bad_dates", "half_line", "not_utf_8", "empty"]
    return every + (["wrong_delimiter", "zero_rows"] if part.kind == "csv" else [])


def _unchanged(path: Path) -> None:
    raise KeyError(path)


def _truncate(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


WHOLE_FILE: dict[str, Callable[[Path], None]] = {"truncated": _truncate, "empty": _empty}


def _in_zip(path: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist()}
    content[member] = change(content[member])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in content.items():
            new.writestr(name, data)


# Text


def _other_delimiter(content: bytes, part: Part) -> bytes:
    rows = _rows(content, part)
    return _csv(rows, "|" if part.delimiter != "|" else ",")


def _without_column(content: bytes, part: Part) -> bytes:
    if part.kind == "jsonl":
        lines = [json.loads(line) for line in content.splitlines()]
        return _json_lines([{k: v for k, v in line.items() if k != part.key} for line in lines])
    rows = _rows(content, part)
    place = rows[0].index(part.key)
    return _csv([[*row[:place], *row[place + 1 :]] for row in rows], part.delimiter)


def _bad_date(content: bytes, part: Part) -> bytes:
    """The first row gets a date that is none, and a mark to search for."""
    if part.kind == "jsonl":
        lines = [json.loads(line) for line in content.splitlines()]
        first = next(line for line in lines if part.day in line)
        first[part.day], first[part.text] = "gestern", MARK
        return _json_lines(lines)
    rows = _rows(content, part)
    row = rows[1]
    row[rows[0].index(part.day)], row[rows[0].index(part.text)] = "gestern", MARK
    return _csv(rows, part.delimiter)


def _half_line(content: bytes, part: Part) -> bytes:
    """The last line breaks off in the middle, as in a file that is still being written."""
    lines = content.rstrip(b"\r\n").splitlines(keepends=True)
    separator = b'"' if part.kind == "jsonl" else part.delimiter.encode()
    half = lines[-1][: len(lines[-1]) // 2]
    return b"".join(lines[:-1]) + half[: half.rfind(separator)]


def _in_cp1252(content: bytes, part: Part) -> bytes:
    """A row bears an umlaut, and the file is written as Windows does."""
    text = content.decode("utf-8")
    if text.isascii():
        head, _, rest = text.partition("\n")
        cells = rest.split(part.delimiter, 2) if part.kind == "csv" else [rest.replace('"de"', '"dé"', 1)]
        cells[0 if part.kind == "jsonl" else 1] += "" if part.kind == "jsonl" else "ü"
        text = head + "\n" + part.delimiter.join(cells)
    return text.encode("cp1252", errors="replace")


def _header_only(content: bytes, part: Part) -> bytes:
    return _csv(_rows(content, part)[:1], part.delimiter)


TEXT: dict[str, Callable[[bytes, Part], bytes]] = {
    "wrong_delimiter": _other_delimiter,
    "missing_column": _without_column,
    "bad_dates": _bad_date,
    "half_line": _half_line,
    "not_utf_8": _in_cp1252,
    "zero_rows": _header_only,
}


def _rows(content: bytes, part: Part) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), delimiter=part.delimiter))


def _csv(rows: list[list[str]], delimiter: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def _json_lines(lines: list[Any]) -> bytes:
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


# SQLite


def _sql(*statements: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with sqlite3.connect(path) as con:
            for statement in statements:
                con.execute(statement)
        con.close()

    return change


SQLITE: dict[str, Callable[[Path], None]] = {
    "zero_rows": _sql("delete from res_country"),
    "missing_column": _sql("alter table res_partner rename column name to display_name"),
    "bad_dates": _sql(
        f"update res_partner set x_birthdate = 'gestern', name = '{MARK}', write_date = '2026-11-15 23:59:00'"
        " where id = (select min(id) from res_partner where not is_company)"
    ),
}
