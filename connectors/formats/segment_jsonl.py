"""Web events as Segment's spec has them: JSON lines, each `type` (track, identify, page …) a table.

The column `timestamp` is made by the spec's rule, receivedAt − (sentAt − originalTimestamp), which
takes a visitor's wrong clock out; it is UTC. Consent stays where it is, in the columns
`context.consent.categoryPreferences.*`: an event that bears none was not allowed.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from connectors.formats import jsonlines
from connectors.formats.rows import SourceFile
from connectors.source import Source
from warehouse.delivery import Rows

TABLE_KEY = "type"
_CLOCKS = ("receivedAt", "sentAt", "originalTimestamp", "timestamp")
_INSTANT = "%Y-%m-%dT%H:%M:%S.%gZ"


def read(files: Sequence[SourceFile], source: Source, con: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """Return one table a type of event, `timestamp` corrected."""
    lines = pa.concat_tables([jsonlines.read_lines(file, source) for file in files])
    by_type = source.model_copy(update={"options": {**source.options, "table_key": TABLE_KEY}})
    by_type.__dict__.pop("reading", None)
    tables = jsonlines.split_tables(lines, list(source.tables), by_type, con)
    return {name: _with_timestamp(rows, con) for name, rows in tables.items()}


def _with_timestamp(events: Rows, con: duckdb.DuckDBPyConnection) -> pa.Table:
    clocks = [f"try_cast({name} as timestamptz) as {name}" for name in _CLOCKS if name in events.schema.names]
    absent = [f"cast(null as timestamptz) as {name}" for name in _CLOCKS if name not in events.schema.names]
    con.register("_events", events)
    corrected = con.sql(f"""
        with clock as (select {", ".join([*clocks, *absent])} from _events)
        select strftime(
            timezone('UTC', coalesce(receivedAt - (sentAt - originalTimestamp), "timestamp", receivedAt)),
            '{_INSTANT}'
        ) as "timestamp"
        from clock
    """).to_arrow_table()
    con.unregister("_events")
    others = events.drop_columns(["timestamp"]) if "timestamp" in events.schema.names else events
    return others.append_column("timestamp", corrected["timestamp"])
