"""Scoring one pair of a snapshot anew, in a small database beside it: for illustration only.

The answer of a run is what it stored. Of a pair that it stored nothing about, this tells what would speak for it.
"""

from dataclasses import dataclass
from typing import Any

import duckdb

from identity.blocking_rules import BLOCKING_RULES
from identity.changes import find_changes
from identity.comparisons import COMPARISONS
from identity.features import update_features
from identity.frequencies import update_name_frequencies
from identity.keys import open_keys, update_keys
from identity.model import Model
from identity.score import scoring_sql
from identity.store import open_store, rounded_population
from identity.stored import UNKNOWN, Evidence, Finding, strongest_first
from identity.tables import count, records
from identity.value_holders import value_uses
from identity.veto import VETO
from warehouse.db import connect_memory


@dataclass(frozen=True)
class Scored:
    """What the model says of a pair today, and by which keys it would be found. No evidence about companies."""

    evidence: Evidence
    veto: str | None
    shared_keys: tuple[str, ...]
    companies: int


def score_pair(con: duckdb.DuckDBPyConnection, record_l: str, record_r: str, model: Model) -> Scored:
    """Return what `model` says of two records of serve.party, with the snapshot's suppressed values left out.

    Names that the model does not know count as rare as in a small list, so that a weight may differ a
    little from the one that a run would give.
    """
    small = connect_memory()
    try:
        _copy(con, small, [record_l, record_r])
        population = rounded_population(count(con, "serve.party", "not is_company"))
        _prepare(con, small, model, population)
        persons = count(small, "identity.party_feature")
        if persons < 2:
            return Scored(Evidence(None, None, None, []), None, (), count(small, "identity.party_key", "is_company"))
        return _read(small, model.at(population), model.prior_weight(population))
    finally:
        small.close()


def _copy(con: duckdb.DuckDBPyConnection, small: duckdb.DuckDBPyConnection, record_ids: list[str]) -> None:
    small.execute("create schema clean")
    query = "select * from serve.party where list_contains(?, record_id)"
    small.register("two_records", con.sql(query, params=[record_ids]).pl())
    small.execute("create table clean.party as select * from two_records")
    small.unregister("two_records")


def _prepare(con: duckdb.DuckDBPyConnection, small: duckdb.DuckDBPyConnection, model: Model, population: int) -> None:
    """Write the features of the two records as a run does, with the snapshot's bad values."""
    open_store(small)
    open_keys(small)
    find_changes(small)
    update_keys(small)
    small.register("suppressed", con.sql("select kind, value_sha256 from serve.bad_value").pl())
    small.execute(f"""
        create table identity.bad_value as
        select distinct u.kind, u.value
        from ({value_uses()}) as u
        inner join suppressed as s on s.kind = u.kind and s.value_sha256 = sha256(u.value)""")
    small.unregister("suppressed")
    update_name_frequencies(small, model.frequencies, population, whole=True)
    update_features(small, whole=True)
    small.execute("""
        create temp table candidate as
        select l.record_no as record_no_l, r.record_no as record_no_r
        from identity.party_feature as l
        inner join identity.party_feature as r on r.record_id > l.record_id""")


def _read(small: duckdb.DuckDBPyConnection, model: Model, prior_weight: float) -> Scored:
    row = records(
        small,
        f"""
        select s.*, {VETO} as veto
        from ({scoring_sql(model, None, "identity.party_feature", "candidate")}) as s
        inner join identity.party_feature as l on l.record_no = s.record_no_l
        inner join identity.party_feature as r on r.record_no = s.record_no_r""",
    )[0]
    weight = row["evidence"] + prior_weight
    evidence = Evidence(weight, 1 / (1 + 2**-weight), model.match_weight, _findings(row))
    return Scored(evidence, row["veto"], _shared_keys(small), 0)


def _findings(row: dict[str, Any]) -> list[Finding]:
    found = []
    for comparison in COMPARISONS:
        level = row[f"level_{comparison.name}"]
        words = UNKNOWN if level < 0 else comparison.levels[level].words
        found.append(Finding(comparison.name, words, round(row[f"weight_{comparison.name}"], 4)))
    return strongest_first(found)


def _shared_keys(small: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The names of the blocking rules of which the two records share a key."""
    keys = " union ".join(
        f"select '{rule.name}' as rule, {rule.key} as key, record_no from identity.party_feature"
        for rule in BLOCKING_RULES
    )
    found = small.execute(f"""
        with block as ({keys})
        select rule from block where key is not null
        group by rule, key having count(*) = 2 order by rule""").fetchall()
    return tuple(dict.fromkeys(rule for (rule,) in found))
