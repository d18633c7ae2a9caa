"""Loading 1,000,000 rows with typing, row rules, merge and ledger, against DuckDB's bare `create table as`."""

import tempfile
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from benchmarks.measure import measured
from warehouse.contract import Contract
from warehouse.db import connect_memory, connect_warehouse
from warehouse.delivery import Delivery
from warehouse.load import load

ROWS = 1_000_000
_CONTRACT = {
    "name": "shop",
    "tables": {
        "customer": {
            "key": ["id"],
            "columns": {"spent": "decimal", "created_at": "timestamp"},
            "expect": {"not_null": ["email"], "rows": [1, 5_000_000]},
        }
    },
}
_AS_SENT = f"""
    select
        cast(i as text) as id, 'given' || (i % 5000) as given_name, 'family' || (i % 60000) as family_name,
        'a' || i || '@mail.example' as email, cast(i % 1000 as text) || '.50' as spent,
        '2026-05-03 12:00:00' as created_at
    from range({ROWS}) as t(i)
"""


def main() -> None:
    """Print both, and the second delivery of the same rows."""
    with tempfile.TemporaryDirectory() as folder:
        bare, bare_peak, _ = measured(_bare, Path(folder) / "bare.duckdb")
        first, first_peak, _ = measured(_loaded, Path(folder) / "loaded.duckdb", "a")
        again, again_peak, _ = measured(_loaded, Path(folder) / "loaded.duckdb", "b")
    print(f"  raw DuckDB        {bare:6.2f} s  {bare_peak:6,.0f} MiB")
    print(f"  load, first       {first:6.2f} s  {first_peak:6,.0f} MiB  ×{first / bare:.1f}")
    print(f"  load, no change   {again:6.2f} s  {again_peak:6,.0f} MiB  ×{again / bare:.1f}")
    print(f"  {ROWS:,} made-up rows of 6 columns, without Great Expectations")


def _rows() -> pa.Table:
    with connect_memory() as con:
        return con.sql(_AS_SENT).to_arrow_table()


def _bare(path: Path) -> None:
    rows = _rows()  # noqa: F841 - read by the statement below
    with connect_warehouse(path) as con:
        con.execute(
            "create table customer as select * replace (try_cast(spent as decimal(18, 6)) as spent, "
            "try_cast(created_at as timestamp) as created_at) from rows"
        )


def _loaded(path: Path, content: str) -> None:
    delivery = Delivery("customers.csv", content, {"customer": _rows()})
    with connect_warehouse(path) as con:
        load(
            con,
            Contract.model_validate(_CONTRACT),
            [delivery],
            as_of=datetime(2026, 5, 4),
            run_id=content,
            validate=None,
        )
