"""PostgreSQL by ADBC, streamed as Arrow."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa

from connectors.errors import ConnectorError


@dataclass(frozen=True)
class PostgreSQL:
    connection: Any
    label: str
    secret: str

    def columns(self, query: str) -> list[str]:
        return self._fetch(f"select * from ({query}) as t limit 0").schema.names

    def read(self, query: str) -> pa.Table:
        return self._fetch(query)

    def _fetch(self, query: str) -> pa.Table:
        import adbc_driver_manager

        try:
            with self.connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetch_arrow_table()
        except adbc_driver_manager.Error as error:
            raise ConnectorError(f"{self.label}: {_first_line(error, self.secret)}.") from None


@contextmanager
def connect(url: str, where: str) -> Iterator[PostgreSQL]:
    """Yield the database, read-only and in one transaction: all reads see the same state, in UTC.

    Raises ConnectorError, with the server's reason and never the password, when it cannot be reached.
    """
    import adbc_driver_manager
    from adbc_driver_postgresql import dbapi

    secret = unquote(urlsplit(url).password or "")
    try:
        connection = dbapi.connect(url)
    except adbc_driver_manager.Error as error:
        raise ConnectorError(
            f"{where}: cannot connect: {_reason(error, secret)}. Check the address, user and password."
        ) from None
    with closing(connection):
        database = PostgreSQL(connection, where, secret)
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
            cursor.execute("set local time zone 'UTC'")
        yield database


def _reason(error: Exception, secret: str) -> str:
    """Why there is no connection; of an address that cannot be read nothing, it may hold a password."""
    reason = _first_line(error, secret).partition("Failed to connect: ")[2].partition(" Is the server ")[0]
    sayable = reason.startswith(("connection to server", "could not translate host name"))
    return reason if sayable else "the address is not a valid postgresql:// address"


def _first_line(error: Exception, secret: str) -> str:
    text = " ".join(str(error).split())
    text = text.replace(secret, "***") if secret else text
    return text[:300].rstrip(". ")
