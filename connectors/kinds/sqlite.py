"""SQLite by Python's own driver, read-only."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from connectors.errors import ConnectorError

_ROWS = 50_000


@dataclass(frozen=True)
class SQLite:
    connection: sqlite3.Connection
    label: str

    def columns(self, query: str) -> list[str]:
        return [column[0] for column in self._execute(f"select * from ({query}) as t limit 0").description]

    def read(self, query: str) -> pa.Table:
        rows = self._execute(query)
        schema = pa.schema([(column[0], pa.string()) for column in rows.description])
        try:
            return pa.Table.from_batches(_batches(rows, schema), schema)
        except sqlite3.Error as error:
            raise ConnectorError(f"{self.label}: {_first_line(error)}.") from None

    def _execute(self, query: str) -> sqlite3.Cursor:
        try:
            return self.connection.execute(query)
        except sqlite3.Error as error:
            raise ConnectorError(f"{self.label}: {_first_line(error)}.") from None


@contextmanager
def connect(path: Path, where: str) -> Iterator[SQLite]:
    """Yield the database file, all reads in one transaction. Raises ConnectorError when there is none."""
    if not path.is_file():
        raise ConnectorError(f"{where}: no file {path.name} in {path.parent}. Put the database there.")
    address = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
        connection.execute("begin")
        yield SQLite(connection, where)


def _batches(rows: sqlite3.Cursor, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    while some := rows.fetchmany(_ROWS):
        columns = zip(*some, strict=True)
        yield pa.record_batch([pa.array(column, pa.string()) for column in columns], schema=schema)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")
