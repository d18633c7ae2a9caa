"""A run's session: the lock, the writing connection, the candidate snapshot and the run's time."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse import publish
from warehouse.build import BuildResult, Parameters
from warehouse.db import connect_warehouse
from warehouse.held import Held
from warehouse.lock import write_lock
from warehouse.quality import CheckResult
from warehouse.settings import Workspace


@dataclass
class Session:
    """What every step of a run shares. `candidate` is the folder of the snapshot to be."""

    workspace: Workspace
    con: duckdb.DuckDBPyConnection
    run_id: str
    as_of: datetime
    candidate: Path
    started_at: datetime
    report: Callable[[str], None] = lambda _: None
    # What this run wrote that a reader could see: nothing here, nothing to publish.
    changed: set[str] = field(default_factory=set)
    # Judgements of people that the run set aside because they cannot all be true.
    contradictory_judgements: int = 0
    # What became of each source, by its name, and every batch rule's result.
    outcomes: dict[str, Any] = field(default_factory=dict)
    check_results: list[CheckResult] = field(default_factory=list)
    # What goes beyond the limits of a release, the candidate held for it, and one that was held before this run.
    findings: list[dict[str, Any]] = field(default_factory=list)
    held: Held | None = None
    held_before: Held | None = None

    def note(self, result: BuildResult) -> None:
        """Remember that a table of `serve` was written, so that the run has something to publish."""
        if not result.skipped and result.table.startswith("serve."):
            self.changed.add(result.table)

    def served_tables(self) -> list[str]:
        """The tables of `serve` that have a fingerprint, in order."""
        found = self.con.execute("select table_name from serve.fingerprint order by table_name").fetchall()
        return [name for (name,) in found]

    @property
    def parameters(self) -> Parameters:
        config = self.workspace.config
        return Parameters(self.as_of, config.base_currency, config.timezone, config.country)


@contextmanager
def open_session(
    workspace: Workspace, as_of: datetime | None = None, report: Callable[[str], None] = lambda _: None
) -> Iterator[Session]:
    """Yield the session of a new run; nothing of it is published unless `publish.publish` is called.

    Raises WarehouseError when another process is writing this workspace.
    """
    started_at = datetime.now(UTC).replace(tzinfo=None)
    run_id = f"{started_at:%Y%m%dT%H%M%S}{started_at.microsecond // 1000:03d}-{secrets.token_hex(3)}"
    with write_lock(workspace.lock_path):
        con = connect_warehouse(workspace.warehouse_path)
        try:
            with publish.candidate(con, workspace.published_dir, run_id, report) as candidate:
                yield Session(workspace, con, run_id, as_of or workspace.now(), candidate, started_at, report)
        finally:
            con.close()
