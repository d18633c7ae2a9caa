"""Shopify's CSV exports of customers and orders, and its abandoned checkouts as JSON lines.

An order export has one row a line item and an order's own fields on its first row only. It becomes two
tables: `order`, the first row of each `Name`, and `order_line`, every row with its `line_no` within the
order. Shopify puts a `'` before postal codes and phone numbers to keep their zeros; it is taken off.
"""

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.formats import jsonlines
from connectors.formats.delimited import read_csv
from connectors.formats.rows import SourceFile, check_columns
from connectors.source import Source
from warehouse.delivery import BAD_LINE, Rows

ORDER, ORDER_LINE = "order", "order_line"
_LINE_PREFIX = "Lineitem"
_QUOTED_COLUMNS = ("zip", "phone")


def read(files: Sequence[SourceFile], source: Source, con: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """Return the tables of the exports; checkouts are `.jsonl` files."""
    checkouts = [file for file in files if file.path.suffix == ".jsonl"]
    parts = [jsonlines.read(checkouts, source, con)] if checkouts else []
    parts += [_read_export(file, source) for file in files if file not in checkouts]
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: _one([part[name] for part in parts if name in part]) for name in names}


def split_orders(export: pa.Table) -> dict[str, Rows]:
    """Return the tables order and order_line of an order export whose rows of one order follow each other."""
    bad = pc.is_valid(export[BAD_LINE])
    rows = export.filter(pc.invert(bad))
    names = rows["Name"].fill_null("").to_numpy(zero_copy_only=False)
    first = np.ones(len(names), dtype=bool)
    first[1:] = names[1:] != names[:-1]
    places = np.arange(len(names))
    line_no = places - np.maximum.accumulate(np.where(first, places, 0)) + 1
    line_columns = ["Name", *(name for name in export.column_names if name.startswith(_LINE_PREFIX))]
    lines = rows.select(line_columns).append_column("line_no", pa.array(line_no).cast(pa.string()))
    orders = export.drop_columns(line_columns[1:])
    first_rows = rows.filter(pa.array(first)).select(orders.column_names)
    return {ORDER: pa.concat_tables([first_rows, orders.filter(bad)]), ORDER_LINE: lines}


def _read_export(file: SourceFile, source: Source) -> dict[str, Rows]:
    def check_names(found: Sequence[str]) -> None:
        for table in file.tables:
            added = ["line_no"] if table == ORDER_LINE else []
            check_columns(file.label, found, source.tables[table], source.reading.delimiter, added)

    early = all(source.tables[table].delivery != "snapshot" for table in file.tables)
    sent = read_csv(file.path, file.label, source.reading, check_names=check_names, may_end_early=early)
    export = _without_apostrophes(sent)
    return split_orders(export) if ORDER in file.tables else dict.fromkeys(file.tables, export)


def _without_apostrophes(table: pa.Table) -> pa.Table:
    for place, name in enumerate(table.column_names):
        if name.lower().endswith(_QUOTED_COLUMNS):
            plain = pc.replace_substring_regex(table[name], pattern="^'", replacement="")
            table = table.set_column(place, name, plain)
    return table


def _one(parts: list[pa.Table]) -> pa.Table:
    return parts[0] if len(parts) == 1 else pa.concat_tables(parts, promote_options="default")
