"""Kind `sql`: tables of a database, SQLite or PostgreSQL, each table a delivery.

A table whose delivery is `changes` and that names a `version` is read from the highest version loaded
on, the rows of that very version among them: others may have been written in the same instant. Every
value is read as the database's own text of it.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import ConnectorError
from connectors.formats.rows import check_columns
from connectors.kinds import postgresql, sqlite
from connectors.kinds.database import Database
from connectors.source import Source
from warehouse.contract import Table
from warehouse.delivery import Delivery
from warehouse.errors import WarehouseError
from warehouse.quoting import identifier, literal
from warehouse.settings import expand_environment


def deliveries(
    source: Source, root: Path, seen: Callable[[str], bool], cursor: Callable[[str], str | None]
) -> Iterator[Delivery]:
    """Yield a delivery for every table that holds something new."""
    with _connect(source, root) as database:
        for name, table in source.tables.items():
            label = f"sources/{source.name}.yaml: tables.{name}"
            since = cursor(name) if _is_incremental(table) else None
            rows = _read(database, name, table, label, since)
            delivery = _deliver(name, table, rows)
            if not seen(delivery.content_hash) and not (since and not rows.num_rows):
                yield delivery


def _connect(source: Source, root: Path) -> AbstractContextManager[Database]:
    where = f"sources/{source.name}.yaml: url"
    try:
        url = expand_environment(source.url or "", where)
    except WarehouseError as error:
        raise ConnectorError(str(error)) from None
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return sqlite.connect(root / rest.removeprefix("/"), where)
    if scheme in ("postgresql", "postgres"):
        return postgresql.connect(url, where)
    raise ConnectorError(f"{where}: not a sqlite:/// or postgresql:// address. Others are not read yet.")


def _is_incremental(table: Table) -> bool:
    return table.delivery == "changes" and table.version is not None


def _read(database: Database, name: str, table: Table, label: str, since: str | None) -> pa.Table:
    """The table's rows as text, by version and key."""
    query = table.query or f"select * from {identifier(name)}"
    columns = database.columns(query)
    check_columns(label, columns, table)
    texts = ", ".join(f"cast(t.{identifier(column)} as text) as {identifier(column)}" for column in columns)
    order = [table.version, *table.key] if table.version else table.key
    places = ", ".join(f"t.{identifier(column)} nulls first" for column in order)
    newer = f"where t.{identifier(table.version)} >= {literal(since)}" if since and table.version else ""
    return database.read(f"select {texts} from ({query}) as t {newer} order by {places}")


def _deliver(name: str, table: Table, rows: pa.Table) -> Delivery:
    """The rows as a delivery that also bears the hash of its newest rows.

    Those rows come again next time; when nothing is new they are all that comes, and known.
    """
    content_hash = _hash(name, rows)
    if not _is_incremental(table) or not rows.num_rows:
        return Delivery(name, content_hash, {name: rows})
    versions = rows[table.version]
    newest = versions[-1].as_py()
    tail_hash = _hash(name, rows.filter(pc.equal(versions, newest)))
    parts = ((name, content_hash), (f"{name} (newest)", tail_hash))
    return Delivery(name, content_hash, {name: rows}, cursor=newest, parts=parts)


class _HashingSink:
    """A file that keeps nothing but the SHA-256 of what is written to it."""

    closed = False

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def write(self, content: bytes) -> int:
        self.sha256.update(content)
        return len(content)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""


def _hash(name: str, rows: pa.Table) -> str:
    sink = _HashingSink()
    sink.write(name.encode())
    with pa.ipc.new_stream(pa.PythonFile(sink, mode="w"), rows.schema) as stream:
        stream.write_table(rows.combine_chunks())
    return sink.sha256.hexdigest()
