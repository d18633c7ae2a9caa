"""How often each level of a comparison holds between two different people."""

import duckdb

from identity.comparisons import COMPARISONS, Comparison, Level
from identity.model import Model
from identity.score import write_scores
from identity.tables import count

# Records whose pairs are all looked at: about 700,000 pairs.
_SAMPLE = 1200
# Seen less often in the sample, a level is counted among the blocked pairs: all that are at all alike.
_ENOUGH = 30


def write_level_samples(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Write identity.sample_score and identity.blocked_score: the levels of random and of blocked pairs.

    Levels don't depend on weights, so any model will do.
    """
    con.execute(f"""
        create or replace table identity.sample_pair as
        with sample as (
            select record_id, record_no from identity.party_feature order by sha256(record_id) limit {_SAMPLE}
        )
        select l.record_no as record_no_l, r.record_no as record_no_r
        from sample as l inner join sample as r on r.record_id > l.record_id""")
    write_scores(con, model, "identity.sample_pair", "identity.sample_score")
    write_scores(con, model, "candidate", "identity.blocked_score")
    con.execute("drop table identity.sample_pair")


def nonmatch_shares(con: duckdb.DuckDBPyConnection) -> dict[str, list[float]]:
    """Return u by comparison and level: its share among pairs of different clusters where it is known.

    Needs identity.cluster and the level samples. Rare levels, such as the same e-mail address, would be
    seen in a sample through true pairs only, and their u be far too high; so pairs of one cluster are left
    out and rare levels counted among all blocked pairs.
    """
    return {c.name: _shares(con, c) for c in COMPARISONS}


def _shares(con: duckdb.DuckDBPyConnection, comparison: Comparison) -> list[float]:
    seen = _counts(con, "identity.sample_score", comparison.name)
    blocked = _counts(con, "identity.blocked_score", comparison.name)
    known = sum(n for level, n in seen.items() if level >= 0)
    records = count(con, "identity.party_feature")
    all_known = records * (records - 1) / 2 * known / sum(seen.values())

    def share(place: int, level: Level) -> float:
        if level.equal:
            return _equal_share(con, *level.equal)
        if seen.get(place, 0) >= _ENOUGH:
            return seen[place] / known
        return max(blocked.get(place, 0), 0.5) / all_known

    return [share(place, level) for place, level in enumerate(comparison.levels)]


def _equal_share(con: duckdb.DuckDBPyConnection, left: str, right: str) -> float:
    """Share of the pairs of clusters that have equal values in the two columns, where both are known."""
    equal, known = con.execute(f"""
        with held as (
            select distinct c.cluster_id, f.{left} as l, f.{right} as r
            from identity.party_feature as f inner join identity.cluster as c on c.record_id = f.record_id
        ),
        lefts as (select l as value, count(distinct cluster_id) as n from held where l is not null group by l),
        rights as (select r as value, count(distinct cluster_id) as n from held where r is not null group by r),
        -- A value held by one cluster alone makes no pair.
        alone as (select count(*) as n from held where l = r)
        select
            (select sum(lefts.n * rights.n) from lefts inner join rights on rights.value = lefts.value)
                - (select n from alone),
            (select sum(n) from lefts) * (select sum(n) from rights)""").fetchall()[0]
    return max(float(equal or 0), 1.0) / float(known)


def _counts(con: duckdb.DuckDBPyConnection, scores: str, name: str) -> dict[int, int]:
    rows = con.execute(f"""
        select s.level_{name}, sum(case when l.cluster_id = r.cluster_id then 0 else 1 end)
        from {scores} as s
        inner join identity.cluster as l on l.record_id = s.record_id_l
        inner join identity.cluster as r on r.record_id = s.record_id_r
        group by 1""").fetchall()
    return {int(level): int(n) for level, n in rows}
