"""CSV files in two profiles: `machine` for systems, `excel_de` for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

# A cell that a spreadsheet would take for a formula. Numbers and E.164 phone numbers are none.
_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
_NUMBER = r"^(?:[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:[.,]\d+)?|\+[1-9]\d{6,14})$"


@dataclass(frozen=True)
class Profile:
    """How values are written."""

    delimiter: str
    bom: bool
    line_end: str
    decimal_comma: bool
    date_format: str
    time_format: str
    guards_formulas: bool


PROFILES = {
    "machine": Profile(",", False, "\n", False, "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", guards_formulas=False),
    "excel_de": Profile(";", True, "\r\n", True, "%d.%m.%Y", "%d.%m.%Y %H:%M:%S", guards_formulas=True),
}


def write_csv(
    frame: pl.DataFrame, path: Path, header: Sequence[str], profile: Profile, delimiter: str | None = None
) -> None:
    """Write the frame under this header. Times are taken as UTC, headers may repeat."""
    body = frame.with_columns(defuse(pl.col(pl.String))) if profile.guards_formulas else frame
    first = pl.DataFrame({f"column_{i}": [name] for i, name in enumerate(header)})
    separator = delimiter or profile.delimiter
    with path.open("wb") as file:
        first.write_csv(
            file,
            include_header=False,
            include_bom=profile.bom,
            separator=separator,
            line_terminator=profile.line_end,
        )
        body.write_csv(
            file,
            include_header=False,
            separator=separator,
            line_terminator=profile.line_end,
            decimal_comma=profile.decimal_comma,
            date_format=profile.date_format,
            datetime_format=profile.time_format,
            quote_style="non_numeric" if profile.guards_formulas else "necessary",
        )


def defuse(text: pl.Expr) -> pl.Expr:
    """The text with a leading `'` where a spreadsheet would run it as a formula."""
    is_formula = text.str.contains(_FORMULA) & ~text.str.contains(_NUMBER)
    return pl.when(is_formula).then(pl.lit("'") + text).otherwise(text).name.keep()
