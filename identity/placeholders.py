"""Placeholders by list: values that stand for none, such as `unbekannt` or 01.01.1900."""

import csv
from functools import cache
from importlib.resources import files


@cache
def placeholder_reason(only_kind: str | None = None) -> str:
    """SQL over columns kind and value: why the list says that the value stands for none, else null.

    With `only_kind` for values of this kind: every pattern has to be read anew in each statement.
    """
    rows = csv.DictReader(files("identity").joinpath("data/placeholders.csv").read_text("utf-8").splitlines())
    whens = " ".join(
        f"when kind = '{row['kind']}' and regexp_matches(value, '{row['pattern']}') then '{row['reason']}'"
        for row in rows
        if only_kind in (None, row["kind"])
    )
    return f"case {whens} end"
