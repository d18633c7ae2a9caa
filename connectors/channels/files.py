"""Writing all files of a channel into a folder, each complete or not there at all."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from connectors.channels.audience import FileContext, FunnelStep
from connectors.channels.columns import cells, headers
from connectors.channels.csv_file import PROFILES, write_csv
from connectors.channels.definition import ChannelDefinition, FileDefinition
from connectors.channels.xlsx_file import MOST_ROWS, write_xlsx


@dataclass(frozen=True)
class ChannelFiles:
    """What was written: file names, and lines for people about what was not."""

    names: list[str]
    notes: list[str]


def write_channel_files(
    channel: ChannelDefinition,
    audience: pl.DataFrame,
    context: FileContext,
    funnel: Sequence[FunnelStep],
    folder: Path,
    stem: str,
) -> ChannelFiles:
    """Write the channel's files as `folder/stem.csv`, `folder/stem.xlsx`, from an `audience_frame`."""
    names: list[str] = []
    notes: list[str] = []
    for file in channel.files:
        if file.kind == "xlsx" and audience.height > MOST_ROWS:
            notes.append(f"{audience.height:,} rows are more than a workbook holds ({MOST_ROWS:,}): take the CSV file.")
            continue
        name = _free_name(f"{stem}.{file.kind}", names)
        write_file(file, audience, context, funnel, folder / name)
        names.append(name)
    return ChannelFiles(names, notes)


def write_file(
    file: FileDefinition,
    audience: pl.DataFrame,
    context: FileContext,
    funnel: Sequence[FunnelStep],
    path: Path,
) -> None:
    """Write one file as `path.part`, bring it to disk, then give it its name."""
    rows = pl.concat([audience, control_row(context)]) if file.control_address else audience
    frame = cells(rows, file, context)
    if file.control_address:
        frame = _without_customer(frame, audience.height)
    header = headers(file, context.language)
    part = path.with_name(path.name + ".part")
    if file.kind == "csv":
        write_csv(frame, part, header, PROFILES[file.profile], file.delimiter)
    else:
        write_xlsx(frame, part, header, context, funnel)
    settle(part, path)


def control_row(context: FileContext) -> pl.DataFrame:
    """The sender's own address as a recipient, to see what arrives; no row while it is not configured."""
    from connectors.channels.audience import audience_frame

    sender = context.sender
    row = {
        "given_name": sender.control_given_name,
        "family_name": sender.control_family_name,
        "company_name": context.company,
        "street": sender.street,
        "postal_code": sender.postal_code,
        "city": sender.city,
        "country": context.country,
        "language": context.language,
        "cell": context.segment,
        "response_code": "CONTROL",
    }
    control = audience_frame(pl.DataFrame([row]))
    return control if sender.street and sender.postal_code and sender.city else control.clear()


def settle(part: Path, path: Path) -> None:
    """Bring a written file to disk, then give it its name."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.rename(path)


def _without_customer(frame: pl.DataFrame, recipients: int) -> pl.DataFrame:
    """The control address, after the recipients, is no customer: it has no customer number."""
    is_recipient = pl.int_range(pl.len()) < recipients
    return frame.with_columns(pl.when(is_recipient).then(pl.col("customer_no")).alias("customer_no"))


def _free_name(name: str, taken: list[str]) -> str:
    stem, _, ending = name.rpartition(".")
    return name if name not in taken else f"{stem}_{len(taken) + 1}.{ending}"
