"""From a segment to SQL: one SELECT of customer_id over `serve`, its times relative to a fixed `as_of`."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlglot import exp

from segments.definition import AGO, SPAN, All, Any_, Condition, Member, Not, Segment, Test
from segments.errors import SegmentError
from segments.fields import fields
from segments.pack import read_segments
from segments.sql_check import parse_select
from warehouse.quoting import literal

Segments = Mapping[str, Segment]
_ALIAS = {"customer_metric": "m", "customer": "c"}


def members_sql(segment: Segment, as_of: datetime, segments: Segments | None = None) -> str:
    """Return a SELECT that gives the customer_id of each member once.

    `segments` are those that it may refer to, by default the retail pack's. A condition on an empty
    value does not hold, and its `not` does. Raises SegmentError for an unknown segment, or one that
    refers to itself.
    """
    return _select(segment, as_of, read_segments() if segments is None else segments, ())


def check_segments(segments: Segments, as_of: datetime) -> None:
    """Compile every segment. Raises SegmentError on the first that cannot be."""
    for segment in segments.values():
        members_sql(segment, as_of, segments)


def _select(segment: Segment, as_of: datetime, segments: Segments, path: tuple[str, ...]) -> str:
    if segment.name in path:
        circle = " → ".join((*path[path.index(segment.name) :], segment.name))
        raise SegmentError(f"segment {segment.name}: refers to itself ({circle}). Take one of the references out.")
    if segment.sql is not None:
        return _from_sql(segment, as_of)
    assert segment.where is not None
    condition = _sql(segment.where, as_of, segments, (*path, segment.name))
    return (
        "select m.customer_id from serve.customer_metric as m "
        f"inner join serve.customer as c on c.customer_id = m.customer_id where {condition}"
    )


def _from_sql(segment: Segment, as_of: datetime) -> str:
    tree = parse_select(segment.sql or "", f"segment {segment.name}")
    fixed = tree.transform(
        lambda node: _moment_expression(as_of) if isinstance(node, exp.Placeholder | exp.Parameter) else node
    )
    return (
        f"select distinct q.customer_id from ({fixed.sql(dialect='duckdb', comments=False)}) as q "
        "inner join serve.customer as c on c.customer_id = q.customer_id"
    )


def _sql(condition: Condition, as_of: datetime, segments: Segments, path: tuple[str, ...]) -> str:
    match condition:
        case All():
            return "(" + " and ".join(_sql(part, as_of, segments, path) for part in condition.all) + ")"
        case Any_():
            return "(" + " or ".join(_sql(part, as_of, segments, path) for part in condition.any) + ")"
        case Not():
            return f"(not {_sql(condition.not_, as_of, segments, path)})"
        case Member():
            return f"m.customer_id in ({_reference(condition.segment, as_of, segments, path)})"
        case Test():
            return "(" + " and ".join(_operator(condition, name, as_of) for name in sorted(condition.operators)) + ")"


def _reference(name: str, as_of: datetime, segments: Segments, path: tuple[str, ...]) -> str:
    if name not in segments:
        known = ", ".join(sorted(segments))
        raise SegmentError(f'segment {path[-1]}: segment "{name}" is not known. Use one of {known}.')
    return _select(segments[name], as_of, segments, path)


def _operator(test: Test, name: str, as_of: datetime) -> str:
    """One operator as SQL that is true or false, never null."""
    column = f"{_ALIAS[fields()[test.field].table]}.{test.field}"
    value = test.operators[name]
    match name:
        case "is_null":
            return f"{column} is null" if value else f"{column} is not null"
        case "is_not":
            return f"{column} is distinct from {_value(value)}"
        case "equals":
            return f"{column} is not distinct from {_value(value)}"
        case "one_of":
            return f"coalesce({column} in ({', '.join(map(_value, value))}), false)"
        case "within":
            return f"coalesce({column} >= {_ago(value, as_of)} and {column} <= {_moment(as_of)}, false)"
        case "before" | "after":
            sign = "<" if name == "before" else ">"
            return f"coalesce({column} {sign} {_point(value, as_of)}, false)"
    return f"coalesce({column} {'>=' if name == 'at_least' else '<='} {_value(value)}, false)"


def _value(value: bool | int | Decimal | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return literal(value) if isinstance(value, str) else str(value)


def _point(text: str, as_of: datetime) -> str:
    """`180 days ago` or an ISO date as a timestamp."""
    return _ago(text, as_of) if AGO.match(text) else _moment(datetime.fromisoformat(text).replace(tzinfo=None))


def _ago(text: str, as_of: datetime) -> str:
    found = AGO.match(text) or SPAN.match(text)
    assert found is not None
    return f"{_moment(as_of)} - interval '{int(found[1])}' {found[2]}"


def _moment(at: datetime) -> str:
    return f"cast('{at.isoformat(sep=' ')}' as timestamp)"


def _moment_expression(at: datetime) -> exp.Expression:
    return exp.cast(exp.Literal.string(at.isoformat(sep=" ")), exp.DataType.Type.TIMESTAMP, dialect="duckdb")
