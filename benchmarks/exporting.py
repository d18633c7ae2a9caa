"""Writing 1,000,000 rows of CSV for people, against DuckDB's bare COPY."""

import tempfile
from pathlib import Path

import polars as pl

from benchmarks.measure import measured
from connectors.channels.csv_file import PROFILES, write_csv
from warehouse.db import connect_memory

ROWS = 1_000_000
_AUDIENCE = f"""
    select
        'C' || i as customer_no, 'Jörg' as given_name, 'Müller' || (i % 60000) as family_name,
        '+49171' || (1000000 + i) as phone, '0' || (1000 + i % 9000) as postal_code,
        date '2026-05-03' as basis_since, cast(i % 1000 as decimal(18, 2)) as net_spend
    from range({ROWS}) as t(i)
"""


def main() -> None:
    """Print both; the CSV for people guards every text cell against formulas."""
    with tempfile.TemporaryDirectory() as folder:
        bare, bare_peak, _ = measured(_bare, Path(folder) / "bare.csv")
        ours, our_peak, _ = measured(_ours, Path(folder) / "ours.csv")
    print(f"  DuckDB COPY       {bare:6.2f} s  {bare_peak:6,.0f} MiB")
    print(f"  CSV for people    {ours:6.2f} s  {our_peak:6,.0f} MiB  ×{ours / bare:.1f}")
    print(f"  {ROWS:,} made-up rows of 7 columns")


def _bare(path: Path) -> None:
    with connect_memory() as con:
        con.execute(f"copy ({_AUDIENCE}) to '{path}' (header, delimiter ';')")


def _ours(path: Path) -> None:
    with connect_memory() as con:
        audience: pl.DataFrame = con.sql(_AUDIENCE).pl()
    write_csv(audience, path, audience.columns, PROFILES["excel_de"])
