"""How well identity tells the simulator's people apart, at a seed never trained on, beside naive baselines.

The shipped model learned from seed 7, its threshold was chosen on seed 8. These are the simulator's
figures: other data are harder or easier.
"""

import logging
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import identity_baselines as baselines
from benchmarks.party_records import write_party_records
from identity.accuracy import by_hard_case, in_business
from identity.config import IdentityConfig
from identity.evaluate import linkable_recall, measure, write_linkable
from identity.linking import update_identity
from identity.model import read_model
from pipelines.identity_lines import business_line, hard_case_lines
from warehouse.db import connect_memory

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


def _row(con: duckdb.DuckDBPyConnection, name: str, clusters: str, truth: str, seconds: float | None) -> dict[str, Any]:
    figures = asdict(measure(con, clusters, truth))
    return {"name": name, **figures, "linkable_recall": linkable_recall(con, clusters), "seconds": seconds}


def main(people: int = 10_000, seed: int = 101) -> None:
    """Simulate that many people and print the figures."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder, connect_memory() as con:
        write_party_records(Path(folder), people, seed)
        con.execute("create schema clean")
        con.execute(f"create table clean.party as from read_parquet('{folder}/party.parquet')")
        con.execute(f"create table truth as from read_parquet('{folder}/truth.parquet')")
        rows = accuracy(con, "truth")
        business = in_business(con, "identity.cluster", "truth")
        cases = by_hard_case(con, "identity.cluster", "truth", "identity.linkable")
    print(f"  {rows[0]['records']:,} records of {people:,} simulated people, seed {seed}")
    print(f"  {'':26}pair P  R      F1     | B³ P   R      F1     | recall of linkable pairs | seconds")
    for row in rows:
        print("  " + _line(row))
    print("\n".join([business_line(business), *hard_case_lines(cases)]))


def _line(row: dict[str, Any]) -> str:
    pairs = "  ".join(f"{row[key]:.3f}" for key in ("pair_precision", "pair_recall", "pair_f1"))
    cubed = "  ".join(f"{row[key]:.3f}" for key in ("b3_precision", "b3_recall", "b3_f1"))
    seconds = "" if row["seconds"] is None else f"{row['seconds']:.1f}"
    return f"{row['name']:26}{pairs}  | {cubed}  | {row['linkable_recall']:.3f}{'':20}| {seconds}"


if __name__ == "__main__":
    main()
