"""How often each level of a comparison holds between two different people."""

import duckdb

from identity.comparisons import COMPARISONS, Comparison, Level
from identity.model import Model
from identity.score import write_scores
from identity.tables import count

# Records whose pairs are all looked at: about 700,000 pairs.
_SAMPLE = 1200
# Seen less often in the sample, a level is counted among the pairs that are alike.
_ENOUGH = 30
# Pairs that are alike in anything: every pair of a level that is too rare for the random sample shares one of these.
_ALIKE = (
    "family",
    "postal_code || '|' || house_no",
    "phone",
    "email_domain || '|' || substr(email_local, 1, 4)",
)
_ALIKE_PAIRS = 1_000_000


def write_level_samples(con: duckdb.DuckDBPyConnection, model: Model) -> float:
    """Temp tables sample_score and alike_score: the levels of random pairs and of pairs that are alike.

    Levels don't depend on weights, so any model will do. Returns the share of all alike pairs that are in the sample.
    """
    con.execute(f"""
        create or replace temp table sample_pair as
        with sample as (select record_no from identity.party_feature order by sha256(record_id) limit {_SAMPLE})
        select l.record_no as record_no_l, r.record_no as record_no_r
        from sample as l inner join sample as r on r.record_no > l.record_no""")
    write_scores(con, model, "sample_pair", "sample_score")
    share = _write_alike_pairs(con)
    write_scores(con, model, "alike_pair", "alike_score")
    return share


def _write_alike_pairs(con: duckdb.DuckDBPyConnection) -> float:
    """Temp table alike_pair: a sample of records with all that are alike; returns the share of the pairs."""
    keys = " union all ".join(
        f"select {number} as kind, {key} as key, record_no from identity.party_feature where {key} is not null"
        for number, key in enumerate(_ALIKE)
    )
    con.execute(f"create or replace temp table alike_key as {keys}")
    pairs = con.execute(
        "select sum(n * (n - 1) // 2) from (select count(*) as n from alike_key group by kind, key) as g"
    ).fetchall()[0][0]
    # A pair is looked at when one of its two is in the sample.
    of_records = 1 - (1 - min(1.0, _ALIKE_PAIRS / max(int(pairs or 0), 1))) ** 0.5
    con.execute(
        """
        create or replace temp table alike_pair as
        with sampled as (
            select record_no from identity.party_feature
            order by sha256(record_id) limit (select ceil(count(*) * ?)::bigint from identity.party_feature)
        )
        select distinct
            least(l.record_no, r.record_no) as record_no_l, greatest(l.record_no, r.record_no) as record_no_r
        from alike_key as l
        inner join sampled as s on s.record_no = l.record_no
        inner join alike_key as r on r.kind = l.kind and r.key = l.key and r.record_no <> l.record_no""",
        [of_records],
    )
    con.execute("drop table alike_key")
    return 1 - (1 - of_records) ** 2


def nonmatch_shares(con: duckdb.DuckDBPyConnection, alike_share: float) -> dict[str, list[float]]:
    """Return u by comparison and level: its share among pairs of different clusters where it is known.

    Needs temp table person and the level samples. Rare levels, such as the same e-mail address, would be
    seen in a sample through true pairs only, and their u be far too high; so pairs of one cluster are left
    out and rare levels counted among the pairs that are alike, of which the sample holds `alike_share`. A comparison
    of values that the data don't hold is left out.
    """
    shares = {c.name: found for c in COMPARISONS if (found := _shares(con, c, alike_share))}
    # The first level of `household` only tells Splink how common an average family name is.
    shares["household"][0] = _same_family(con)
    return shares


def _same_family(con: duckdb.DuckDBPyConnection) -> float:
    """Probability that two random people bear one family name."""
    found = con.execute("""
        select sum(cast(frequency * frequency as decimal(18, 15)))
        from identity.name_frequency where kind = 'family'""").fetchall()
    return float(found[0][0])


def _shares(con: duckdb.DuckDBPyConnection, comparison: Comparison, alike_share: float) -> list[float]:
    seen = _counts(con, "sample_score", comparison.name)
    alike = _counts(con, "alike_score", comparison.name)
    known = sum(n for level, n in seen.items() if level >= 0)
    if not known:
        return []
    records = count(con, "identity.party_feature")
    all_known = records * (records - 1) / 2 * known / sum(seen.values())

    def share(place: int, level: Level) -> float:
        if level.equal:
            return _equal_share(con, *level.equal)
        if seen.get(place, 0) >= _ENOUGH:
            return seen[place] / known
        return max(alike.get(place, 0), 0.5) / alike_share / all_known

    return [share(place, level) for place, level in enumerate(comparison.levels)]


def _equal_share(con: duckdb.DuckDBPyConnection, left: str, right: str) -> float:
    """Share of the pairs of clusters that have equal values in the two columns, where both are known."""
    equal, known = con.execute(f"""
        with held as (
            select distinct p.component, f.{left} as l, f.{right} as r
            from identity.party_feature as f inner join person as p on p.record_no = f.record_no
        ),
        lefts as (select l as value, count(distinct component) as n from held where l is not null group by l),
        rights as (select r as value, count(distinct component) as n from held where r is not null group by r),
        -- A value held by one cluster alone makes no pair.
        alone as (select count(*) as n from held where l = r)
        select
            (select sum(lefts.n * rights.n) from lefts inner join rights on rights.value = lefts.value)
                - (select n from alone),
            (select sum(n) from lefts) * (select sum(n) from rights)""").fetchall()[0]
    return max(float(equal or 0), 1.0) / max(float(known or 0), 1.0)


def _counts(con: duckdb.DuckDBPyConnection, scores: str, name: str) -> dict[int, int]:
    rows = con.execute(f"""
        select s.level_{name}, sum(case when l.component = r.component then 0 else 1 end)
        from {scores} as s
        inner join person as l on l.record_no = s.record_no_l
        inner join person as r on r.record_no = s.record_no_r
        group by 1""").fetchall()
    return {int(level): int(n) for level, n in rows}
