"""The answer: one row a record of the input with its customer, written whole or not at all."""

import os
from pathlib import Path

import duckdb
import polars as pl

from identity.anytable.columns import Column
from identity.anytable.read import FILE, NO, People
from identity.errors import IdentityError


def check_out(out: Path) -> None:
    """Raise IdentityError when `out` cannot be written as CSV or Parquet."""
    if out.suffix.lower() not in (".csv", ".parquet"):
        raise IdentityError(f"--out: {out}: end the name in .csv or .parquet.")
    if out.is_dir() or not out.parent.is_dir():
        raise IdentityError(f"--out: {out}: no such folder. Make the folder first.")


def id_column_of(people: People, columns: list[Column], wanted: str | None) -> str | None:
    """Return the column that names a record, each once a file: the wanted one, else a recognised one, else None.

    Raises IdentityError when the wanted one is absent, empty somewhere, or names two records of a file the same.
    """
    if wanted is not None:
        if wanted not in people.columns:
            raise IdentityError(f'--id-column: no column "{wanted}". The files have {", ".join(people.columns)}.')
        if not _names_each(people, wanted):
            raise IdentityError(
                f'--id-column: column "{wanted}" is empty in some row or the same in two. '
                "Name a column that differs in every row, or leave it out: rows are numbered then."
            )
        return wanted
    return next((c.name for c in columns if c.kind == "id" and _names_each(people, c.name)), None)


def _names_each(people: People, name: str) -> bool:
    table = people.table.select(FILE, name)
    return table[name].null_count() == 0 and not table.is_duplicated().any()


def write_out(con: duckdb.DuckDBPyConnection, out: Path, people: People, id_column: str | None) -> None:
    """Write the id, the file where there are several, customer_id and match_probability, in the files' order.

    Needs person_customer (no, customer_id, match_probability).
    """
    ids = people.table[id_column] if id_column else pl.Series(_row_numbers(people))
    name = id_column or "row"
    frame = pl.DataFrame({"no": people.table[NO], f"input_{name}" if name in _OWN else name: ids})
    if len(people.files) > 1:
        frame = frame.with_columns(people.table[FILE].alias("file"))
    found = con.sql("select no, customer_id, match_probability from person_customer").pl()
    frame = frame.join(found, on="no", how="left", maintain_order="left").drop("no")
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        if out.suffix.lower() == ".parquet":
            frame.write_parquet(part)
        else:
            frame.write_csv(part)
        part.replace(out)
    except OSError as error:
        raise IdentityError(f"--out: {out}: {error.strerror or 'cannot be written'}. Choose another place.") from None
    finally:
        part.unlink(missing_ok=True)


_OWN = ("customer_id", "match_probability", "file")


def _row_numbers(people: People) -> pl.Series:
    """1, 2, … within each file."""
    return people.table.select((pl.int_range(pl.len()).over(FILE) + 1).alias("row"))["row"]
