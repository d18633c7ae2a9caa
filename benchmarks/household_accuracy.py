"""How well households are found among simulated people whose records were resolved before.

`python -m benchmarks.household_accuracy FOLDER` reads what `python -m benchmarks.party_records FOLDER PEOPLE SEED`
wrote. Counted are pairs of people: who lives together, and whom we put into one household.
"""

import logging
import sys
import time
from datetime import datetime
from pathlib import Path

import duckdb

from identity.config import IdentityConfig
from identity.households import write_households
from identity.resolve import resolve
from identity.tables import count
from warehouse import fingerprint
from warehouse.db import connect_memory

AS_OF = datetime(2026, 11, 15)


def find_households(con: duckdb.DuckDBPyConnection, folder: Path) -> float:
    """Resolve the records of `folder` and find the households; returns the seconds that the latter took."""
    con.execute("create schema clean; attach ':memory:' as serve")
    fingerprint.prepare(con)
    con.execute(f"create table clean.party as from read_parquet('{folder / 'party.parquet'}')")
    con.execute(f"create table truth as from read_parquet('{folder / 'truth.parquet'}')")
    resolve(con, IdentityConfig(), "benchmark", AS_OF)
    started = time.monotonic()
    write_households(con, IdentityConfig().households, "benchmark", AS_OF)
    return time.monotonic() - started


def write_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp tables of pairs of people: found_pair, true_pair, and placed_pair: true ones with both addresses."""
    pairs = "select distinct a.person_id as a, b.person_id as b from {0} as a inner join {0} as b"
    pairs += " on a.home = b.home and a.person_id < b.person_id"
    con.execute(f"""
        create temp table found_home as
        select distinct t.person_id, m.household_id as home
        from serve.household_member as m
        inner join serve.customer_record as r on r.customer_id = m.customer_id
        inner join truth as t on t.record_id = r.record_id;
        create temp table true_home as
        select distinct person_id, household_id as home from truth where not coalesce(household_id, 'B') = 'B';
        create temp table placed_home as
        select distinct t.person_id, t.home from true_home as t inner join truth as u on u.person_id = t.person_id
        inner join clean.party as p on p.record_id = u.record_id and p.street is not null and p.house_no is not null;
        create temp table found_pair as {pairs.format("found_home")};
        create temp table true_pair as {pairs.format("true_home")};
        create temp table placed_pair as {pairs.format("placed_home")}""")


def main(folder: Path) -> None:
    """Print the figures."""
    con = connect_memory()
    seconds = find_households(con, folder)
    write_pairs(con)
    right = count(con, "found_pair inner join true_pair using (a, b)")
    print(
        f"  {count(con, 'clean.party'):,} records, {count(con, '(select distinct home from found_home)'):,} households"
    )
    print(f"  pairs of people put together: {right / count(con, 'found_pair'):.4f} live together")
    print(f"  pairs who live together: {right / count(con, 'true_pair'):.3f} found;", end=" ")
    print(f"where both gave an address: {right / count(con, 'placed_pair'):.3f}")
    print(f"  {seconds:.1f} s")


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    main(Path(sys.argv[1]))
