"""The identity step of a million records, whole and in increments, against bare Splink with the same model.

Bare Splink: block, predict and cluster over the same finished features, with the same weights, the same keys (those
of too many records taken out beforehand, else it would make many times the pairs) and threshold; nothing else. Ours:
all from clean.party to golden records, with ids, evidence and files on disk; matching keys are kept, as in every run
but the first. Growth: the same people once more in four other countries, with other mailboxes, numbers and places,
names as common as before. `python -m benchmarks.identity_speed RECORDS` takes another size.
"""

import shutil
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.measure import measured
from benchmarks.party_records import write_party_records
from identity.blocking_rules import BLOCKING_RULES
from identity.config import IdentityConfig
from identity.model import read_model, splink_settings, splink_weights
from identity.resolve import resolve
from identity.store import rounded_population
from warehouse.db import connect_warehouse

RECORDS = 1_000_000
# Records a simulated person has, on average, a little rounded down.
_RECORDS_PER_PERSON = 1.56
_SEED = 301
_AT = datetime(2026, 1, 1)


def main(records: int = RECORDS) -> None:
    """Print seconds, memory and the ratios that matter."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        # In a process of its own: what it takes would count as every other's peak.
        measured(write_party_records, folder, round(records / _RECORDS_PER_PERSON), _SEED)
        report(folder, folder / "party.parquet", records)


def report(folder: Path, party: Path, records: int) -> None:
    """Measure the first `records` person records of the Parquet file `party`, in `folder`, and print."""
    _, _, (first, customers) = measured(_first, folder, party, records)
    _, bare_peak, bare = measured(_bare_splink, folder)
    _, full_peak, (full, _) = measured(_full, folder)
    _, _, (added, changed) = measured(_one_percent_new, folder)
    _, _, ones = measured(_records_one_by_one, folder)
    print(f"  {records:,} records, {customers:,} customers")
    print(f"  bare Splink: block, predict, cluster  {bare:7.2f} s  {bare_peak:6,.0f} MiB")
    print(f"  first run, matching keys included     {first:7.2f} s")
    print(f"  full step                             {full:7.2f} s  {full_peak:6,.0f} MiB  ×{full / bare:.2f} of Splink")
    print(
        f"  {changed:,} new records                   {added:7.2f} s               ×{added / full:.2f} of a full step"
    )
    print(f"  one record, median of {len(ones)}              {median(ones):7.2f} s  slowest {max(ones):.2f} s")
    grown_folder = folder / "grown"
    grown_folder.mkdir()
    _, grown_peak, (grown, _) = measured(_grown, grown_folder, folder)
    print(
        f"  five times the records, first run     {grown:7.2f} s  {grown_peak:6,.0f} MiB"
        f"  ×{grown / first:.1f} of the first run"
    )


def _open(folder: Path, memory: str = "1200MB") -> duckdb.DuckDBPyConnection:
    con = connect_warehouse(folder / "warehouse.duckdb")
    con.execute(f"attach '{folder / 'serve.duckdb'}' as serve")
    # So that DuckDB spills instead of taking four fifths of the machine.
    con.execute(f"set memory_limit = '{memory}'")
    return con


def _resolved(con: duckdb.DuckDBPyConnection, run_id: str, among: str | None = None) -> tuple[float, int]:
    """Seconds of a run, and the customers there are."""
    started = time.perf_counter()
    done = resolve(con, IdentityConfig(), run_id, _AT, among=among)
    return time.perf_counter() - started, done.customers


def _first(folder: Path, party: Path, records: int) -> tuple[float, int]:
    con = _open(folder)
    con.execute("create schema clean")
    con.execute(f"""
        create table clean.party as
        select *
        from (select * from read_parquet('{party}') order by hash(record_key), record_id limit {records}) as p
        order by record_id""")
    return _resolved(con, "r1")


def _grown(folder: Path, small: Path) -> tuple[float, int]:
    con = _open(folder, "5GB")
    con.execute(f"attach '{small / 'warehouse.duckdb'}' as small (read_only)")
    con.execute("create schema clean")
    con.execute("""
        create table clean.party as
        select p.* replace (
            p.record_id || ':' || n as record_id,
            n || p.email as email,
            left(p.phone, 4) || n || substr(p.phone, 5) as phone,
            left(p.phone_2, 4) || n || substr(p.phone_2, 5) as phone_2,
            n || p.card_no as card_no,
            n || p.postal_code as postal_code,
            p.city || repeat('x', n) as city,
            repeat('x', n) || p.street as street,
            p.birth_date + 37 * n as birth_date)
        from small.clean.party as p cross join (select cast(n as integer) as n from range(5) as r(n)) as times
        order by record_id""")
    con.execute("detach small")
    con.execute("checkpoint")
    return _resolved(con, "r1")


def _full(folder: Path) -> tuple[float, int]:
    """Everything but the keys, as after a change of the model."""
    con = _open(folder)
    con.execute("delete from identity.state where name in ('basis', 'golden')")
    con.execute("checkpoint")
    return _resolved(con, "r2")


def _one_percent_new(folder: Path) -> tuple[float, int]:
    con = _open(folder)
    con.execute("create table new as select * from clean.party where hash(record_id) % 100 = 0")
    con.execute("delete from clean.party where hash(record_id) % 100 = 0")
    _resolved(con, "r3")
    con.execute("insert into clean.party select * from new")
    con.execute("checkpoint")
    return _resolved(con, "r4")[0], int(con.execute("select count(*) from new").fetchall()[0][0])


def _records_one_by_one(folder: Path) -> list[float]:
    """Seconds of one changed record after the other, in an open process that knows which; three before warm it."""
    con = _open(folder)
    # So little work that a second thread would cost more than it does.
    con.execute("set threads = 1")
    seconds = []
    con.execute("create temp table told as select record_id from clean.party limit 0")
    for turn in range(13):
        con.execute("delete from told")
        con.execute(
            "insert into told select record_id from clean.party where email is not null limit 1 offset ?",
            [turn * 50_000],
        )
        con.execute("""
            update clean.party set email = 'x' || email, updated_at = now()::timestamp
            where record_id in (select record_id from told)""")
        con.execute("checkpoint")
        seconds.append(_resolved(con, f"one{turn}", "told")[0])
    return seconds[3:]


def _bare_splink(folder: Path) -> float:
    from splink import DuckDBAPI, Linker

    copy = folder / "bare.duckdb"
    shutil.copyfile(folder / "warehouse.duckdb", copy)
    con = connect_warehouse(copy)
    con.execute("set memory_limit = '1200MB'")
    keys = ", ".join(f"({rule.key}) as key_{place}" for place, rule in enumerate(BLOCKING_RULES))
    few = ", ".join(
        f"case when count(*) over (partition by key_{place}) <= {rule.max_records} then key_{place} end as key_{place}"
        for place, rule in enumerate(BLOCKING_RULES)
    )
    dropped = ", ".join(f"key_{place}" for place in range(len(BLOCKING_RULES)))
    con.execute(f"""
        create table keyed_feature as
        select * exclude ({dropped}), {few} from (select f.*, {keys} from identity.party_feature as f) as k""")
    model = read_model()
    population = rounded_population(con.execute("select count(*) from keyed_feature").fetchall()[0][0])
    settings = splink_settings(model.prior(population), splink_weights(model.at(population))) | {
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f"l.key_{place} = r.key_{place}"} for place in range(len(BLOCKING_RULES))
        ],
    }
    con.execute("checkpoint")
    api = DuckDBAPI(connection=con)
    started = time.perf_counter()
    linker = Linker(api.register("keyed_feature"), settings, log_level=None)
    scored = linker.inference.predict(threshold_match_weight=model.match_weight, warning_mode="never")
    linker.clustering.cluster_pairwise_predictions_at_threshold(scored, threshold_match_weight=model.match_weight)
    return time.perf_counter() - started


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
