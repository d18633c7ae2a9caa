"""`rundblick resolve`: who is who in any table of people, without a workspace."""

import json
import time
from dataclasses import asdict
from typing import Any

from identity.anytable.columns import UNUSED
from identity.anytable.resolve import Order, Resolved, resolve_files
from identity.errors import IdentityError
from warehouse.db import connect_memory


def run(order: Order, as_json: bool) -> None:
    """Write the result file and tell what came of it."""
    started = time.monotonic()
    con = connect_memory()
    try:
        found = resolve_files(con, order)
    finally:
        con.close()
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        print(json.dumps(_figures(found, order, seconds)))
    else:
        print(_told(found, order, seconds))


def parse_map(given: list[str]) -> dict[str, str]:
    """Return column → kind of `family_name=surname`, each column once."""
    mapped: dict[str, str] = {}
    for text in given:
        kind, equals, column = text.partition("=")
        if not (equals and kind.strip() and column.strip()):
            raise IdentityError(f'--map: "{text}" is no kind=column. Write e.g. --map family_name=surname.')
        if column.strip() in mapped:
            raise IdentityError(f'--map: column "{column.strip()}" is mapped twice. Map it once.')
        mapped[column.strip()] = kind.strip()
    return mapped


def _figures(found: Resolved, order: Order, seconds: float) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "records": found.records,
        "customers": found.customers,
        "largest_customer": found.largest,
        "pairs_compared": found.pairs_compared,
        "threshold": found.threshold,
        "seconds": seconds,
        "id_column": found.id_column,
        "columns": {column.name: column.kind for column in found.columns},
        "out": str(order.out),
    }
    if found.quality:
        figures["quality"] = asdict(found.quality)
    return figures


def _told(found: Resolved, order: Order, seconds: float) -> str:
    lines = ["Columns taken as"]
    lines += [
        f"  {column.name:<24} {_words(column.kind, column.name, found.id_column, order.truth)}"
        for column in found.columns
    ]
    lines += [
        "One taken wrongly? Say it with --map, e.g. --map family_name=COLUMN; --map ignore=COLUMN leaves one out.",
        "",
        f"{found.records:,} records are {found.customers:,} customers; the largest has {found.largest:,} records.",
        f"{found.pairs_compared:,} pairs compared in {seconds:,.1f} s; joined from a probability of "
        f"{found.threshold:.2f}, learned from the records themselves.",
    ]
    if found.quality:
        q = found.quality
        lines += [
            f"Against {order.truth}: pairs P {q.pair_precision:.4f} R {q.pair_recall:.4f} F1 {q.pair_f1:.4f}; "
            f"B-cubed F1 {q.b3_f1:.4f}; exact customers F1 {q.cluster_f1:.4f}",
        ]
    return "\n".join([*lines, f"Written: {order.out}"])


def _words(kind: str, name: str, id_column: str | None, truth: str | None) -> str:
    if name == truth:
        return "the truth, not looked at"
    if name == id_column:
        return "the record's id"
    if kind == "other":
        return "something else, compared as it is"
    return "not used" if kind in UNUSED else kind.replace("_", " ")
