"""Who stands behind the records and customers that an explanation speaks of."""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Named:
    """A record with the name and silo that people know it by."""

    record_id: str
    customer_id: int
    name: str
    source: str


def named_records(con: duckdb.DuckDBPyConnection, record_ids: tuple[str, ...]) -> dict[str, Named]:
    """Return the records by their id; those that are gone are left out."""
    rows = con.execute(
        """
        select record_id, customer_id,
            coalesce(nullif(concat_ws(' ', given_name, family_name), ''), company_name, email, 'no name'), source
        from serve.party where list_contains(?, record_id) order by record_id
        """,
        [list(record_ids)],
    ).fetchall()
    return {row[0]: Named(*row) for row in rows}


def named_customers(con: duckdb.DuckDBPyConnection, customer_ids: tuple[int, ...]) -> dict[int, str]:
    """Return the names of customers by their id."""
    rows = con.execute(
        """
        select customer_id, coalesce(full_name, company_name, 'no name')
        from serve.customer where list_contains(?, customer_id)
        """,
        [list(customer_ids)],
    ).fetchall()
    return dict(rows)
