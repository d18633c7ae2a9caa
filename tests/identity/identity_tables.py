"""What the tests of identity ask of a database."""

from datetime import datetime
from typing import Any

import duckdb

AS_OF = datetime(2026, 11, 1)


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def customers(con: duckdb.DuckDBPyConnection) -> list[list[str]]:
    """The records of each customer, in order."""
    return [
        sorted(ids)
        for (ids,) in rows(
            con, "select list(record_id) from serve.customer_record group by customer_id order by customer_id"
        )
    ]
