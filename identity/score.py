"""Scoring pairs: Splink writes the query, which is run on the records at hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

import duckdb

from identity.comparisons import COMPARISONS, SHARED_CONDITIONS
from identity.model import Model, SplinkWeight, splink_settings, splink_weights
from identity.store import EVIDENCE_COLUMNS, delete_rows_of
from identity.tables import count
from identity.veto import VETO

if TYPE_CHECKING:
    from splink import Linker

_TABLE = f"""
    create table if not exists identity.score (
        record_no_l integer, record_no_r integer, record_id_l text, record_id_r text, evidence double, veto text,
        {", ".join(f"{c} {'tinyint' if c.startswith('level') else 'double'}" for c in EVIDENCE_COLUMNS)})"""


@contextmanager
def open_linker(
    con: duckdb.DuckDBPyConnection, prior: float, weights: dict[str, list[SplinkWeight]]
) -> Iterator["Linker"]:
    """Yield a Splink linker over identity.party_feature, for training; its tables are removed afterwards."""
    from splink import DuckDBAPI, Linker

    before = con.execute("select current_schema()").fetchall()[0][0]
    api = DuckDBAPI(connection=con, output_schema="identity")
    features = api.register("party_feature")
    try:
        yield Linker(features, splink_settings(prior, weights), log_level=None, validate_settings=False)
    finally:
        api.delete_tables_created_by_splink_from_db()
        con.execute(f"set schema = '{before}'")


def scoring_sql(model: Model, least_evidence: float | None, features: str, pairs: str) -> str:
    """SQL: record_no_l, record_no_r, evidence, level_… and weight_… of each of `pairs`.

    `features` has the columns of identity.party_feature, `pairs` record_no_l and record_no_r. `evidence` is the sum of
    the weights (log2 odds) without the prior, so that it holds whatever the number of records; pairs with less than
    `least_evidence` are left out. `level_…` is the place of the level that held in the comparison's list (0 is the
    first, -1 not known).
    """
    steps = _splink_steps(model.model_dump_json(), features)
    columns = ", ".join(_explained(c.name, len(c.levels), _has_frequency(c.name)) for c in COMPARISONS)
    where = "" if least_evidence is None else f"where match_weight >= {least_evidence!r}"
    return f"""
        with __splink__blocked_id_pairs as (
            select record_no_l as join_key_l, record_no_r as join_key_r, '0' as match_key from {pairs}),
        {steps}
        select record_no_l, record_no_r, match_weight as evidence, {columns}
        from __splink__df_predict {where}"""


@lru_cache(maxsize=8)
def _splink_steps(model_json: str, features: str) -> str:
    """Splink's own query of a prediction as common table expressions; half a second's work, so kept."""
    from splink import SettingsCreator
    from splink.internals.comparison_vector_values import compute_comparison_vector_values_from_id_pairs_sqls
    from splink.internals.predict import predict_from_comparison_vectors_sqls_using_settings

    # At even odds the prior counts nothing.
    wanted = splink_settings(0.5, splink_weights(Model.model_validate_json(model_json)))
    wanted |= {"unique_id_column_name": "record_no"}
    settings = SettingsCreator(**wanted).get_settings("duckdb")
    steps = compute_comparison_vector_values_from_id_pairs_sqls(
        settings._columns_to_select_for_blocking,
        settings._columns_to_select_for_comparison_vector_values,
        features,
        features,
        None,
        settings.column_info_settings.unique_id_input_column,
    )
    steps += predict_from_comparison_vectors_sqls_using_settings(settings)
    named = {step["output_table_name"]: step["sql"] for step in steps}
    return ",\n".join(f"{name} as ({sql})" for name, sql in _looked_at_once(named).items())


def _looked_at_once(steps: dict[str, str]) -> dict[str, str]:
    """The steps with SHARED_CONDITIONS as columns of the pairs: a third of the text, and of the comparing."""
    joined, compared, *others = steps
    facts = ", ".join(f"{condition} as {name}" for name, condition in SHARED_CONDITIONS.items())
    comparing = steps[compared].replace(f"from {joined}", "from pair_with_facts")
    for name, condition in SHARED_CONDITIONS.items():
        comparing = comparing.replace(condition, name)
    return {
        joined: steps[joined],
        "pair_with_facts": f"select *, {facts} from {joined}",
        compared: comparing,
        **{name: steps[name] for name in others},
    }


def update_scores(con: duckdb.DuckDBPyConnection, model: Model, least_evidence: float, whole: bool) -> int:
    """Bring identity.score up to date: the pairs of temp table candidate, in place of all of rescored_record.

    | record_id_l | record_id_r | evidence | veto | level_email | weight_email | level_card | weight_card | …
    |-------------|-------------|----------|------|-------------|--------------|------------|-------------|
    | erp:01…     | shop:7a…    | 36.3     |      | 0           | 15.8         | -1         | 0.0         |

    Returns the number of pairs scored.
    """
    if whole:
        con.execute("drop table if exists identity.score")
    con.execute(_TABLE)
    if not whole:
        delete_rows_of(con, "identity.score", "rescored_record")
    features = "identity.party_feature" if whole else "compared_feature"
    candidates = count(con, "candidate")
    if candidates:
        con.execute(f"""
            insert into identity.score by name
            select s.*, l.record_id as record_id_l, r.record_id as record_id_r, {VETO} as veto
            from ({scoring_sql(model, least_evidence, features, "candidate")}) as s
            inner join {features} as l on l.record_no = s.record_no_l
            inner join {features} as r on r.record_no = s.record_no_r""")
    return candidates


def write_scores(con: duckdb.DuckDBPyConnection, model: Model, pairs: str, target: str) -> None:
    """Write temp table `target`: every one of `pairs` (record_no_l, record_no_r) as in identity.score, for training."""
    con.execute(f"""
        create or replace temp table {target} as
        select s.*, l.record_id as record_id_l, r.record_id as record_id_r
        from ({scoring_sql(model, None, "identity.party_feature", pairs)}) as s
        inner join identity.party_feature as l on l.record_no = s.record_no_l
        inner join identity.party_feature as r on r.record_no = s.record_no_r""")


def _has_frequency(name: str) -> bool:
    return any(level.frequency for c in COMPARISONS if c.name == name for level in c.levels)


def _explained(name: str, levels: int, has_frequency: bool) -> str:
    """Splink numbers the levels from the last upward; here the first is 0."""
    weight = f"mw_{name} + mw_tf_adj_{name}" if has_frequency else f"mw_{name}"
    return (
        f"case when gamma_{name} < 0 then -1 else {levels - 1} - gamma_{name} end as level_{name}, "
        f"{weight} as weight_{name}"
    )
