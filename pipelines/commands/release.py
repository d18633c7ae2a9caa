"""`rundblick release`: how the last run differs from the one before; a held run is released or rejected."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from pipelines.release_lines import measure_lines
from segments.release_report import Measure, release_causes, release_measures
from warehouse.db import connect_snapshot
from warehouse.errors import WarehouseError
from warehouse.held import Held, held_candidate
from warehouse.publish import current_snapshot, snapshot_id
from warehouse.release import Decision, accept, reject
from warehouse.settings import Workspace, clock, open_workspace

Action = Literal["show", "accept", "reject"]


def action(accepts: bool, rejects: bool, reason: str | None) -> Action:
    """Return what is asked for. Raises WarehouseError for both at once, and for a decision without a reason."""
    if accepts and rejects:
        raise WarehouseError("release: --accept and --reject at once. Choose one.")
    if not accepts and not rejects:
        return "show"
    if not (reason or "").strip():
        raise WarehouseError('release: a decision needs its reason for the record. Add --reason "…".')
    return "accept" if accepts else "reject"


def run(wanted: Action, run_id: str | None, reason: str | None, user: str, workspace: Path | None, json: bool) -> None:
    """Show the difference, or decide about the held run."""
    opened = open_workspace(workspace)
    if wanted == "show":
        _show(opened, json)
        return
    decision = Decision(user, (reason or "").strip(), clock(), run_id)
    found = accept(opened, decision) if wanted == "accept" else reject(opened, decision)
    _tell(opened, wanted, found, json)


def _show(workspace: Workspace, as_json: bool) -> None:
    held = held_candidate(workspace.published_dir)
    current = current_snapshot(workspace.published_dir)
    with connect_snapshot(held.snapshot if held else current) as con:
        measures, causes = release_measures(con), release_causes(con)
    if as_json:
        print(json.dumps(_as_json(held, snapshot_id(current), measures, causes)))
        return
    print("\n".join([*_head(held, snapshot_id(current), workspace.root), *measure_lines(measures, causes)]))


def _head(held: Held | None, current: str, root: Path) -> list[str]:
    if held is None:
        return [f"Nothing is held. Snapshot {current}, compared with the one before it:"]
    return [
        f"Run {held.run_id} is HELD since {held.held_at:%Y-%m-%d %H:%M} UTC: pages and exports still use {held.base}.",
        f'  Release it  rundblick release --accept --reason "…" --workspace {root}',
        f'  Or drop it  rundblick release --reject --reason "…" --workspace {root}',
    ]


def _as_json(held: Held | None, current: str, measures: list[Measure], causes: list[str] | None) -> dict[str, object]:
    listed = [asdict(measure) | {"words": measure.words} for measure in measures]
    return {"held": held.as_json() if held else None, "snapshot": current, "changed": causes, "measures": listed}


def _tell(workspace: Workspace, done: Action, found: Held, as_json: bool) -> None:
    current = snapshot_id(current_snapshot(workspace.published_dir))
    if as_json:
        print(json.dumps({"decision": done, "run_id": found.run_id, "snapshot": current}))
    elif done == "accept":
        print(f"Run {found.run_id} is published: pages and exports use it from now on.")
    else:
        print(f"Run {found.run_id} is dropped; {current} stays. Mend the cause: the next run starts from {current}.")
