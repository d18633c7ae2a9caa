"""Fingerprints: what a table was made from, stored in the transaction that made it.

A step is skipped only when the fingerprint of its inputs is the one stored with its output. The
store lies in the same file as the table, since a DuckDB transaction writes one file only:
`meta.fingerprint` for the warehouse, `serve.fingerprint` for the snapshot.
"""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from pkgutil import resolve_name

import duckdb


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the two stores where they are missing; database `serve` must be attached."""
    con.execute("create schema if not exists meta")
    for store in ("meta.fingerprint", "serve.fingerprint"):
        con.execute(f"create table if not exists {store} (table_name text primary key, value text not null)")


def digest(parts: Iterable[str]) -> str:
    """Return one hash over `parts`, in their order."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@cache
def of_code(package: str) -> str:
    """Return one hash over the files of an installed package, so that a new program makes its tables anew."""
    folder = Path(resolve_name(package).__path__[0])
    files = sorted(p for p in folder.rglob("*") if p.suffix in {".py", ".sql", ".yaml", ".csv", ".json"})
    return digest(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)


def read(con: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> list[str]:
    """Return the stored fingerprint of each table, '' where there is none."""
    stored = dict(
        con.execute(
            "select table_name, value from meta.fingerprint union all select table_name, value from serve.fingerprint"
        ).fetchall()
    )
    return [stored.get(table, "") for table in tables]


def forget(con: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
    """Delete the stored fingerprints of `tables`, committed at once.

    Call it before a writer that commits more than once: killed between two commits, it must find nothing on the
    next run that calls the half-written tables fresh, whatever their inputs are by then.
    """
    for table in tables:
        store = "serve.fingerprint" if table.startswith("serve.") else "meta.fingerprint"
        con.execute(f"delete from {store} where table_name = ?", [table])


def record(con: duckdb.DuckDBPyConnection, table: str, value: str) -> None:
    """Store the fingerprint of `table`; call it in the transaction that writes the table."""
    store = "serve.fingerprint" if table.startswith("serve.") else "meta.fingerprint"
    con.execute(f"insert or replace into {store} values (?, ?)", [table, value])
