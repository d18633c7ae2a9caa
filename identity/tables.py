"""Small questions about tables."""

from typing import Any

import duckdb

LOOSE_TEXT = "text using compression uncompressed"
"""Type of a column of many different values in a table whose rows are read one by one: to read one compressed value,
DuckDB unpacks all that lie in its block, a millisecond's work for each of the columns."""


def count(con: duckdb.DuckDBPyConnection, table: str, where: str = "true") -> int:
    """Return the number of rows of `table` where `where` holds."""
    return int(con.execute(f"select count(*) from {table} where {where}").fetchall()[0][0])


def records(con: duckdb.DuckDBPyConnection, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
    """Return the rows of a small result as dicts."""
    cursor = con.execute(query, values or [])
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
