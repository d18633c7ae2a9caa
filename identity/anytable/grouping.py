"""From weighed pairs to customers: parts grow together as long as they agree on average.

Chains of good links can join what no single link would. So within each chain every two records are
weighed, and parts join best first by the mean of all weights between them: one record that is like both
does not join two people who are unlike.
"""

import duckdb
import numpy as np
import polars as pl

from identity.anytable.levels import Comparison
from identity.anytable.model import Model
from identity.anytable.patterns import Floats, unpacked, write_patterns
from identity.clusters import label_components

# Hundredths of a bit: whole numbers add up to the same in any order.
STEPS = 100
# What one pair may say at most, so that many middling pairs outvote one strong one; against more than for.
_MOST_FOR, _MOST_AGAINST = 10, 30
# Chains longer than this are cut at stronger links first: all their pairs would be too many.
_LONGEST_CHAIN = 400
_STRONGER = (2, 4, 6, 9, 12, 16, 20, 25, 30)


def write_weights(
    con: duckdb.DuckDBPyConnection, target: str, patterns: str, model: Model, comparisons: list[Comparison]
) -> None:
    """Write `target` (no_l, no_r, weight in hundredths of a bit) for a table of patterns."""
    con.execute(f"create or replace temp table distinct_pattern as select distinct pattern from {patterns}")
    found = con.sql("select pattern from distinct_pattern order by pattern").pl()
    apart = unpacked(found["pattern"].to_numpy(), comparisons)
    weights = model.weights(apart)
    says = _says(weights, model.prior, (apart.levels > 0).mean(axis=1))
    frame = found.with_columns(
        pl.Series("weight", np.round(weights * STEPS).astype(np.int32)),
        pl.Series("says", np.round(says * STEPS).astype(np.int32)),
    )
    con.register("weight_frame", frame)
    con.execute(f"""
        create or replace table {target} as
        select p.no_l, p.no_r, w.weight, w.says
        from {patterns} as p inner join weight_frame as w on w.pattern = p.pattern""")
    con.unregister("weight_frame")


def _says(weights: Floats, prior: float, known: Floats) -> Floats:
    """What each pair says about joining two parts: a contradiction more than a lack of evidence."""
    evidence = weights - prior
    lacking = np.maximum(weights, prior) * known**2
    against = np.maximum(evidence, -_MOST_AGAINST)
    return np.asarray(
        np.where(weights >= 0, np.minimum(weights, _MOST_FOR), np.where(evidence >= 0, lacking, lacking + against))
    )


def write_groups(
    con: duckdb.DuckDBPyConnection, model: Model, comparisons: list[Comparison], least_weight: float
) -> None:
    """Write person_group (no, group_no): the smallest `no` of each customer. Needs pair_weight."""
    least = round(least_weight * STEPS)
    con.execute(f"create or replace table link as select no_l, no_r, weight from pair_weight where weight >= {least}")
    _write_chains(con)
    for stronger in _STRONGER:
        if not _cut_long_chains(con, least + stronger * STEPS):
            break
        _write_chains(con)
    _weigh_chains(con, model, comparisons)
    _start_parts(con)
    while _join_best_parts(con, least):
        pass
    con.execute("create or replace table person_group as select no, part as group_no from part order by no")


def _write_chains(con: duckdb.DuckDBPyConnection) -> None:
    """Write chain (record_no, component): the records that any links join."""
    label_components(
        con, "chain", "select no as record_no from person", "select no_l as record_no_l, no_r as record_no_r from link"
    )


def _cut_long_chains(con: duckdb.DuckDBPyConnection, least: int) -> bool:
    """Drop links below `least` in chains that are too long; false when there are none."""
    con.execute(f"""
        create or replace temp table long_chain as
        select component from chain group by component having count(*) > {_LONGEST_CHAIN}""")
    if not con.execute("select count(*) from long_chain").fetchall()[0][0]:
        return False
    con.execute(f"""
        delete from link where weight < {least} and no_l in (
            select record_no from chain where component in (select component from long_chain))""")
    return True


def _weigh_chains(con: duckdb.DuckDBPyConnection, model: Model, comparisons: list[Comparison]) -> None:
    """Write chain_weight: every pair within a chain of three or more, whether it was compared before or not."""
    pairs = """
        select l.record_no as no_l, r.record_no as no_r
        from (select component from chain group by component having count(*) > 2) as c
        inner join chain as l on l.component = c.component
        inner join chain as r on r.component = c.component and r.record_no > l.record_no"""
    write_patterns(con, "chain_pattern", pairs, comparisons, model.usual)
    write_weights(con, "chain_weight", "chain_pattern", model, comparisons)
    con.execute("drop table chain_pattern")


def _start_parts(con: duckdb.DuckDBPyConnection) -> None:
    """Each record of a longer chain is a part of its own; a chain of two is joined already."""
    con.execute("""
        create or replace table part as
        select c.record_no as no, case when s.n > 2 then c.record_no else c.component end as part
        from chain as c
        inner join (select component, count(*) as n from chain group by component) as s
            on s.component = c.component""")
    con.execute("""
        create or replace table part_weight as
        select no_l as part_l, no_r as part_r, 1 as pairs, cast(says as bigint) as weight from chain_weight""")


def _join_best_parts(con: duckdb.DuckDBPyConnection, least: int) -> bool:
    """Join every two parts that are each other's best; false when none agree any more."""
    con.execute(f"""
        create or replace temp table part_join as
        with allowed as (
            select part_l, part_r, weight // pairs as mean from part_weight where weight >= {least} * pairs
        ),
        both_ways as (
            select part_l as a, part_r as b, mean from allowed
            union all
            select part_r as a, part_l as b, mean from allowed
        ),
        best as (
            -- Equal means: the pair with the smallest numbers, the same one seen from both sides.
            select a, b from both_ways
            qualify row_number() over (partition by a order by mean desc, least(a, b), greatest(a, b)) = 1
        )
        select l.a as kept, l.b as joined
        from best as l inner join best as r on r.a = l.b and r.b = l.a
        where l.a < l.b""")
    if not con.execute("select count(*) from part_join").fetchall()[0][0]:
        return False
    con.execute("""
        create or replace table part as
        select p.no, coalesce(j.kept, p.part) as part from part as p left join part_join as j on j.joined = p.part""")
    con.execute("""
        create or replace table part_weight as
        select least(l, r) as part_l, greatest(l, r) as part_r, sum(pairs) as pairs, sum(weight) as weight
        from (
            select coalesce(a.kept, w.part_l) as l, coalesce(b.kept, w.part_r) as r, w.pairs, w.weight
            from part_weight as w
            left join part_join as a on a.joined = w.part_l
            left join part_join as b on b.joined = w.part_r
        ) as w
        where l <> r
        group by 1, 2""")
    return True
