"""The log of exports: which audience left, for what, with the hashes of its files and recipients."""

from dataclasses import asdict, dataclass
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from warehouse.state.audit import append_audit
from warehouse.state.read import read_table
from warehouse.state.store import write
from warehouse.state.tables import export_file, export_log


@dataclass(frozen=True)
class LoggedExport:
    """One export, as its row in the log."""

    export_id: str
    segment: str
    purpose: str
    channel: str
    countries: str | None
    snapshot_id: str
    definition_hash: str
    rows: int
    recipients_sha256: str
    as_of: datetime
    created_at: datetime
    created_by: str


def log_export(engine: sa.Engine, export: LoggedExport, files: dict[str, str]) -> None:
    """Write the export, its files (name → SHA-256) and the audit entry, in one transaction."""
    with write(engine) as con:
        con.execute(export_log.insert().values(asdict(export)))
        if files:
            rows = [{"export_id": export.export_id, "file_name": n, "file_sha256": h} for n, h in files.items()]
            con.execute(export_file.insert(), rows)
        append_audit(
            con,
            at=export.created_at,
            actor=export.created_by,
            action="export.created",
            subject=f"export:{export.export_id}",
            details={
                **{k: getattr(export, k) for k in ("segment", "purpose", "channel", "countries", "snapshot_id")},
                **{k: getattr(export, k) for k in ("definition_hash", "rows", "recipients_sha256")},
                "files": files,
            },
        )


def logged_exports(engine: sa.Engine) -> pa.Table:
    """Return the log, oldest first, in the columns of LoggedExport."""
    return read_table(engine, sa.select(export_log).order_by(export_log.c.created_at, export_log.c.export_id))


def exports_logged(engine: sa.Engine, export_ids: list[str]) -> set[str]:
    """Return which of these exports are in the log, so were finished."""
    query = sa.select(export_log.c.export_id).where(export_log.c.export_id.in_(export_ids))
    with engine.connect() as con:
        return set(con.execute(query).scalars())


def exports_of_file(engine: sa.Engine, file_sha256: str) -> list[str]:
    """Return the exports that wrote a file with this hash."""
    query = sa.select(export_file.c.export_id).where(export_file.c.file_sha256 == file_sha256)
    with engine.connect() as con:
        return list(con.execute(query.order_by(export_file.c.export_id)).scalars())
