"""What is new in a source: the deliveries that the ledger has not seen."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from connectors.kinds import files, sql
from connectors.source import Source
from warehouse.delivery import Delivery


def deliveries(
    source: Source,
    root: Path,
    seen: Callable[[str], bool],
    cursor: Callable[[str], str | None],
    connect: Callable[[], duckdb.DuckDBPyConnection],
) -> Iterator[Delivery]:
    """Yield the source's new deliveries, oldest first, one in memory at a time.

    seen says whether the ledger holds a content hash; cursor gives what the latest batch of a table
    left as its cursor; connect gives an in-memory database to parse in. `root` is the workspace's folder.
    Raises ConnectorError with one line on the first thing that cannot be read.
    """
    if source.kind == "sql":
        return sql.deliveries(source, root, seen, cursor)
    return files.deliveries(source, root, seen, cursor, connect)


def arrived_files(sources: list[Source], root: Path) -> str:
    """Return a text that changes when any source's files do: what a sensor remembers between two looks."""
    found = [line for source in sources if source.kind == "files" for line in files.arrivals(source, root)]
    return hashlib.sha256("\n".join(found).encode()).hexdigest()
