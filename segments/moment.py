"""The time at which the gate decides."""

from datetime import datetime

import duckdb

from warehouse.settings import Workspace


def decision_time(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> datetime:
    """Return the workspace's now, or the snapshot's as_of where that is later: a decision is never older than
    what it decides on. `con` is on the snapshot; the time is naive UTC."""
    ((published,),) = con.execute("select max(as_of) from serve.run").fetchall()
    now = workspace.now()
    return max(now, published) if published else now
