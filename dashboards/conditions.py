"""A segment's conditions in words, as the nested list that they are."""

from decimal import Decimal
from html import escape
from typing import Any

from dashboards import words
from segments.compile import Segments
from segments.definition import All, Any_, Condition, Member, Not, Segment, Test
from segments.fields import fields

_NUMERIC = {
    "at_least": "at least {}",
    "at_most": "at most {}",
    "equals": "{}",
    "is_not": "not {}",
    "one_of": "one of {}",
}
_TIMES = {"before": "before {}", "after": "after {}", "within": "within the last {}"}
_CODES = {"lifecycle_stage": words.STAGES}


def conditions(segment: Segment, segments: Segments) -> str:
    """HTML that says who belongs to the segment."""
    if segment.where is None:
        return f"<p>Whoever this query finds:</p><pre>{escape(segment.sql or '')}</pre>"
    return f'<div class="rb-conditions">{_html(segment.where, segments)}</div>'


def _html(condition: Condition, segments: Segments) -> str:
    match condition:
        case All():
            return _list("All of these hold", condition.all, segments)
        case Any_():
            return _list("At least one of these holds", condition.any, segments)
        case Not():
            return f"<em>Not:</em> {_html(condition.not_, segments)}"
        case Member():
            named = segments.get(condition.segment)
            return f"is in the segment <strong>{escape(named.heading if named else condition.segment)}</strong>"
        case Test():
            return escape(test(condition))


def _list(title: str, parts: list[Condition], segments: Segments) -> str:
    if len(parts) == 1:
        return _html(parts[0], segments)
    items = "".join(f"<li>{_html(part, segments)}</li>" for part in parts)
    return f"<p>{title}:</p><ul>{items}</ul>"


def test(condition: Test) -> str:
    """One condition as `Last purchase: before 180 days ago`."""
    field = fields()[condition.field]
    if field.type == "boolean":
        return "; ".join(_truth(field.label, name, value) for name, value in sorted(condition.operators.items()))
    said = [_operator(condition.field, name, value) for name, value in sorted(condition.operators.items())]
    return f"{field.label}: {' and '.join(said)}"


def _truth(label: str, operator: str, value: Any) -> str:
    if operator == "is_null":
        return f"{label}: {'not known' if value else 'known'}"
    return f"{label}: {'yes' if (operator == 'equals') == value else 'no'}"


def _operator(field: str, operator: str, value: Any) -> str:
    if operator == "is_null":
        return "not known" if value else "known"
    if operator in _TIMES:
        return _TIMES[operator].format(words.european_dates(str(value)))
    values = value if isinstance(value, list) else [value]
    return _NUMERIC[operator].format(", ".join(_value(field, v) for v in values))


def _value(field: str, value: Any) -> str:
    if isinstance(value, int | Decimal):
        return words.number(value, 0 if value == int(value) else 2)
    return _CODES.get(field, {}).get(value, str(value))
