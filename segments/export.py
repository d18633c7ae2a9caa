"""The one export: the only way from a segment to a file with people in it.

The gate decides on the snapshot and on what the desk has heard since; the files are written beside
their recipients and a manifest; the log of exports gets its row last. Killed at any moment, an export
is either whole and logged or deleted by the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import sqlalchemy as sa

from segments.compile import Segments
from segments.definition import Segment
from segments.errors import SegmentError
from segments.export_files import write_files
from segments.export_folder import begin_folder, export_folders, mark_logged, settle_folder
from segments.export_funnel import export_funnel, funnel_rows
from segments.export_manifest import Manifest, write_manifest
from segments.export_order import Order, make_order
from segments.funnel import FunnelStep, Reason
from segments.gate import GateResult, decide
from segments.pack import read_segments
from segments.recent import recent_events
from segments.refusal import refusal
from segments.statements import statement
from warehouse.db import connect_snapshot
from warehouse.settings import Workspace
from warehouse.state.exports import LoggedExport, log_export
from warehouse.state.store import open_state


@dataclass(frozen=True)
class ExportResult:
    """A finished export: its folder, the files for the channel in it, and how it came to `rows`."""

    export_id: str
    folder: Path
    files: tuple[Path, ...]
    funnel: tuple[FunnelStep, ...]
    reasons: tuple[Reason, ...]
    rows: int
    notes: tuple[str, ...]


def export(
    workspace: Workspace,
    snapshot: Path,
    segment: Segment,
    channel: str,
    *,
    user: str,
    purpose: str | None = None,
    countries: Sequence[str] = (),
    as_of: datetime | None = None,
    limit: int | None = None,
    segments: Segments | None = None,
) -> ExportResult:
    """Write the files of the segment's audience on a channel and log the export.

    purpose defaults to the segment's, as_of to the workspace's now; countries limits to ISO-2 codes, none
    means all; limit keeps the first rows only; segments are those that the segment may refer to, by default
    the workspace's. Raises SegmentError, with nothing written, when nobody may be contacted.
    """
    order = make_order(
        workspace,
        snapshot,
        segment,
        read_segments(workspace.root) if segments is None else segments,
        channel,
        user=user,
        purpose=purpose,
        countries=countries,
        as_of=as_of,
        limit=limit,
    )
    state = open_state(workspace.state_url)
    try:
        with export_folders(workspace.exports_dir, state):
            decision, audience = _decide(order, state)
            return _write(order, state, decision, audience)
    finally:
        state.dispose()


def _decide(order: Order, state: sa.Engine) -> tuple[GateResult, pl.DataFrame]:
    """Ask the gate, and return its decision with the rows of the export."""
    with connect_snapshot(order.snapshot) as con:
        decision = decide(
            con,
            order.members_sql,
            purpose=order.purpose,  # type: ignore[arg-type]  # the gate refuses what is none
            channel=order.channel.channel,
            as_of=order.as_of,
            countries=order.countries,
            advertises=order.segment.advertises,
            recent_events=recent_events(order.workspace, state),
            language=order.workspace.config.language,
        )
        if not decision.eligible:
            raise SegmentError(_nobody(order, decision))
        return decision, _recipients(con, order)


def _recipients(con: duckdb.DuckDBPyConnection, order: Order) -> pl.DataFrame:
    values = {
        "segment": order.segment.name,
        "response_prefix": order.export_id[-4:].upper(),
        "secret": order.workspace.secret_key.decode(),
        "row_limit": order.limit,
    }
    return con.sql(statement("recipient"), params=values).pl()


def _nobody(order: Order, decision: GateResult) -> str:
    """Why the audience is empty: the law's plain no, or else where the members stopped."""
    opening = f"segment {order.segment.name}, channel {order.channel_name}: nobody may be contacted."
    countries = order.countries or (order.workspace.config.country,)
    refused = [refusal(order.purpose, order.channel.channel, country) for country in countries]
    if decision.funnel[0].customers and any(refused):
        return f"{opening} {' '.join(filter(None, refused))} Nothing was written."
    why = "; ".join(row.why for row in funnel_rows(export_funnel(decision, 0), "en") if row.why)
    why = why or "The segment has no members"
    return f"{opening} {why}. Nothing was written: take another channel or segment."


def _write(order: Order, state: sa.Engine, decision: GateResult, audience: pl.DataFrame) -> ExportResult:
    """Write the folder, give it its name, log it: in this order."""
    funnel = export_funnel(decision, audience.height)
    part = begin_folder(order.workspace.exports_dir, order.export_id)
    written = write_files(order, audience, funnel, part)
    manifest = write_manifest(order, funnel, written, audience.height, part)
    folder = settle_folder(part, order.export_id)
    log_export(state, _logged(manifest), {file.name: file.sha256 for file in manifest.files})
    mark_logged(folder)
    return ExportResult(
        export_id=order.export_id,
        folder=folder,
        files=tuple(folder / name for name in written.names),
        funnel=funnel.steps,
        reasons=funnel.reasons,
        rows=audience.height,
        notes=tuple(written.notes),
    )


def _logged(manifest: Manifest) -> LoggedExport:
    return LoggedExport(
        export_id=manifest.export_id,
        segment=manifest.segment,
        purpose=manifest.purpose,
        channel=manifest.channel,
        countries=",".join(manifest.countries) or None,
        snapshot_id=manifest.snapshot_id,
        definition_hash=manifest.definition_hash,
        rows=manifest.rows,
        recipients_sha256=manifest.recipients.sha256,
        as_of=manifest.as_of,
        created_at=manifest.created_at,
        created_by=manifest.created_by,
    )
