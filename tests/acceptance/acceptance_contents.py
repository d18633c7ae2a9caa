"""What the databases of a workspace hold, so that two workspaces can be compared table by table."""

from pathlib import Path

import duckdb
import polars as pl
from acceptance_cli import databases

SCHEMAS = ("raw", "clean", "identity", "core", "main")
# Different in every run, and meant to be.
VOLATILE = {
    "run_id",
    "token",
    "_loaded_at",
    "loaded_at",
    "last_loaded_at",
    "started_at",
    "finished_at",
    "batch_loaded_at",
}
# The list of runs itself, and what the program remembers of its own steps.
NOT_COMPARED = {"run", "fingerprint", "state"}

Contents = dict[str, tuple[int, int]]


def contents(workspace: Path) -> Contents:
    """Return rows and digest of every table of raw, clean, identity, core and serve but for run ids and load times."""
    with databases(workspace) as con:
        return {
            f"{schema}.{table}": _digest(con, names, schema, table) for (schema, table), names in _tables(con).items()
        }


def rows(workspace: Path, schema: str, table: str) -> pl.DataFrame:
    """Return a table without the volatile columns, sorted: to see what differs."""
    with databases(workspace) as con:
        names = _tables(con)[schema, table]
        return con.sql(f"select {names} from {_place(schema)}.{table} order by all").pl()


def differences(found: Path, expected: Path) -> str:
    """Return the tables that differ, each with the first rows that only one side has; empty when all are equal."""
    here, there = contents(found), contents(expected)
    lines = []
    for name in sorted({*here, *there}):
        if here.get(name) == there.get(name):
            continue
        lines.append(f"{name}: {here.get(name, ('absent',))[0]} rows, expected {there.get(name, ('absent',))[0]}")
        if name in here and name in there:
            schema, table = name.split(".", 1)
            a, b = rows(found, schema, table), rows(expected, schema, table)
            if a.columns == b.columns:
                lines.append(f"  only here: {a.join(b, on=a.columns, how='anti', nulls_equal=True).head(3).rows()}")
                lines.append(f"  only expected: {b.join(a, on=a.columns, how='anti', nulls_equal=True).head(3).rows()}")
    return "\n".join(lines)


def _tables(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """The tables to compare, each with its columns as SQL."""
    found = con.execute(
        "select c.schema_name, c.table_name, c.column_name from duckdb_columns() as c"
        " inner join duckdb_tables() as t using (database_name, schema_name, table_name)"
        " where (c.database_name = 'warehouse' and c.schema_name in ('raw', 'clean', 'identity', 'core'))"
        " or c.database_name = 'serve' order by all"
    ).fetchall()
    columns: dict[tuple[str, str], list[str]] = {}
    for schema, table, column in found:
        if column not in VOLATILE and table not in NOT_COMPARED:
            columns.setdefault((schema, table), []).append(f'"{column}"')
    return {place: ", ".join(names) for place, names in columns.items()}


def _digest(con: duckdb.DuckDBPyConnection, names: str, schema: str, table: str) -> tuple[int, int]:
    row = con.execute(
        f"select count(*), coalesce(sum(cast(hash(row({names})) as hugeint)), 0) from {_place(schema)}.{table}"
    ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def _place(schema: str) -> str:
    return "serve.main" if schema == "main" else f"warehouse.{schema}"
