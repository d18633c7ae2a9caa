"""What a person decides about a held candidate: it is published or deleted, and the audit chain says by whom."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from warehouse import held, publish
from warehouse.errors import WarehouseError
from warehouse.held import Held, held_candidate
from warehouse.lock import write_lock
from warehouse.settings import Workspace
from warehouse.state.audit import append_audit
from warehouse.state.read import read_table
from warehouse.state.store import open_state, write
from warehouse.state.tables import audit


@dataclass(frozen=True)
class Decision:
    """Who decides, why and when; with `run_id`, only about that run's candidate."""

    user: str
    reason: str
    at: datetime
    run_id: str | None = None


@dataclass(frozen=True)
class Decided:
    """A decision of the audit chain; `action` is accepted or rejected."""

    at: datetime
    actor: str
    action: str
    run_id: str
    reason: str


def accept(workspace: Workspace, decision: Decision) -> Held:
    """Publish the held candidate and return it.

    The audit entry comes first: killed after it, the candidate is held still and the same command publishes it.
    Raises WarehouseError when nothing is held, or another run than the one named.
    """
    return _decide(workspace, decision, "release.accepted", lambda found: held.release(workspace.published_dir, found))


def reject(workspace: Workspace, decision: Decision) -> Held:
    """Delete the held candidate and return what it was; the published snapshot stays. Raises as `accept` does."""
    return _decide(workspace, decision, "release.rejected", lambda _: held.drop_all(workspace.published_dir))


def _decide(workspace: Workspace, decision: Decision, action: str, do: Callable[[Held], object]) -> Held:
    published = workspace.published_dir
    with write_lock(workspace.lock_path):
        publish.clean_up(published)
        found = _wanted(published, decision.run_id)
        details = {"base": found.base, "findings": len(found.findings), "reason": decision.reason}
        with write(open_state(workspace.state_url)) as con:
            append_audit(
                con, at=decision.at, actor=decision.user, action=action, subject=f"run:{found.run_id}", details=details
            )
        do(found)
    return found


def _wanted(published: Path, run_id: str | None) -> Held:
    found = held_candidate(published)
    if found is None:
        raise WarehouseError("release: nothing is held, so there is nothing to decide. The last run was published.")
    if run_id not in (None, found.run_id):
        raise WarehouseError(
            f"release: run {run_id} is not held; run {found.run_id} is. Look at it with `rundblick release` first."
        )
    return found


def decisions(state: sa.Engine) -> list[Decided]:
    """Return what was decided so far, the newest first."""
    query = sa.select(audit).where(audit.c.action.in_(f"release.{done}" for done in ("accepted", "rejected")))
    rows = read_table(state, query.order_by(audit.c.seq.desc())).to_pylist()
    return [
        Decided(
            at=row["at"],
            actor=row["actor"],
            action=row["action"].removeprefix("release."),
            run_id=row["subject"].removeprefix("run:"),
            reason=json.loads(row["details"])["reason"],
        )
        for row in rows
    ]
