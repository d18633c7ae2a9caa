"""A hundred thousand records linked on Spark and on DuckDB, on this machine: the same links and clusters.

Spark is here for records that fit no machine; on one machine DuckDB is faster by far. The start of Spark is not
counted. `python -m benchmarks.identity_spark RECORDS` takes another number.
"""

import logging
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.local_spark import local_spark
from benchmarks.party_records import write_party_records
from identity.config import IdentityConfig
from identity.linking import update_identity
from identity.model import read_model
from identity.spark import link_on_spark
from identity.tables import count
from warehouse.db import connect_memory

_SEED = 9
_RECORDS_PER_PERSON = 1.56
_LINK = "record_id_l, record_id_r, origin, round(match_weight, 9) as match_weight, veto, rule"
_COMPARED = {"link": _LINK, "cluster": "record_id, cluster_id"}


def main(records: int = 100_000) -> None:
    """Print seconds of both, and in how many links and clusters they differ."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_party_records(folder, round(records / _RECORDS_PER_PERSON), _SEED)
        report(folder / "party.parquet", folder / "out")


def report(party: Path, out: Path) -> None:
    """Link the records of the Parquet file `party` on both engines and print what came of it."""
    model, config = read_model(), IdentityConfig()
    with connect_memory() as con:
        con.execute("create schema clean; create schema identity")
        con.execute(f"create table clean.party as select * from '{party}'")
        started = time.monotonic()
        update_identity(con, config, model, "bench")
        on_duckdb = time.monotonic() - started
        with local_spark() as spark:
            started = time.monotonic()
            link_on_spark(spark, str(party), model, config, str(out))
            on_spark = time.monotonic() - started
        print(f"  {count(con, 'clean.party'):,} records: DuckDB {on_duckdb:.1f} s, Spark {on_spark:.1f} s")
        for table in _COMPARED:
            rows, differing = count(con, f"identity.{table}"), _differing(con, out, table)
            print(f"  {table:9} {rows:9,} rows, {differing} differ")


def _differing(con: duckdb.DuckDBPyConnection, out: Path, table: str) -> int:
    here = f"select {_COMPARED[table]} from identity.{table}"
    there = f"select {_COMPARED[table]} from '{out / table}/*.parquet'"
    return count(con, f"((({here}) except ({there})) union all (({there}) except ({here})))")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
