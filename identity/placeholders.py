"""Placeholders by list: values that stand for none, such as `unbekannt` or 01.01.1900."""

import csv
from functools import cache
from importlib.resources import files


@cache
def placeholder_reason() -> str:
    """SQL over columns kind and value: why the list says that the value stands for none, else null."""
    rows = csv.DictReader(files("identity").joinpath("data/placeholders.csv").read_text("utf-8").splitlines())
    whens = " ".join(
        f"when kind = '{row['kind']}' and regexp_matches(value, '{row['pattern']}') then '{row['reason']}'"
        for row in rows
    )
    return f"case {whens} end"
