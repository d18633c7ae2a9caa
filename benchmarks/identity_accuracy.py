"""How well identity does on the simulator's people, beside naive baselines.

    python benchmarks/identity_accuracy.py WORKSPACE [--json]

WORKSPACE is a demo (`rundblick demo DIR --seed 101`) of a seed that the model was not trained on: the
shipped one learned from seed 7 and its threshold was chosen on seed 8. These are the simulator's figures;
other data are harder or easier.
"""

import argparse
import json
import logging
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import identity_baselines as baselines
from identity.config import IdentityConfig
from identity.evaluate import linkable_recall, measure, write_linkable
from identity.model import read_model
from identity.resolve import link, prepare
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
    prepare(con, IdentityConfig(), model)
    link(con, IdentityConfig(), model)
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    con = connect_memory()
    read_workspace(con, options.workspace)
    rows = accuracy(con, "truth")
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    print(f"{rows[0]['records']:,} records of the simulator (not real people)")
    print(f"{'':26} pair P  pair R pair F1 | B³ P   B³ R   B³ F1 | linkable recall | seconds")
    for r in rows:
        took = "" if r["seconds"] is None else f"{r['seconds']:.1f}"
        pairs = "  ".join(f"{r[key]:.3f}" for key in ("pair_precision", "pair_recall", "pair_f1"))
        cubed = "  ".join(f"{r[key]:.3f}" for key in ("b3_precision", "b3_recall", "b3_f1"))
        print(f"{r['name']:26} {pairs}   | {cubed} | {r['linkable_recall']:.3f}           | {took}")


if __name__ == "__main__":
    main()
