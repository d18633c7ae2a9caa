"""One row of an answer, read to its end: an unread result would keep the connection."""

from typing import Any

import duckdb


def one_row(con: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None) -> tuple[Any, ...]:
    """Return the row of a query that gives exactly one, such as an aggregate without groups."""
    (row,) = con.execute(sql, parameters or []).fetchall()
    return tuple(row)


def first_row(con: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None) -> tuple[Any, ...] | None:
    """Return the first row, None when there is none."""
    rows = con.execute(sql, parameters or []).fetchall()
    return tuple(rows[0]) if rows else None
