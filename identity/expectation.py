"""How often each level of a comparison holds between records of one person: Splink's expectation maximisation."""

import logging
from typing import TYPE_CHECKING

import duckdb

from identity.score import open_linker

if TYPE_CHECKING:
    from splink import Linker

# Each block trains the comparisons that it does not use.
_BLOCKS = (
    "l.email = r.email",
    "l.card = r.card",
    "l.given = r.given and l.birth_date = r.birth_date",
    "l.given = r.given and l.family = r.family and l.street = r.street",
)
_PAIRS = 300_000
NEVER = 0.00001
"""m of the first level of `household`, which only tells Splink where frequencies belong and never holds."""


def learned_m(con: duckdb.DuckDBPyConnection, prior: float, u: dict[str, list[float]]) -> dict[str, list[float]]:
    """Return m by comparison and level, 0 where no pair showed it. Needs identity.party_feature."""
    from splink.blocking_rule_library import CustomRule

    given = {name: [{"u_probability": share} for share in shares] for name, shares in u.items()}
    given["household"][0]["m_probability"] = NEVER
    # A level that no pair of a block shows is no fault; it keeps the least m.
    logging.getLogger("splink").setLevel(logging.ERROR)
    with open_linker(con, prior, given) as linker:
        for block in _BLOCKS:
            if _has_pairs(con, block):
                linker.training.estimate_parameters_using_expectation_maximisation(
                    CustomRule(block), max_pairs=_PAIRS, record_sample_proportion=1.0
                )
        return _trained_m(linker)


def _has_pairs(con: duckdb.DuckDBPyConnection, block: str) -> bool:
    """Splink refuses to learn from nothing: data without cards, or without birth dates."""
    pairs = f"""
        select 1 from identity.party_feature as l
        inner join identity.party_feature as r on l.record_no < r.record_no and {block} limit 1"""
    return bool(con.execute(pairs).fetchall())


def _trained_m(linker: "Linker") -> dict[str, list[float]]:
    settings = linker.misc.save_model_to_json()
    return {
        c["output_column_name"]: [
            float(level.get("m_probability", 0)) for level in c["comparison_levels"] if not level.get("is_null_level")
        ]
        for c in settings["comparisons"]
    }
