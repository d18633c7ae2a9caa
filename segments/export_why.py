"""Why a row is in an exported file: the segment, the legal basis, and the evidence it went out on."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from connectors.channels.audience import customer_no
from segments.definition import parse_segment
from segments.errors import SegmentError
from segments.export_conditions import conditions_of
from segments.export_folder import file_sha256, is_finished
from segments.export_manifest import Manifest, read_manifest
from warehouse.db import connect_snapshot
from warehouse.publish import current_snapshot
from warehouse.settings import Workspace
from warehouse.state.consents import all_desk_events
from warehouse.state.exports import exports_of_file
from warehouse.state.store import open_state

# Where the evidence of each kind stands in the snapshot: its table, key, and what is told of it.
_EVIDENCE = {
    "event": (
        "consent_event",
        "event_id",
        "source, status, channel, purpose, occurred_at, observed_at, evidence",
    ),
    "purchase": ("purchase", "purchase_id", "source, order_no, purchased_at, notice_shown"),
    "enquiry": ("enquiry", "enquiry_id", "source, received_at, channel, topic"),
    "quotation": ("quotation", "quotation_id", "source, quoted_at, channel, status"),
    "record": ("customer_record", "record_id", "source, record_table, since_at"),
}


@dataclass(frozen=True)
class RowReason:
    """The answer for one row. `evidence` is the proof as it stands in the snapshot or the state store."""

    export: Manifest
    row_no: int
    customer_id: int
    country: str
    basis: str
    basis_since: datetime
    law: str
    reason: str
    evidence_kind: str
    evidence_id: str
    evidence: dict[str, str]
    conditions: tuple[str, ...]

    def lines(self) -> list[str]:
        """The answer for a person, line by line."""
        export = self.export
        told = (f"{name} {text}" for name, text in self.evidence.items())
        proof = ", ".join(told) or "no longer in the published data"
        return [
            f"Row {self.row_no} is customer {customer_no(self.customer_id)}.",
            f"Segment {export.segment}: {export.description}",
            *(f"  {condition}" for condition in self.conditions),
            f"For {export.purpose} by {export.channel}, {self.country}: {self.reason}",
            f"Legal basis: {self.basis} since {self.basis_since:%Y-%m-%d %H:%M} UTC. Law: {self.law}.",
            f"Evidence: {self.evidence_kind} {self.evidence_id}: {proof}.",
            f"Export {export.export_id} of {export.created_at:%Y-%m-%d %H:%M} UTC by {export.created_by}, "
            f"data as of {export.as_of:%Y-%m-%d %H:%M} UTC, snapshot {export.snapshot_id}.",
        ]


def why_row(workspace: Workspace, file: Path, row_no: int) -> RowReason:
    """Return why the row is in the exported file; row 1 is the first after the header.

    Raises SegmentError when the file is no export of this workspace as it was written, or has no such row.
    """
    manifest, folder = _export_of(workspace, file)
    if not 1 <= row_no <= manifest.rows:
        raise SegmentError(_no_such_row(file, row_no, manifest))
    recipients = pl.scan_parquet(folder / manifest.recipients.name)
    row = recipients.filter(pl.col("row_no") == row_no).collect().row(0, named=True)
    snapshot = workspace.published_dir / manifest.snapshot_id / "serve.duckdb"
    with connect_snapshot(snapshot if snapshot.exists() else current_snapshot(workspace.published_dir)) as con:
        evidence = _evidence(con, row["evidence_kind"], row["evidence_id"])
        # A later snapshot has other values than those that the segment was made from.
        conditions = _conditions(con, manifest, row["customer_id"]) if snapshot.exists() else ()
    return RowReason(
        export=manifest,
        row_no=row_no,
        customer_id=row["customer_id"],
        country=row["country"] or "country unknown",
        basis=row["basis"],
        basis_since=row["basis_since"],
        law=row["basis_source"],
        reason=row["reason"],
        evidence_kind=row["evidence_kind"],
        evidence_id=row["evidence_id"],
        evidence=evidence or _desk_evidence(workspace, row["evidence_id"]),
        conditions=conditions,
    )


def _export_of(workspace: Workspace, file: Path) -> tuple[Manifest, Path]:
    """The export that wrote the file, wherever the file lies now: it is known by its hash."""
    if not file.is_file():
        raise SegmentError(f"{file}: not found. Name an exported file.")
    state = open_state(workspace.state_url)
    try:
        export_ids = exports_of_file(state, file_sha256(file))
    finally:
        state.dispose()
    folders = [workspace.exports_dir / export_id for export_id in export_ids]
    finished = [folder for folder in folders if is_finished(folder)]
    if not finished:
        raise SegmentError(
            f"{file}: not a file as this workspace exported it (changed since, or from elsewhere). "
            "Take the file of data/exports, or ask for the customer by number: rundblick why C000123."
        )
    return read_manifest(finished[-1]), finished[-1]


def _no_such_row(file: Path, row_no: int, manifest: Manifest) -> str:
    if manifest.control_addresses and row_no == manifest.rows + 1:
        return f"{file}: row {row_no} is the sender's own control address, no customer."
    return f"{file}: no row {row_no}, it has {manifest.rows}. Row 1 is the first after the header."


def _conditions(con: duckdb.DuckDBPyConnection, manifest: Manifest, customer_id: int) -> tuple[str, ...]:
    segment = parse_segment(manifest.definition, manifest.segment, f"export {manifest.export_id}")
    return conditions_of(con, segment, customer_id)


def _evidence(con: duckdb.DuckDBPyConnection, kind: str, evidence_id: str) -> dict[str, str]:
    """The evidence as the snapshot tells it; older ones are deleted, so it may be the current one's."""
    table, key, told = _EVIDENCE[kind]
    cursor = con.execute(f"select {told} from serve.{table} where {key} = ?", [evidence_id])
    row = cursor.fetchone()
    if row is None:
        return {}
    return {name[0]: str(value) for name, value in zip(cursor.description, row, strict=True) if value is not None}


def _desk_evidence(workspace: Workspace, event_id: str) -> dict[str, str]:
    """A consent entered at the desk after the snapshot was made."""
    state = open_state(workspace.state_url)
    try:
        events = pl.DataFrame(all_desk_events(state)).filter(pl.col("event_id") == event_id)
    finally:
        state.dispose()
    told = _EVIDENCE["event"][2].split(", ")
    return {name: str(value) for name, value in events.select(told).row(0, named=True).items()} if len(events) else {}
