"""The engine's statements, written for DuckDB, in Spark's words."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlglot import exp, parse

# A key is a function of a function of a function…, deeper than Python reads by itself.
_DEPTH = 20_000
# How DuckDB stores a column is nothing to Spark.
_COMPRESSION = re.compile(" using compression [a-z]+")


@contextmanager
def deep() -> Iterator[None]:
    """Let statements be as deep as they are."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def read(statements: str, values: list[Any]) -> list[exp.Expr]:
    """Return the statements one by one, `values` in the places of the question marks."""
    found = [statement for statement in parse(_COMPRESSION.sub("", statements), read="duckdb") if statement is not None]
    for statement in found:
        for place, value in zip(list(statement.find_all(exp.Placeholder)), values, strict=True):
            place.replace(exp.convert(value))
    return found


def in_spark(query: exp.Expr) -> str:
    """Return the query in Spark's words."""
    return query.transform(_portable).sql("spark")


def name_of(table: exp.Table) -> str:
    """Return a table's name with its schema."""
    return f"{table.db}.{table.name}" if table.db else table.name


def _portable(node: exp.Expr) -> exp.Expr:
    """Put right what sqlglot leaves as it is: 64 bits of hash, and fractions that Spark would take for decimals."""
    if isinstance(node, exp.Anonymous) and node.name.lower() == "hash":
        return exp.func("xxhash64", *node.expressions)
    if isinstance(node, exp.Literal) and not node.is_string and not node.name.isdigit():
        return exp.cast(exp.Literal.string(node.name), "double")
    return node
