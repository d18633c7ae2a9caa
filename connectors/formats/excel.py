"""Excel workbooks: the cells of one sheet as text, its first row the column names."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import duckdb
import pyarrow as pa

from connectors.errors import ConnectorError
from connectors.formats.rows import SourceFile, check_columns
from connectors.source import Options, Source
from warehouse.delivery import Rows

Cell = str | float | bool | date | datetime | time | timedelta | None


def read(files: Sequence[SourceFile], source: Source, con: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """Return the sheet `options.sheet`, or the first, of every file."""
    tables: dict[str, list[pa.Table]] = {}
    for file in files:
        sheet = _read_sheet(file, source.reading)
        for name in file.tables:
            check_columns(file.label, sheet.column_names, source.tables[name])
            tables.setdefault(name, []).append(sheet)
    return {name: pa.concat_tables(parts, promote_options="default") for name, parts in tables.items()}


def _read_sheet(file: SourceFile, options: Options) -> pa.Table:
    from python_calamine import CalamineError, CalamineWorkbook

    sheet = options.sheet
    try:
        book = CalamineWorkbook.from_path(file.path)
        if sheet is not None and sheet not in book.sheet_names:
            raise ConnectorError(
                f"{file.label}: none of {len(book.sheet_names)} sheets has the name in options.sheet. Correct it."
            )
        rows = book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python()[options.skip_lines :]
    except (CalamineError, OSError):
        raise ConnectorError(f"{file.label}: not a whole Excel file. Ask the silo to send it again.") from None
    if not rows or not any(rows[0]):
        raise ConnectorError(f"{file.label}: the sheet is empty, not even a header. Ask the silo to send it again.")
    names = [_text(cell) or f"column_{number}" for number, cell in enumerate(rows[0], start=1)]
    filled = [row for row in rows[1:] if any(cell not in (None, "") for cell in row)]
    columns = zip(*filled, strict=True) if filled else [()] * len(names)
    texts = [pa.array(map(_text, column), pa.string()) for column in columns]
    return pa.Table.from_arrays(texts, names=[name.strip() for name in names])


def _text(cell: Cell) -> str | None:
    """The cell as a person reads it: whole numbers without `.0`, dates as ISO, empty as null."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return None if cell in (None, "") else str(cell)
