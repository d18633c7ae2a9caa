"""Learning the model from the table itself: no labels, no other table."""

import duckdb

from identity.anytable.comparisons import filled_keys
from identity.anytable.levels import Comparison
from identity.anytable.maximisation import learn, start
from identity.anytable.model import Counted, Model
from identity.anytable.patterns import unpacked, usual_bits, write_patterns
from identity.anytable.sampling import namesakes, namesakes_not_compared, other_pairs


def train(con: duckdb.DuckDBPyConnection, comparisons: list[Comparison], records: int) -> Model:
    """Return the model learned from pair_pattern and samples of the other pairs. Needs person and pair."""
    usual = usual_bits(con, comparisons)
    write_pair_patterns(con, comparisons, usual)
    compared = _counted(con, "pair_pattern", comparisons)
    counted, left = [compared], records * (records - 1) / 2 - float(compared.pairs.sum())
    if {"given", "family"} <= filled_keys(con):
        write_patterns(con, "sample_pattern", namesakes(con), comparisons, usual)
        of_one_name = namesakes_not_compared(con)
        counted.append(_counted(con, "sample_pattern", comparisons, of_one_name))
        left -= of_one_name
    write_patterns(con, "sample_pattern", other_pairs(con, records), comparisons, usual)
    strangers = _counted(con, "sample_pattern", comparisons, max(left, 0.0))
    counted.append(strangers)
    model = start(comparisons, usual, strangers if len(strangers.pairs) else compared, records)
    return learn(comparisons, model, Counted.together(counted), records)


def write_pair_patterns(con: duckdb.DuckDBPyConnection, comparisons: list[Comparison], usual: dict[str, float]) -> None:
    """Write pair_pattern: how each pair of pair agrees."""
    write_patterns(con, "pair_pattern", "select no_l, no_r from pair", comparisons, usual)


def _counted(
    con: duckdb.DuckDBPyConnection, table: str, comparisons: list[Comparison], stand_for: float | None = None
) -> Counted:
    """The patterns of a table; each pair counts for itself, or together they stand for so many."""
    found = con.sql(f"select pattern, count(*) as pairs from {table} group by pattern order by pattern").pl()
    pairs = found["pairs"].to_numpy().astype(float)
    if stand_for is not None and len(pairs):
        pairs *= stand_for / pairs.sum()
    return Counted(unpacked(found["pattern"].to_numpy(), comparisons), pairs)
