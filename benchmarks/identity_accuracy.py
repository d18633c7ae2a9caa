"""How well identity tells the simulator's people apart, at a seed never trained on, beside naive baselines.

The shipped model learned from seed 7, its threshold was chosen on seed 8. These are the simulator's
figures: other data are harder or easier.
"""

import logging
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import identity_baselines as baselines
from identity.config import IdentityConfig
from identity.evaluate import linkable_recall, measure, write_linkable
from identity.model import read_model
from identity.resolve import update_identity
from warehouse.db import connect_memory

RUNDBLICK = Path(sys.executable).parent / "rundblick"
_NAIVE = {
    "exact e-mail": baselines.same_email,
    "exact name + postal code": baselines.same_name_and_postal_code,
    "plain Splink": baselines.plain_splink,
}


def accuracy(con: duckdb.DuckDBPyConnection, truth: str) -> list[dict[str, Any]]:
    """Return figures of Rundblick, of the perfect linker of linkable pairs, and of the baselines."""
    model = read_model()
    started = time.monotonic()
    update_identity(con, IdentityConfig(), model, "bench")
    seconds = time.monotonic() - started
    write_linkable(con, truth)
    rows = [_row(con, "Rundblick", "identity.cluster", truth, seconds)]
    rows.append(_row(con, "perfect on linkable pairs", "identity.linkable", truth, None))
    for name, cluster in _NAIVE.items():
        started = time.monotonic()
        cluster(con, "identity.naive_cluster")
        rows.append(_row(con, name, "identity.naive_cluster", truth, time.monotonic() - started))
    return rows


def read_workspace(con: duckdb.DuckDBPyConnection, workspace: Path) -> None:
    """Copy clean.party of a demo's warehouse into `con`, and its truth as table `truth`."""
    con.execute(f"attach '{workspace / 'data' / 'warehouse.duckdb'}' as warehouse (read_only)")
    con.execute("create schema clean")
    con.execute("create table clean.party as select * from warehouse.clean.party")
    con.execute("detach warehouse")
    con.execute(f"""
        create table truth as
        select source || ':' || left(sha256(record_table || chr(31) || record_key), 16) as record_id, person_id
        from read_parquet('{workspace / "truth" / "records.parquet"}')""")


def _row(con: duckdb.DuckDBPyConnection, name: str, clusters: str, truth: str, seconds: float | None) -> dict[str, Any]:
    figures = asdict(measure(con, clusters, truth))
    return {"name": name, **figures, "linkable_recall": linkable_recall(con, clusters), "seconds": seconds}


def main(people: int = 10_000, seed: int = 101) -> None:
    """Make a demo of that many people and print the figures."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        command = [RUNDBLICK, "demo", demo, "--people", str(people), "--seed", str(seed), "--json"]
        subprocess.run(command, stdout=subprocess.PIPE, check=True)
        con = connect_memory()
        read_workspace(con, demo)
        rows = accuracy(con, "truth")
    print(f"  {rows[0]['records']:,} records of {people:,} simulated people, seed {seed}")
    print(f"  {'':26}pair P  R      F1     | B³ P   R      F1     | recall of linkable pairs | seconds")
    for row in rows:
        print("  " + _line(row))


def _line(row: dict[str, Any]) -> str:
    pairs = "  ".join(f"{row[key]:.3f}" for key in ("pair_precision", "pair_recall", "pair_f1"))
    cubed = "  ".join(f"{row[key]:.3f}" for key in ("b3_precision", "b3_recall", "b3_f1"))
    seconds = "" if row["seconds"] is None else f"{row['seconds']:.1f}"
    return f"{row['name']:26}{pairs}  | {cubed}  | {row['linkable_recall']:.3f}{'':20}| {seconds}"


if __name__ == "__main__":
    main()
