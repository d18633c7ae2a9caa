"""A small workspace: write files into its inbox, declare a source in YAML, see what the reader hands over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from connectors.read import deliveries
from connectors.source import Source, read_source
from warehouse.db import connect_memory
from warehouse.delivery import BAD_LINE, BAD_PLACE, Delivery
from warehouse.ledger import latest_cursor, loaded_hashes
from warehouse.load import LoadResult, load
from warehouse.mapping import create_stage

DEMO_SOURCES = Path(__file__).parents[2] / "connectors" / "demo" / "workspace" / "sources"
AS_OF = datetime(2026, 11, 15, 23, 59, 59)


@dataclass
class Silo:
    """A workspace in a folder, and an empty warehouse."""

    root: Path
    con: duckdb.DuckDBPyConnection

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def source(self, text: str) -> Source:
        """Return the source of a YAML text; its file bears the source's name."""
        text = dedent(text)
        name = text.split("name:", 1)[1].split()[0]
        path = self.root / "sources" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return read_source(path, self.root)

    def demo_source(self, name: str) -> Source:
        """Return a source of the demo workspace."""
        return self.source((DEMO_SOURCES / f"{name}.yaml").read_text(encoding="utf-8"))

    def read(
        self, source: Source, seen: Callable[[str], bool] | None = None, cursor: str | None = None
    ) -> list[Delivery]:
        found = deliveries(source, self.root, seen or (lambda _: False), lambda _: cursor, connect_memory)
        return list(found)

    def rows(self, source: Source) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of each table over all deliveries, without the columns that are null throughout."""
        tables: dict[str, list[dict[str, Any]]] = {}
        for delivery in self.read(source):
            for name, rows in delivery.tables.items():
                whole = rows if isinstance(rows, pa.Table) else rows.read_all()
                tables.setdefault(name, []).extend(whole.to_pylist())
        return {name: [_filled(row) for row in rows] for name, rows in tables.items()}

    def load(self, source: Source) -> LoadResult:
        """Load what is new, as a run does, without the batch rules."""
        seen = loaded_hashes(self.con, source.name)
        found = deliveries(
            source,
            self.root,
            seen.__contains__,
            lambda table: latest_cursor(self.con, source.name, table),
            connect_memory,
        )
        zone = "Europe/Berlin"
        return load(self.con, source, found, as_of=AS_OF, run_id="r1", default_timezone=zone, validate=None)

    def stage(self, source: Source, query: str) -> list[tuple[Any, ...]]:
        """Load the source, map it, and return the rows of a query over stage."""
        self.load(source)
        create_stage(self.con, [source])
        return self.con.sql(query).fetchall()


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    """The row without nulls, so that a test shows what is there; a bad line stays alone, without its place."""
    shown = {name: value for name, value in row.items() if name != BAD_PLACE}
    return {name: value for name, value in shown.items() if value is not None and (name != BAD_LINE or value)}


@pytest.fixture
def silo(tmp_path: Path) -> Iterator[Silo]:
    with connect_memory() as con:
        yield Silo(tmp_path, con)
