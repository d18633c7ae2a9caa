"""Scoring one pair of a snapshot anew, in a small database beside it."""

from dataclasses import dataclass

import duckdb

from identity.bad_values import value_uses
from identity.comparisons import COMPARISONS, Comparison
from identity.frequencies import write_name_frequencies
from identity.model import Model
from identity.normalise import write_features, write_keys
from identity.score import write_scores
from identity.tables import count, records
from identity.veto import VETO
from warehouse.db import connect_memory


@dataclass(frozen=True)
class Finding:
    """One comparison of a pair in words, with the weight it counted (log2 odds; 0 where nothing is known)."""

    comparison: str
    words: str
    match_weight: float


@dataclass(frozen=True)
class Scored:
    """What the model says of a pair. Without a weight when one of the two is a company."""

    needed: float
    match_weight: float | None
    match_probability: float | None
    veto: str | None
    findings: list[Finding]


def score_pair(con: duckdb.DuckDBPyConnection, record_l: str, record_r: str, model: Model) -> Scored:
    """Return what `model` says of two records of serve.party, with the snapshot's suppressed values left out.

    Names that the model does not know count as rare as in a small list, so that a weight may differ a
    little from the one that the run gave.
    """
    small = connect_memory()
    try:
        _copy(con, small, [record_l, record_r])
        write_keys(small)
        _copy_bad_values(con, small)
        write_name_frequencies(small, model.frequencies)
        write_features(small)
        small.execute("create table identity.pair as select ? as record_id_l, ? as record_id_r", [record_l, record_r])
        if count(small, "identity.party_feature") < 2:
            return Scored(model.match_weight, None, None, None, [])
        write_scores(small, model, records=count(con, "serve.customer_record"))
        return _read(small, model)
    finally:
        small.close()


def _copy(con: duckdb.DuckDBPyConnection, small: duckdb.DuckDBPyConnection, record_ids: list[str]) -> None:
    small.execute("create schema clean")
    query = "select * from serve.party where list_contains(?, record_id)"
    small.register("two_records", con.sql(query, params=[record_ids]).pl())
    small.execute("create table clean.party as select * from two_records")
    small.unregister("two_records")


def _copy_bad_values(con: duckdb.DuckDBPyConnection, small: duckdb.DuckDBPyConnection) -> None:
    small.register("suppressed", con.sql("select kind, value_sha256 from serve.bad_value").pl())
    small.execute(f"""
        create table identity.bad_value as
        select distinct u.kind, u.value
        from ({value_uses()}) as u
        inner join suppressed as s on s.kind = u.kind and s.value_sha256 = sha256(u.value)""")
    small.unregister("suppressed")


def _read(small: duckdb.DuckDBPyConnection, model: Model) -> Scored:
    row = records(
        small,
        f"""
        select s.*, {VETO} as veto
        from identity.score as s
        inner join identity.party_feature as l on l.record_id = s.record_id_l
        inner join identity.party_feature as r on r.record_id = s.record_id_r""",
    )[0]
    findings = [
        Finding(c.name, _words(c, row[f"level_{c.name}"]), round(row[f"weight_{c.name}"], 2)) for c in COMPARISONS
    ]
    findings.sort(key=lambda finding: -abs(finding.match_weight))
    return Scored(model.match_weight, row["match_weight"], row["match_probability"], row["veto"], findings)


def _words(comparison: Comparison, level: int) -> str:
    return "not known of both" if level < 0 else comparison.levels[level].words
