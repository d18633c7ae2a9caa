"""`rundblick run`: the nightly job, in this process."""

import json
from datetime import UTC, datetime
from pathlib import Path

from pipelines.errors import RUN_FAILED
from pipelines.execute import execute_run
from pipelines.progress import shown
from pipelines.release_lines import held_lines
from pipelines.report import RunReport
from warehouse.errors import WarehouseError
from warehouse.settings import open_workspace


def run(workspace: Path | None, as_of: str | None, as_json: bool) -> None:
    """Run and tell what was done; exit status 1 when a source failed."""
    opened = open_workspace(workspace)
    with shown() as report:
        done = execute_run(opened, parse_as_of(as_of), report)
    print(json.dumps(done.as_json()) if as_json else summary(done))
    if done.failed:
        raise SystemExit(RUN_FAILED)


def parse_as_of(text: str | None) -> datetime | None:
    """Return the time as naive UTC; None stays None."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise WarehouseError(f'--as-of: "{text}" is no time. Write it like 2026-10-31T23:59:59.') from None
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at


def summary(done: RunReport) -> str:
    """Return the run in a few lines for a person."""
    loaded = sum(outcome.rows for outcome in done.sources.values())
    rejected = sum(outcome.rejected for outcome in done.sources.values())
    lines = [
        f"Loaded {loaded:,} rows from {len(done.sources)} sources, {rejected:,} rejected.",
        f"{done.records:,} records are {done.customers:,} customers. Snapshot {done.snapshot}, {done.seconds:.0f} s.",
    ]
    lines += [f"FAILED {error}" for error in done.failed.values()]
    if done.contradictory_judgements:
        lines.append(
            f"{done.contradictory_judgements:,} judgements contradict each other and count for nothing, until one is "
            "taken back: see `rundblick review`."
        )
    if done.held is not None:
        lines += held_lines(done.held, done.held_before)
    elif done.held_before is not None:
        lines.append(
            f"Run {done.held_before.run_id}, which was held, is dropped: this one is newer and within the limits."
        )
    return "\n".join(lines)
