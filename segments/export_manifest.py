"""The manifest of an export: what is in its folder, where it came from, and how it came to that many rows."""

from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from connectors.channels.files import ChannelFiles, control_row
from segments.errors import SegmentError
from segments.export_files import RECIPIENTS, file_context
from segments.export_folder import MANIFEST, file_sha256
from segments.export_funnel import Funnel
from segments.export_order import Order


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ManifestStep(_Strict):
    """Customers left after a step of the funnel, and why others stopped there (code → customers)."""

    step: str
    customers: int
    reasons: dict[str, int]


class ManifestFile(_Strict):
    """One file of the folder."""

    name: str
    bytes: int
    sha256: str


class Manifest(_Strict):
    """One export. Times are UTC."""

    export_id: str
    company: str
    segment: str
    description: str
    definition: dict[str, Any]
    definition_hash: str
    purpose: str
    channel: str
    gate_channel: str
    countries: list[str]
    limit: int | None
    snapshot_id: str
    as_of: datetime
    created_at: datetime
    created_by: str
    rows: int
    control_addresses: int
    funnel: list[ManifestStep]
    files: list[ManifestFile]
    recipients: ManifestFile
    notes: list[str]


def write_manifest(order: Order, funnel: Funnel, written: ChannelFiles, rows: int, folder: Path) -> Manifest:
    """Write `manifest.json` for the files in the folder, and return what it says."""
    definition = order.segment.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"name"})
    manifest = Manifest(
        export_id=order.export_id,
        company=order.workspace.config.company,
        segment=order.segment.name,
        description=order.segment.description,
        definition=definition,
        definition_hash=order.definition_hash,
        purpose=order.purpose,
        channel=order.channel_name,
        gate_channel=order.channel.channel,
        countries=list(order.countries),
        limit=order.limit,
        snapshot_id=order.snapshot_id,
        as_of=order.as_of,
        created_at=order.created_at,
        created_by=order.user,
        rows=rows,
        control_addresses=_control_addresses(order, rows),
        funnel=[
            ManifestStep(
                step=step.step,
                customers=step.customers,
                reasons={reason.code: reason.customers for reason in funnel.reasons_at(step)},
            )
            for step in funnel.steps
        ],
        files=[_file(folder / name) for name in written.names],
        recipients=_file(folder / RECIPIENTS),
        notes=written.notes,
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of an export's folder. Raises SegmentError when there is none that can be read."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SegmentError(f"{path}: not found. Name a file in the folder of an export.") from None
    except ValidationError:
        raise SegmentError(f"{path}: not a manifest of this program. Restore it from a backup.") from None


def _control_addresses(order: Order, rows: int) -> int:
    has_control = any(file.control_address for file in order.channel.files)
    return control_row(file_context(order, rows)).height if has_control else 0


def _file(path: Path) -> ManifestFile:
    return ManifestFile(name=path.name, bytes=path.stat().st_size, sha256=file_sha256(path))
