"""Workbooks for people: sheets Audience, Funnel and Read me, every code and number as text."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from connectors.channels.audience import FileContext, FunnelStep
from connectors.channels.definition import columns, words

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_575  # Excel's 1,048,576 less the header
_CELL_FORMATS = {"text": "@", "phone": "@", "date": "dd.mm.yyyy", "time": "dd.mm.yyyy hh:mm", "integer": "0"}


def write_xlsx(
    frame: pl.DataFrame,
    path: Path,
    header: Sequence[str],
    context: FileContext,
    funnel: Sequence[FunnelStep],
) -> None:
    """Write the workbook. `frame` has columns of columns.yaml and at most MOST_ROWS rows."""
    from xlsxwriter import Workbook

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with path.open("wb") as file, Workbook(file, options) as book:
        _audience_sheet(book, frame, header)
        _funnel_sheet(book, funnel, context)
        _read_me_sheet(book, context)


def _audience_sheet(book: "Workbook", frame: pl.DataFrame, header: Sequence[str]) -> None:
    sheet = _sheet(book, "Audience", header)
    for position, name in enumerate(frame.columns):
        column = columns()[name]
        sheet.set_column(position, position, column.width, book.add_format({"num_format": _CELL_FORMATS[column.kind]}))
    last = (max(frame.height, 1), len(header) - 1)
    sheet.autofilter(0, 0, *last)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS + 1}"})
    for number, row in enumerate(frame.iter_rows(), start=1):
        sheet.write_row(number, 0, row)


def _funnel_sheet(book: "Workbook", funnel: Sequence[FunnelStep], context: FileContext) -> None:
    text = words()["workbook"][context.language]
    sheet = _sheet(book, "Funnel", [text["step"], text["customers"], text["removed"], text["why"]])
    for position, width in enumerate((30, 12, 12, 70)):
        sheet.set_column(position, position, width)
    for number, step in enumerate(funnel, start=1):
        sheet.write_row(number, 0, [step.step, step.customers, step.removed, step.why])


def _read_me_sheet(book: "Workbook", context: FileContext) -> None:
    text = words()["workbook"][context.language]
    sheet = book.add_worksheet("Read me")
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 100)
    facts = [(text["facts"].get(name, name), value) for name, value in context.facts.items()]
    for number, row in enumerate([*facts, ("", text["note"]), ("", text["ask"])]):
        sheet.write_row(number, 0, row)


def _sheet(book: "Workbook", name: str, header: Sequence[str]) -> "Worksheet":
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, header, book.add_format({"bold": True, "bottom": 1, "bg_color": "#EDEDED"}))
    return sheet
