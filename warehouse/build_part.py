"""Bringing a part of a model's table up to date: the rows of some keys, made of the rows of its inputs that matter."""

from functools import cache

import duckdb

from warehouse.build import ChecksFailed, run_checks
from warehouse.models import Model


def build_part(con: duckdb.DuckDBPyConnection, model: Model, keys: str | None, parts: dict[str, str]) -> None:
    """Bring the rows of the model's table up to date whose key is in table `keys`; all when it is null.

    For a model of one key column without parameters. `parts` are the inputs of which only a part matters, each with the
    table that holds this part: all rows that the keys are made of, and none of other keys. Runs in the caller's
    transaction. Raises ChecksFailed.
    """
    key = model.grain[0]
    con.execute(f"create schema if not exists {model.schema}")
    if keys is None:
        con.execute(f"create or replace table {model.table} as {model.sql({})}")
        fresh = model.table
    else:
        fresh = "fresh_part"
        con.execute(f"create or replace temp table {fresh} as {_sql_of_parts(model, tuple(parts.items()))}")
    checks = run_checks(con, model, fresh)
    if not all(c.passed for c in checks):
        raise ChecksFailed(model.table, checks)
    if keys is not None:
        con.execute(f"delete from {model.table} where {key} in (select {key} from {keys})")
        con.execute(f"insert into {model.table} by name select * from {fresh}")


@cache
def _sql_of_parts(model: Model, parts: tuple[tuple[str, str], ...]) -> str:
    return model.sql({}, {table: f"select * from {part}" for table, part in parts})
