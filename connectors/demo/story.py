"""The people who are in every simulated set: Johanna Grünwald and those around her (tables/story.yaml)."""

import json
from functools import cache
from typing import Any

import polars as pl

from connectors.demo.clock import DAYS, END, START
from connectors.demo.names import TABLES
from connectors.demo.sink import RECORD_COLUMNS, Sink
from warehouse.yamlfile import read_yaml

CARD = "2620000000138"
_BOUGHT = {
    "article_no": "DEK-0001",
    "article": "Vase Fjord",
    "category": "Dekoration",
    "gtin": "4012345002975",
    "quantity": 4,
    "price": 2095,
    "gross": 8380,
    "line": 1,
    "kind": "sale",
    "head": 0,
    "purchase": 0,
}


@cache
def _story() -> Any:
    return read_yaml(TABLES / "story.yaml")


def told(name: str, table: pl.DataFrame, chunk: int) -> pl.DataFrame:
    """Return the table of a silo with the story's rows first (in the first chunk)."""
    rows = [] if chunk else _story().get(name, [])
    if not rows:
        return table
    full = [{column: row.get(column) for column in table.columns} for row in rows]
    return pl.concat([pl.DataFrame(full, schema=table.schema), table])


def told_lines(name: str, lines: pl.Series, chunk: int) -> pl.Series:
    """Return a silo's JSON lines with the story's first (in the first chunk)."""
    rows = [] if chunk else _story()[name]
    return pl.concat([pl.Series([json.dumps(row, ensure_ascii=False) for row in rows], dtype=pl.String), lines])


def tell_truth(sink: Sink) -> None:
    """Note whose the story's records are."""
    sink.parquet(
        "records",
        pl.DataFrame(_story()["truth"], schema=dict.fromkeys(RECORD_COLUMNS, pl.String), orient="row"),
    )


def till() -> dict[str, pl.DataFrame]:
    """Return Johanna's receipt at the Cologne till, as `silos.pos` keeps heads and lines."""
    day = DAYS - 1 - (END - START.replace(2026, 10, 17)).days
    head = {
        "Z_KASSE_ID": "KASSE-900",
        "Z_ERSTELLUNG": "2026-10-17T20:30:00",
        "Z_NR": 155,
        "day": day,
        "row": 0,
        "receipt": "DE-STORY-1",
        "number": 1,
        "training": False,
        "kind": "sale",
        "time": "2026-10-17T15:22:10",
        "total": 8380,
        "card": CARD,
        "paid_cash": False,
        "refers": -1,
        "original": -1,
        "KUNDE_NAME": None,
        "KUNDE_STRASSE": None,
        "KUNDE_PLZ": None,
        "KUNDE_ORT": None,
    }
    texts = {name: pl.String for name in head if name.startswith("KUNDE_")}
    return {"head": pl.DataFrame([head], schema_overrides=texts), "items": pl.DataFrame([_BOUGHT])}
