"""SQL from people: parsed, one SELECT over the tables of `serve`, run on a hardened connection."""

import re

import duckdb
import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import traverse_scope

from warehouse.errors import WarehouseError

# Bookkeeping tables that say nothing to an analyst.
_HIDDEN = {"fingerprint"}


def parse_select(sql: str, where: str = "query") -> exp.Query:
    """Return the parsed query when it is one SELECT over `serve` tables and calls nothing else.

    Raises WarehouseError with one line that says what is not allowed.
    """
    try:
        statements = sqlglot.parse(sql, dialect="duckdb")
    except SqlglotError as error:
        detail = str(error).splitlines()[0]
        raise WarehouseError(f"{where}: not valid SQL: {detail}") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise WarehouseError(f"{where}: expected one SELECT. Write a single query and no other statement.")
    query = statements[0]
    for scope in traverse_scope(query):
        for source in scope.sources.values():
            if isinstance(source, exp.Table):
                _refuse_table(source, where)
    return query


def tables_of(query: exp.Query) -> set[str]:
    """Return the names of the `serve` tables that a parsed query reads."""
    scopes = traverse_scope(query)
    return {s.name for scope in scopes for s in scope.sources.values() if isinstance(s, exp.Table)}


def run_select(con: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    """Return the rows of an analyst's SELECT; `con` comes from `warehouse.db.connect_snapshot`."""
    query = parse_select(sql)
    try:
        return con.sql(query.sql("duckdb")).pl()
    except duckdb.Error as error:
        raise WarehouseError(f"query: {str(error).splitlines()[0]}") from None


def _refuse_table(table: exp.Table, where: str) -> None:
    if not isinstance(table.this, exp.Identifier):
        raise WarehouseError(f"{where}: {table.this.key} is not allowed here. Select from tables of serve.")
    plain = re.fullmatch(r"[a-z_][a-z0-9_]*", table.name, re.IGNORECASE)
    if not plain or table.db not in ("serve", "") or table.catalog or table.name in _HIDDEN:
        raise WarehouseError(f"{where}: {table.sql()} is not allowed. Select from tables of serve.")
