"""Bringing a part of a model's table up to date: the rows of some keys, made of the rows of its inputs that matter."""

from functools import cache

import duckdb
from sqlglot import exp

from warehouse.build import ChecksFailed, run_checks
from warehouse.models import Model


def build_part(con: duckdb.DuckDBPyConnection, model: Model, keys: str | None, parts: dict[str, str]) -> None:
    """Bring the rows of the model's table up to date whose key is in table `keys`; all when it is null.

    For a model of one key column without parameters. `parts` are the inputs of which only a part matters, each with the
    column by which its rows are found: those that have it in common with the part before, the first with `keys`.
    Runs in the caller's transaction. Raises ChecksFailed.
    """
    key = model.grain[0]
    con.execute(f"create schema if not exists {model.schema}")
    if keys is None:
        con.execute(f"create or replace table {model.table} as {model.sql({})}")
        fresh = model.table
    else:
        fresh = "fresh_part"
        before = keys
        for table, column in parts.items():
            before = _write_part(con, model, table, f"{column} in (select {column} from {before})")
        con.execute(f"create or replace temp table {fresh} as {_sql_of_parts(model, tuple(parts))}")
        for table in parts:
            con.execute(f"drop table {_part_of(table)}")
    checks = run_checks(con, model, fresh)
    if not all(c.passed for c in checks):
        raise ChecksFailed(model.table, checks)
    if keys is not None:
        con.execute(f"delete from {model.table} where {key} in (select {key} from {keys})")
        con.execute(f"insert into {model.table} by name select * from {fresh}")


def _part_of(table: str) -> str:
    return f"part_of_{table.replace('.', '_')}"


@cache
def _sql_of_parts(model: Model, tables: tuple[str, ...]) -> str:
    return model.sql({}, {table: f"select * from {_part_of(table)}" for table in tables})


def _write_part(con: duckdb.DuckDBPyConnection, model: Model, table: str, condition: str) -> str:
    """Write the temp table of the rows that meet the condition, in the columns that the model names; return its name.

    Rows are found by row number: filtered while reading, each wide column would be unpacked for few rows.
    """
    described = con.execute(f"select * from {table} limit 0").description
    columns = ", ".join(f'"{name}"' for name, *_ in described if name in _names(model))
    con.execute(f"""
        create or replace temp table {_part_of(table)} as
        select {columns} from {table} where rowid in (select rowid from {table} where {condition})""")
    return _part_of(table)


@cache
def _names(model: Model) -> frozenset[str]:
    return frozenset(identifier.name for identifier in model.query.find_all(exp.Identifier))
