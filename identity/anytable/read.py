"""Tables of people in files of any common make, read as text."""

import codecs
import csv
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from identity.errors import IdentityError

_DELIMITERS = ",;\t|"
_SNIFFED_LINES = 50
# What people and programs write where they know nothing.
_NOTHING = ("", "na", "n/a", "n.a.", "nan", "null", "none", "nil", "-", "--", "?", ".", "unknown", "\\n", "<na>", "nat")
# Names of the columns added here; \x1f can't come from a file's header by accident.
NO, FILE = "\x1fno", "\x1ffile"


@dataclass(frozen=True)
class People:
    """All files one under the other: every value a trimmed text or null.

    `table` has NO (0, 1, … in the files' order) and FILE (the file's name) beside the files' columns.
    """

    table: pl.DataFrame
    files: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        """The files' own columns."""
        return [name for name in self.table.columns if name not in (NO, FILE)]


def read_people(files: list[Path]) -> People:
    """Return the records of all files; a column that one of them lacks is null there.

    Raises IdentityError for a file that is missing, empty, of another kind or not readable as text.
    """
    names = _names(files)
    read = [_read(path).select(pl.lit(name).alias(FILE), pl.all()) for path, name in zip(files, names, strict=True)]
    table = pl.concat(read, how="diagonal").with_row_index(NO).with_columns(pl.col(NO).cast(pl.Int32))
    return People(table.select(NO, FILE, pl.exclude(NO, FILE)), tuple(names))


def _names(files: list[Path]) -> list[str]:
    """Each file's name, with its folder where two files have one name."""
    plain = [path.name for path in files]
    names = plain if len(set(plain)) == len(plain) else [str(path) for path in files]
    if len(set(names)) < len(names):
        raise IdentityError("the same file is given twice. Give each file once.")
    return names


def _read(path: Path) -> pl.DataFrame:
    if not path.is_file():
        raise IdentityError(f"{path}: no such file. Give a CSV or Parquet file of people.")
    raw = _parquet(path) if path.suffix.lower() in (".parquet", ".pq") else _csv(path)
    raw = raw.rename({name: name.strip().strip('"') for name in raw.columns})
    if raw.is_empty():
        raise IdentityError(f"{path}: holds no records. Give a file with a header and at least one row.")
    return raw.select(_cleaned(name) for name in raw.columns)


def _cleaned(name: str) -> pl.Expr:
    value = pl.col(name).cast(pl.String).str.strip_chars()
    return pl.when(value.str.to_lowercase().is_in(_NOTHING)).then(None).otherwise(value).alias(name)


def _parquet(path: Path) -> pl.DataFrame:
    try:
        table = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        raise IdentityError(f"{path}: is not a Parquet file. Give a Parquet file, or name a CSV .csv.") from None
    return table.select(pl.exclude(pl.List, pl.Struct, pl.Binary, pl.Array))


def _csv(path: Path) -> pl.DataFrame:
    text = _text(path)
    delimiter = _delimiter(text)
    _check_header(path, text, delimiter)
    # Blanks after the delimiter come before the quotes in some files.
    try:
        return pl.read_csv(text.encode(), separator=delimiter, infer_schema=False, truncate_ragged_lines=False)
    except pl.exceptions.PolarsError:
        raise IdentityError(
            f"{path}: is not a table with the delimiter {_named(delimiter)}: some rows have more values than the "
            "header has columns. Put quotes around values that hold the delimiter."
        ) from None


def _text(path: Path) -> str:
    """The file's text: UTF-8 or UTF-16 as its first bytes say, else UTF-8, else Latin-1."""
    raw = path.read_bytes()
    if not raw.strip():
        raise IdentityError(f"{path}: is empty. Give a file with a header and at least one row.")
    encodings: tuple[str, ...]
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ("utf-16",)
    elif raw[:200].count(b"\0") > len(raw[:200]) // 3:
        encodings = ("utf-16-le" if raw[1:2] == b"\0" else "utf-16-be",)
    else:
        encodings = ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise IdentityError(f"{path}: is not text in UTF-8, UTF-16 or Latin-1. Save it as CSV in UTF-8.")


def _delimiter(text: str) -> str:
    """The delimiter that splits the header in most columns, and the next lines in as many."""
    lines = text.splitlines()[:_SNIFFED_LINES]
    counts = {
        mark: [len(row) for row in csv.reader([line for line in lines if line.strip()], delimiter=mark)]
        for mark in _DELIMITERS
    }
    return max(_DELIMITERS, key=lambda mark: sum(n == counts[mark][0] for n in counts[mark]) * (counts[mark][0] - 1))


def _check_header(path: Path, text: str, delimiter: str) -> None:
    header = next(csv.reader([next(line for line in text.splitlines() if line.strip())], delimiter=delimiter))
    names = [name.strip() for name in header]
    twice = sorted({name for name in names if names.count(name) > 1 and name})
    if twice:
        raise IdentityError(f'{path}: two columns are named "{twice[0]}". Give each column a name of its own.')
    if any(sum(character.isalpha() for character in name) == 0 for name in names if name) or not any(names):
        raise IdentityError(f"{path}: the first line is no header. Name the columns in the first line.")


def _named(delimiter: str) -> str:
    return {"\t": "tab"}.get(delimiter, f'"{delimiter}"')
