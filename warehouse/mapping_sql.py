"""The SQL that people write in `map:`: parsed, and held to reading the source's own raw tables."""

from collections.abc import Mapping
from functools import lru_cache

from sqlglot import ParseError, TokenError, exp, parse
from sqlglot.optimizer.scope import Scope, traverse_scope

from warehouse.errors import WarehouseError
from warehouse.portable import refuse_unportable

_FORBIDDEN = {"glob", "getenv", "query", "query_table", "nextval", "currval", "set_config"}
_FORBIDDEN_PARTS = ("read_", "_scan", "sniff_", "pragma_", "duckdb_", "current_setting")


@lru_cache(maxsize=4096)
def parse_expression(text: str, where: str) -> exp.Expr:
    """Return the one expression over a table's columns that `text` is.

    Raises WarehouseError when it is none, holds a SELECT or calls what a mapping may not.
    """
    found = _parse(text, where)
    if isinstance(found, exp.Query | exp.Alias | exp.Star) or found.find(exp.Query):
        raise WarehouseError(f"{where}: one expression without SELECT, `as` or * is expected. Use `sql` for more.")
    if not isinstance(found, exp.Condition | exp.Func | exp.Binary | exp.Unary):
        raise WarehouseError(f"{where}: this is no SQL expression. Quote names with spaces.")
    _refuse_functions(found, where)
    refuse_unportable(text, where, found)
    return found


def parse_select(text: str, where: str, own_tables: Mapping[str, str]) -> exp.Query:
    """Return the one SELECT that `text` is.

    own_tables maps the raw names that it may read to the contract's names for them. Raises
    WarehouseError on another table, a function that reads files, or `*` as the last list.
    """
    found = _parse(text, where)
    if not isinstance(found, exp.Query) or isinstance(found, exp.Subquery):
        raise WarehouseError(f"{where}: one SELECT is expected.")
    for scope in traverse_scope(found):
        for source in scope.sources.values():
            if isinstance(source, exp.Table):
                _refuse_foreign(source, where, own_tables)
    for table in found.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            raise WarehouseError(
                f"{where}: reads {table.this.sql('duckdb')}; a mapping reads only {_listed(own_tables)}."
            )
    if any(isinstance(column, exp.Star) or column.is_star for column in found.selects):
        raise WarehouseError(f"{where}: the last select must name its columns, not *.")
    _refuse_functions(found, where)
    refuse_unportable(text, where, found)
    return found


def raw_tables(query: exp.Query) -> list[exp.Table]:
    """Return every raw table that the query names, once a mention."""
    return [table for table in query.find_all(exp.Table) if table.db == "raw"]


def columns_read(query: exp.Query) -> dict[str, list[str]]:
    """Return the columns that the query surely reads of each raw table.

    A column without table name counts only where its SELECT has a single source.
    """
    read: dict[str, dict[str, None]] = {}
    for scope in traverse_scope(query):
        sources = {alias: found for alias, (_, found) in scope.selected_sources.items()}
        for column in scope.columns:
            source = sources.get(column.table) if column.table else _only(sources, scope)
            if isinstance(source, exp.Table) and source.db == "raw":
                read.setdefault(source.name, {})[column.name] = None
    return {table: list(columns) for table, columns in read.items()}


def _only(sources: Mapping[str, object], scope: Scope) -> object:
    return next(iter(sources.values())) if len(sources) == 1 and not scope.expression.find(exp.Unnest) else None


def _parse(text: str, where: str) -> exp.Expr:
    try:
        statements = [tree for tree in parse(text, dialect="duckdb") if tree is not None]
    except (ParseError, TokenError) as error:
        raise WarehouseError(f"{where}: not valid SQL: {str(error).splitlines()[0]}") from None
    if len(statements) != 1:
        raise WarehouseError(f"{where}: one SQL expression or SELECT is expected, {len(statements)} found.")
    return statements[0]


def _refuse_foreign(table: exp.Table, where: str, own_tables: Mapping[str, str]) -> None:
    if table.db != "raw" or table.catalog or table.name not in own_tables:
        raise WarehouseError(
            f"{where}: reads {table.sql('duckdb', comments=False)}; a mapping reads only {_listed(own_tables)}."
        )


def _refuse_functions(tree: exp.Expr, where: str) -> None:
    if tree.find(exp.Parameter, exp.Placeholder):
        raise WarehouseError(f"{where}: a mapping has no parameters. Use them in models.")
    for call in tree.find_all(exp.Func):
        name = (call.name if isinstance(call, exp.Anonymous) else call.sql_name()).lower()
        if name in _FORBIDDEN or any(part in name for part in _FORBIDDEN_PARTS):
            raise WarehouseError(f"{where}: {name}() may not be used in a mapping.")


def _listed(own_tables: Mapping[str, str]) -> str:
    return ", ".join(f"raw.{name}" for name in own_tables)
