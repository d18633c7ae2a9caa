"""What the kind `sql` asks of a database."""

from typing import Protocol

import pyarrow as pa


class Database(Protocol):
    """An open connection, all reads of which see the same state."""

    def columns(self, query: str) -> list[str]:
        """Return the names of the query's columns. Raises ConnectorError when it cannot run."""
        ...

    def read(self, query: str) -> pa.Table:
        """Return the query's rows; every column of the query is text."""
        ...
