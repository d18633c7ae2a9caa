"""The files of an export: the channel's own, and its recipients as immutable Parquet."""

from pathlib import Path

import polars as pl

from connectors.channels.audience import FileContext, audience_frame, local_time
from connectors.channels.definition import words
from connectors.channels.files import ChannelFiles, settle, write_channel_files
from segments.export_funnel import Funnel, funnel_rows
from segments.export_order import Order

RECIPIENTS = "recipients.parquet"
_RECIPIENT_COLUMNS = (
    *("row_no", "customer_id", "record_id", "identifier_kind", "identifier_hash", "country", "basis"),
    *("basis_since", "basis_source", "evidence_kind", "evidence_id", "reason", "cell", "response_code"),
)


def write_files(order: Order, audience: pl.DataFrame, funnel: Funnel, folder: Path) -> ChannelFiles:
    """Write the channel's files and the recipients into the folder."""
    context = file_context(order, audience.height)
    rows = funnel_rows(funnel, context.language)
    written = write_channel_files(order.channel, audience_frame(audience), context, rows, folder, order.file_stem)
    _write_recipients(audience, folder)
    return written


def file_context(order: Order, rows: int) -> FileContext:
    """Return what is the same in every row of the files."""
    config = order.workspace.config
    return FileContext(
        company=config.company,
        country=config.country,
        language=config.language,
        timezone=config.timezone,
        segment=order.segment.name,
        purpose=order.purpose,
        sender=config.sender,
        facts=_facts(order, rows),
    )


def _facts(order: Order, rows: int) -> dict[str, str]:
    config = order.workspace.config
    return {
        "company": config.company,
        "segment": order.segment.name,
        "description": order.segment.description,
        "purpose": words()["purpose"][config.language].get(order.purpose, order.purpose),
        "channel": order.channel_name,
        "countries": ", ".join(order.countries) or "–",
        "rows": str(rows),
        "as_of": f"{local_time(order.as_of, config.timezone):%d.%m.%Y %H:%M}",
        "snapshot_id": order.snapshot_id,
        "export_id": order.export_id,
        "created_at": f"{local_time(order.created_at, config.timezone):%d.%m.%Y %H:%M}",
        "created_by": order.user,
        "definition_hash": order.definition_hash,
    }


def _write_recipients(audience: pl.DataFrame, folder: Path) -> None:
    """Who got it, on which basis: no name, address or number, the identifier as a keyed hash."""
    part = folder / f"{RECIPIENTS}.part"
    audience.select(_RECIPIENT_COLUMNS).write_parquet(part)
    settle(part, folder / RECIPIENTS)
    (folder / RECIPIENTS).chmod(0o400)
