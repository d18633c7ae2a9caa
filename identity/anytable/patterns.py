"""How pairs agree, one number a pair: equal numbers are pairs that the model can't tell apart.

Four bits a comparison hold its level (0 not known, 1 the first), then come the two rarities, in half bits:
how much rarer than usual the agreeing values are for strangers, and for relatives.
"""

import re
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt

from identity.anytable.levels import Comparison

_LEVEL_BITS, _RARITY_BITS = 4, 7
_MIDDLE = 40
_STEPS_A_BIT = 2

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Patterns:
    """Patterns taken apart: levels (patterns × comparisons), rarity for strangers and relatives in bits."""

    levels: Ints
    rarity: Floats
    rarity_in_family: Floats


def usual_bits(con: duckdb.DuckDBPyConnection, comparisons: list[Comparison]) -> dict[str, float]:
    """Return minus log2 of the chance that two random records agree, for each key whose rarity counts."""
    return {
        c.key: float(con.execute(f"""
            select round(-log2(sum(n * n) / sum(n) / sum(n)), 4)
            from (select cast(count(*) as double) as n from person where {c.key} is not null group by {c.key})
            """).fetchall()[0][0] or 0)
        for c in comparisons
        if c.key
    }  # fmt: skip


def write_patterns(
    con: duckdb.DuckDBPyConnection, target: str, pairs: str, comparisons: list[Comparison], usual: dict[str, float]
) -> None:
    """Write `target` (no_l, no_r, pattern) for a query of pairs (no_l, no_r)."""
    prepared = "".join(f", {sql} as {name}" for c in comparisons for name, sql in c.prepared)
    levels = ", ".join(f"{_level(c)} as level_{place}" for place, c in enumerate(comparisons))
    both = ", ".join(f"{column} as {column.replace('.', '_')}" for column in _compared(comparisons))
    packed = " + ".join(
        f"(cast(level_{place} as bigint) << {place * _LEVEL_BITS})" for place in range(len(comparisons))
    )
    shift = len(comparisons) * _LEVEL_BITS
    con.execute(f"""
        create or replace table {target} as
        select no_l, no_r,
            {packed} + ({_clipped("rarity")} << {shift})
                + ({_clipped("rarity_in_family")} << {shift + _RARITY_BITS}) as pattern
        from (
            select *, {levels},
                {_rarity([c for c in comparisons if c.key], comparisons, usual)} as rarity,
                {_rarity([c for c in comparisons if c.key and not c.of_family], comparisons, usual)}
                    as rarity_in_family
            from (
                select e.no_l, e.no_r, {both}{prepared}
                from ({pairs}) as e
                inner join person as l on l.no = e.no_l
                inner join person as r on r.no = e.no_r
            ) as p
        ) as levelled""")


def _compared(comparisons: list[Comparison]) -> list[str]:
    """The columns of l and r that comparisons speak of: what is not needed need not be carried along."""
    spoken = " ".join(f"{c.known} {' '.join(level.sql for level in c.levels)} l.{c.key}_bits" for c in comparisons)
    return sorted(set(re.findall(r"\b[lr]\.[a-z_0-9]+\b", spoken)) - {"l.None_bits"})


def _level(comparison: Comparison) -> str:
    whens = " ".join(f"when {level.sql} then {place}" for place, level in enumerate(comparison.levels, start=1))
    sql = f"case when not coalesce({comparison.known}, false) then 0 {whens} end"
    # The two records' columns stand in one row by then.
    return re.sub(r"\b([lr])\.", r"\1_", sql)


def _rarity(counted: list[Comparison], comparisons: list[Comparison], usual: dict[str, float]) -> str:
    return " + ".join(
        f"case when level_{comparisons.index(c)} = 1 then l_{c.key}_bits - {usual[c.key or '']} else 0 end"
        for c in counted
    ) or "0"  # fmt: skip


def _clipped(rarity: str) -> str:
    most = (1 << _RARITY_BITS) - 1
    return f"cast(greatest(0, least({most}, round({rarity} * {_STEPS_A_BIT}) + {_MIDDLE})) as bigint)"


def unpacked(patterns: Ints, comparisons: list[Comparison]) -> Patterns:
    """Return patterns taken apart."""
    mask = (1 << _LEVEL_BITS) - 1
    levels = np.stack([(patterns >> (place * _LEVEL_BITS)) & mask for place in range(len(comparisons))], axis=1)
    rest = patterns >> (len(comparisons) * _LEVEL_BITS)
    return Patterns(
        levels,
        ((rest & ((1 << _RARITY_BITS) - 1)) - _MIDDLE) / _STEPS_A_BIT,
        ((rest >> _RARITY_BITS) - _MIDDLE) / _STEPS_A_BIT,
    )
