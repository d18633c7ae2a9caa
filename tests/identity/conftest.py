"""A small clean.party in memory: the rows of a test, every column that it does not name null."""

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest

from warehouse.db import connect_memory

_COLUMNS = {
    "record_id": "text", "source": "text", "record_table": "text", "record_key": "text", "is_company": "boolean",
    "company_name": "text", "parent_record_id": "text", "vat_id": "text", "gender": "text", "title": "text",
    "given_name": "text", "family_name": "text", "birth_date": "date", "email": "text", "phone": "text",
    "phone_2": "text", "card_no": "text", "street": "text", "house_no": "text", "address_extra": "text",
    "postal_code": "text",
    "city": "text", "country": "text", "language": "text", "customer_no": "text", "is_test": "boolean",
    "is_deceased": "boolean", "is_account": "boolean", "verified_at": "timestamp", "created_at": "timestamp",
    "updated_at": "timestamp",
}  # fmt: skip

Records = dict[str, dict[str, Any]]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect_memory()
    connection.execute("attach ':memory:' as serve")
    connection.execute("create schema clean")
    connection.execute("create schema identity")
    yield connection
    connection.close()


@pytest.fixture
def party(con: duckdb.DuckDBPyConnection) -> Callable[[Records], None]:
    """Fill clean.party: record_id → its values. The part before ':' is the source."""

    def fill(records: Records) -> None:
        columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
        con.execute(f"create or replace table clean.party ({columns})")
        for record_id, values in records.items():
            row = {
                "record_id": record_id,
                "source": record_id.split(":")[0],
                "record_table": "customer",
                "record_key": record_id,
                "is_company": False,
                "is_test": False,
                "is_deceased": False,
                "is_account": False,
                **values,
            }
            marks = ", ".join("?" for _ in row)
            con.execute(f"insert into clean.party ({', '.join(row)}) values ({marks})", list(row.values()))

    return fill
