"""Mailchimp's export of an audience: a ZIP of member lists, one a status, and of what each member did.

The status stands in the file's name only: `subscribed_members_export_1a2b.csv`. It becomes the column
`status` of the table `member`. The files under `granular_activity/` become the table `activity`, with
the file's name (opens, clicks, bounces, sends) in the column `activity`.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath
from zipfile import ZipFile

import duckdb
import pyarrow as pa

from connectors.errors import ConnectorError
from connectors.formats.archive import open_zip, read_member
from connectors.formats.delimited import read_csv
from connectors.formats.rows import SourceFile, check_columns
from connectors.source import Options, Source
from warehouse.contract import Table
from warehouse.delivery import Rows

MEMBER, ACTIVITY = "member", "activity"
STATUSES = ("subscribed", "unsubscribed", "nonsubscribed", "cleaned")
_ACTIVITY_FOLDER = "granular_activity"


def read(files: Sequence[SourceFile], source: Source, con: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """Return the tables member and activity of the archives."""
    tables: dict[str, list[pa.Table]] = {}
    for file in files:
        with open_zip(file.path, file.label) as archive:
            places = {name: place for name in sorted(archive.namelist()) if (place := _place(name))}
            if all(table != MEMBER for table, _, _ in places.values()):
                raise ConnectorError(f"{file.label}: no member list in it, such as subscribed_members_export_1a2b.csv.")
            for name, (table, column, value) in places.items():
                if table in source.tables:
                    part = _read_member(archive, name, file, source.tables[table], source.reading, column)
                    tables.setdefault(table, []).append(_with_constant(part, column, value))
    return {name: pa.concat_tables(parts, promote_options="default") for name, parts in tables.items()}


def _place(name: str) -> tuple[str, str, str] | None:
    """Table, added column and its value for a member of the archive; None for what is no table."""
    path = PurePosixPath(name)
    if path.suffix != ".csv":
        return None
    if _ACTIVITY_FOLDER in path.parts:
        after = path.parts[path.parts.index(_ACTIVITY_FOLDER) + 1]
        return ACTIVITY, "activity", after.removesuffix(".csv").split("_")[0]
    status = path.name.split("_")[0]
    return (MEMBER, "status", status) if status in STATUSES else None


def _read_member(archive: ZipFile, name: str, file: SourceFile, table: Table, options: Options, added: str) -> pa.Table:
    label = f"{file.label}: {name}"

    def check_names(found: Sequence[str]) -> None:
        check_columns(label, found, table, options.delimiter, [added])

    content, may_end_early = read_member(archive, name, file.label), table.delivery != "snapshot"
    return read_csv(content, label, options, check_names=check_names, may_end_early=may_end_early)


def _with_constant(table: pa.Table, name: str, value: str) -> pa.Table:
    return table.append_column(name, pa.repeat(pa.scalar(value), table.num_rows))
