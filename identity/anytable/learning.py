"""Learning the model from the table itself: no labels, no other table."""

import duckdb
import numpy as np

from identity.anytable.levels import Comparison
from identity.anytable.model import Counted, Model, learn, start
from identity.anytable.patterns import unpacked, usual_bits, write_patterns

# Random pairs that stand for all pairs nobody compares.
_SAMPLE = 1_000_000
# Before learning: two of a hundred records have another of the same person, as many a relative.
_START_SHARE = 0.3


def train(con: duckdb.DuckDBPyConnection, comparisons: list[Comparison], records: int) -> Model:
    """Return the model learned from pair_pattern and a sample of the other pairs. Needs person and pair."""
    usual = usual_bits(con, comparisons)
    write_pair_patterns(con, comparisons, usual)
    _write_sample(con, comparisons, usual, records)
    compared = _counted(con, "pair_pattern", comparisons, 1.0)
    all_pairs = records * (records - 1) / 2
    sampled = int(con.execute("select count(*) from sample_pattern").fetchall()[0][0])
    rest = max(all_pairs - float(compared.pairs.sum()), 0.0)
    strangers = _counted(con, "sample_pattern", comparisons, rest / max(sampled, 1))
    share = min(_START_SHARE * records / all_pairs, 0.05)
    model = start(comparisons, usual, strangers if sampled else compared, np.array([share, share, 1 - 2 * share]))
    both = Counted(
        type(compared.patterns)(
            np.concatenate([compared.patterns.levels, strangers.patterns.levels]),
            np.concatenate([compared.patterns.rarity, strangers.patterns.rarity]),
            np.concatenate([compared.patterns.rarity_in_family, strangers.patterns.rarity_in_family]),
        ),
        np.concatenate([compared.pairs, strangers.pairs]),
    )
    return learn(comparisons, model, both, records)


def write_pair_patterns(con: duckdb.DuckDBPyConnection, comparisons: list[Comparison], usual: dict[str, float]) -> None:
    """Write pair_pattern: how each pair of pair agrees."""
    write_patterns(con, "pair_pattern", "select no_l, no_r from pair", comparisons, usual)


def _write_sample(
    con: duckdb.DuckDBPyConnection, comparisons: list[Comparison], usual: dict[str, float], records: int
) -> None:
    """Write sample_pattern: each record with those some steps further on in a shuffled order, if not compared."""
    steps = max(1, min(_SAMPLE // records, records // 2 - 1))
    con.execute("""
        create or replace temp table shuffled as
        select no, row_number() over (order by hash(no), no) - 1 as place from person""")
    sample = f"""
        select least(a.no, b.no) as no_l, greatest(a.no, b.no) as no_r
        from shuffled as a
        cross join range(1, {steps + 1}) as s(step)
        inner join shuffled as b on b.place = (a.place + s.step) % {records}"""
    write_patterns(
        con,
        "sample_pattern",
        f"select s.no_l, s.no_r from ({sample}) as s anti join pair as p on p.no_l = s.no_l and p.no_r = s.no_r",
        comparisons,
        usual,
    )


def _counted(con: duckdb.DuckDBPyConnection, table: str, comparisons: list[Comparison], each: float) -> Counted:
    found = con.sql(f"select pattern, count(*) as pairs from {table} group by pattern order by pattern").pl()
    return Counted(unpacked(found["pattern"].to_numpy(), comparisons), found["pairs"].to_numpy() * each)
