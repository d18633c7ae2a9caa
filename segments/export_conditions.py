"""The conditions of a segment beside the values that one customer has."""

import duckdb

from segments.definition import All, Any_, Condition, Not, Segment, Test
from segments.fields import fields

_ALIAS = {"customer_metric": "m", "customer": "c"}


def conditions_of(con: duckdb.DuckDBPyConnection, segment: Segment, customer_id: int) -> tuple[str, ...]:
    """Return a line for each field that the segment asks for: `net_spend 732.10 (at_least 500)`.

    Empty for a segment in SQL. Segments that it refers to are not looked into.
    """
    tests = _tests(segment.where) if segment.where is not None else []
    if not tests:
        return ()
    columns = ", ".join(f"{_ALIAS[fields()[test.field].table]}.{test.field}" for test in tests)
    row = con.execute(
        f"select {columns} from serve.customer_metric as m inner join serve.customer as c "
        "on c.customer_id = m.customer_id where m.customer_id = ?",
        [customer_id],
    ).fetchone()
    return tuple(map(_line, tests, row)) if row else ()


def _tests(condition: Condition) -> list[Test]:
    """The tests of the tree, in its order."""
    match condition:
        case Test():
            return [condition]
        case All():
            return [test for part in condition.all for test in _tests(part)]
        case Any_():
            return [test for part in condition.any for test in _tests(part)]
        case Not():
            return _tests(condition.not_)
    return []


def _line(test: Test, value: object) -> str:
    wanted = " and ".join(f"{name} {text}" for name, text in test.operators.items())
    return f"{test.field} {'empty' if value is None else value} ({wanted})"
