"""Scoring pairs with Splink."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from identity.comparisons import COMPARISONS
from identity.model import Model, SplinkWeight, splink_settings, splink_weights
from identity.tables import count

if TYPE_CHECKING:
    from splink import Linker


@contextmanager
def open_linker(
    con: duckdb.DuckDBPyConnection, prior: float, weights: dict[str, list[SplinkWeight]]
) -> Iterator["Linker"]:
    """Yield a Splink linker over identity.party_feature, and remove its tables afterwards."""
    from splink import DuckDBAPI, Linker

    before = con.execute("select current_schema()").fetchall()[0][0]
    api = DuckDBAPI(connection=con, output_schema="identity")
    features = api.register("party_feature")
    try:
        yield Linker(features, splink_settings(prior, weights), log_level=None, validate_settings=False)
    finally:
        api.delete_tables_created_by_splink_from_db()
        con.execute(f"set schema = '{before}'")


def write_scores(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    least_weight: float | None = None,
    pairs: str = "identity.pair",
    target: str = "identity.score",
    records: int | None = None,
) -> int:
    """Write `target`: each of `pairs` with its weight, from `least_weight` upward.

    | record_id_l | record_id_r | match_weight | level_email | weight_email | level_card | weight_card | …
    |-------------|-------------|--------------|-------------|--------------|------------|-------------|
    | erp:01…     | shop:7a…    | 21.3         | 0           | 15.8         | -1         | 0.0         |

    `level_…` is the place of the level that held in the comparison's list (0 is the first, -1 not known),
    `weight_…` what it counted. The prior is that of `records` records, by default those in
    identity.party_feature. Returns the number of rows.
    """
    prior = model.prior(count(con, "identity.party_feature") if records is None else records)
    with open_linker(con, prior, splink_weights(model)) as linker:
        con.execute(f"""
            create or replace view identity.pair_for_splink as
            select record_id_l as join_key_l, record_id_r as join_key_r, '0' as match_key from {pairs}""")
        table = linker._db_api.register("pair_for_splink")
        linker.table_management.register_blocked_pairs_for_predict(table)
        scored = linker.inference.predict(threshold_match_weight=least_weight, warning_mode="never")
        columns = ", ".join(_explained(c.name, len(c.levels), _has_frequency(c.name)) for c in COMPARISONS)
        con.execute(f"""
            create or replace table {target} as
            select record_id_l, record_id_r, match_weight, match_probability, {columns}
            from {scored.physical_name}
            order by record_id_l, record_id_r""")
    con.execute("drop view identity.pair_for_splink")
    return count(con, target)


def _has_frequency(name: str) -> bool:
    return any(level.frequency for c in COMPARISONS if c.name == name for level in c.levels)


def _explained(name: str, levels: int, has_frequency: bool) -> str:
    """Splink numbers the levels from the last upward; here the first is 0."""
    weight = f"mw_{name} + mw_tf_adj_{name}" if has_frequency else f"mw_{name}"
    return (
        f"case when gamma_{name} < 0 then -1 else {levels - 1} - gamma_{name} end as level_{name}, "
        f"{weight} as weight_{name}"
    )
