"""The last table of the overview: values that say nothing about who somebody is, and are left out of matching."""

from html import escape
from typing import Any

import polars as pl
import streamlit as st

from dashboards import look, words
from dashboards.queries.suppressed import suppressed_values
from dashboards.view import View

KINDS = {
    "email": "E-mail address",
    "phone": "Phone number",
    "card": "Customer card",
    "birth_date": "Date of birth",
    "given_name": "Given name",
    "family_name": "Family name",
    "record": "Whole record",
}
SHOWN = 8


def show_suppressed(view: View) -> None:
    """What was left out when records were matched, and why."""
    look.heading("Left out of matching", "Values that many people share or that stand for nobody never join records.")
    found = view.ask(suppressed_values)
    if found.is_empty():
        look.empty("Nothing had to be left out: no placeholder, and no value that too many people share.")
        return
    columns = ["What", "Why", "Values", "Records"]
    _table(columns, found.head(SHOWN))
    if found.height > SHOWN:
        with st.expander(f"{found.height - SHOWN} more"):
            _table(columns, found.slice(SHOWN))


def _table(columns: list[str], found: pl.DataFrame) -> None:
    look.table(columns, [_line(row) for row in found.iter_rows(named=True)], numeric=range(2, 4))


def _line(row: dict[str, Any]) -> list[str]:
    reason = row["reason"]
    return [
        escape(KINDS.get(row["kind"], row["kind"])),
        escape(reason[:1].upper() + reason[1:]),
        words.number(row["found"]),
        words.number(row["records"]),
    ]
