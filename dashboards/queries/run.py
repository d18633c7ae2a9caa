"""The run that made a snapshot."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from dashboards.queries.rows import first_row
from warehouse.errors import WarehouseError


@dataclass(frozen=True)
class Run:
    """When a snapshot's run saw the data, and when it ended (UTC)."""

    run_id: str
    as_of: datetime
    started_at: datetime
    finished_at: datetime


def latest_run(con: duckdb.DuckDBPyConnection) -> Run:
    """Return the run that published this snapshot."""
    row = first_row(
        con,
        "select run_id, as_of, started_at, finished_at from serve.run order by finished_at desc, run_id desc",
    )
    if row is None:
        raise WarehouseError("the snapshot names no run. Run `rundblick run` again.")
    return Run(*row)
