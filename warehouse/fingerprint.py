"""Fingerprints: what a table was made from, stored in the transaction that made it.

A step is skipped only when the fingerprint of its inputs is the one stored with its output. The
store lies in the same file as the table, since a DuckDB transaction writes one file only:
`meta.fingerprint` for the warehouse, `serve.fingerprint` for the snapshot.
"""

import hashlib
from collections.abc import Iterable

import duckdb


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the two stores where they are missing; database `serve` must be attached."""
    con.execute("create schema if not exists meta")
    for store in ("meta.fingerprint", "serve.fingerprint"):
        con.execute(f"create table if not exists {store} (table_name text primary key, value text not null)")


def digest(parts: Iterable[str]) -> str:
    """Return one hash over `parts`, in their order."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def read(con: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> list[str]:
    """Return the stored fingerprint of each table, '' where there is none."""
    stored = dict(
        con.execute(
            "select table_name, value from meta.fingerprint union all select table_name, value from serve.fingerprint"
        ).fetchall()
    )
    return [stored.get(table, "") for table in tables]


def record(con: duckdb.DuckDBPyConnection, table: str, value: str) -> None:
    """Store the fingerprint of `table`; call it in the transaction that writes the table."""
    store = "serve.fingerprint" if table.startswith("serve.") else "meta.fingerprint"
    con.execute(f"insert or replace into {store} values (?, ?)", [table, value])
