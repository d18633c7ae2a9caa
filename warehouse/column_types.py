"""From what a silo sent to a typed value: one SQL expression a column, null where the value cannot be read.

A decimal without a given precision is DECIMAL(18,6). Instants become naive UTC; a clock time without
offset is read in the source's zone, in an ambiguous hour as the first of the two. Years before 1000 are
unreadable: they are two-digit years read by a four-digit format.
"""

import re

import pyarrow as pa

from warehouse.contract import ColumnType, Contract, Table
from warehouse.errors import WarehouseError
from warehouse.quoting import identifier, literal

_SQL_TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,6)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
_TRUE = "'true', 't', 'yes', 'y', 'ja', 'j', 'wahr', 'on', '1'"
_FALSE = "'false', 'f', 'no', 'n', 'nein', 'falsch', 'off', '0'"
_TEXT = ColumnType(type="text")


def sql_type(column: ColumnType) -> str:
    """Return the DuckDB type of a declared column."""
    return _SQL_TYPES.get(column.type, column.type.upper())


def declared_type(contract: Contract, table: Table, name: str) -> ColumnType:
    """Return a column's declaration with the source's own formats filled in; text when it has none."""
    column = table.columns.get(name, _TEXT)
    if column.format is not None:
        return column
    kind = column.type.split("(")[0]
    if kind == "decimal" and contract.options.get("decimal") == ",":
        return column.model_copy(update={"format": "1.234,56"})
    if kind in ("date", "timestamp") and (given := contract.options.get(f"{kind}_format")):
        return column.model_copy(update={"format": given})
    return column


def as_sent(name: str, column: ColumnType, arrow_type: pa.DataType) -> str:
    """Return the SQL of a delivered column as text; null where it is empty or declared to mean nothing.

    A timestamp that the silo itself types stays one.
    """
    sent = identifier(name)
    if column.type == "timestamp" and pa.types.is_timestamp(arrow_type):
        return sent
    if pa.types.is_nested(arrow_type):
        return f"cast(to_json({sent}) as varchar)"
    if not _is_text(arrow_type):
        return f"cast({sent} as varchar)"
    # '!' is the first character after the blank: most texts are settled without trimming.
    something = f"case when {sent} >= '!' then {sent} when trim({sent}, E' \\t\\r\\n') <> '' then {sent} end"
    if column.null_values:
        nothing = ", ".join(map(literal, column.null_values))
        return f"case when trim({sent}) not in ({nothing}) then {something} end"
    return something


def typed(name: str, column: ColumnType, arrow_type: pa.DataType, zone: str) -> str:
    """Return the SQL of a column made by `as_sent` in its declared type, null where it cannot be read."""
    kind = column.type.split("(")[0]
    text = f"trim({identifier(name)})"
    if kind == "text":
        return identifier(name)
    if kind == "timestamp" and pa.types.is_timestamp(arrow_type):
        return _instant(identifier(name), arrow_type, column.timezone or zone)
    if kind == "timestamp":
        return _timestamp(text, column.format, column.timezone or zone)
    if kind == "date":
        return _date(text, column.format)
    if kind == "boolean":
        return f"case when lower({text}) in ({_TRUE}) then true when lower({text}) in ({_FALSE}) then false end"
    if kind == "integer":
        return rf"try_cast(case when regexp_full_match({text}, '[+-]?\d+(\.0*)?') then {text} end as bigint)"
    return f"try_cast({_decimal_text(text, column.format)} as {sql_type(column)})"


def _is_text(arrow_type: pa.DataType) -> bool:
    return pa.types.is_string(arrow_type) or pa.types.is_large_string(arrow_type) or str(arrow_type) == "string_view"


def _decimal_text(text: str, sample: str | None) -> str:
    """A decimal as SQL reads it, from text written like the sample: `1.234,56`, `1,234.56`, `1 234,56`."""
    if sample is None:
        return text
    marks = re.sub(r"[\d+-]", "", sample)
    if not 1 <= len(marks) <= 2 or len(set(marks)) != len(marks):
        raise WarehouseError(f'format "{sample}" is no decimal number. Write one as the silo does, e.g. 1.234,56.')
    point, thousands = re.escape(marks[-1]), re.escape(marks[:-1])
    grouped = rf"|\d{{1,3}}({thousands}\d{{3}})+" if thousands else ""
    pattern = literal(rf"[+-]?(\d+{grouped})({point}\d+)?-?")
    plain = f"replace({text}, {literal(marks[0])}, '')" if thousands else text
    plain = f"replace({plain}, {literal(marks[-1])}, '.')"
    signed = f"case when {plain} like '%-' then '-' || rtrim({plain}, '-') else {plain} end"
    return f"case when regexp_full_match({text}, {pattern}) then {signed} end"


def _date(text: str, sent: str | None) -> str:
    clock = f"try_strptime({text}, {literal(sent)})" if sent else f"try_cast({text} as date)"
    return _plausible(f"cast({clock} as date)")


def _timestamp(text: str, sent: str | None, zone: str) -> str:
    """The UTC instant of a text."""
    if sent in ("unix", "unix_ms"):
        scale = 1_000_000 if sent == "unix" else 1_000
        return f"make_timestamp(cast(try_cast({text} as decimal(20,3)) * {scale} as bigint))"
    if sent is not None:
        clock = f"try_strptime({text}, {literal(sent)})"
        is_instant = "%z" in sent or "%Z" in sent
        return _plausible(f"timezone('UTC', {clock})" if is_instant else first_instant(clock, zone))
    joined = rf"regexp_replace({text}, ' ([+-]\d\d:?(\d\d)?)$', '\1')"
    with_offset = f"timezone('UTC', try_cast({joined} as timestamptz))"
    clock = first_instant(f"try_cast({text} as timestamp)", zone)
    has_offset = f"right({text}, 1) >= 'A' or contains({text}, '+') or {text} like '%:%-%'"
    return _plausible(f"case when {has_offset} then {with_offset} else {clock} end")


def _instant(column: str, arrow_type: pa.TimestampType, zone: str) -> str:
    """The UTC instant of a column that the silo itself types."""
    if arrow_type.tz is not None:
        return f"timezone('UTC', cast({column} as timestamptz))"
    return first_instant(f"cast({column} as timestamp)", zone)


def first_instant(clock: str, zone: str) -> str:
    """Return the SQL of the UTC instant of a clock time in a zone; of two the first.

    DuckDB itself takes the second when clocks go back; a time skipped in spring moves an hour on.
    """
    if zone == "UTC":
        return clock
    second = f"timezone({literal(zone)}, {clock})"
    first = f"{second} - interval 1 hour"
    is_twice = f"timezone({literal(zone)}, {first}) = {clock}"
    return f"timezone('UTC', case when {is_twice} then {first} else {second} end)"


def _plausible(value: str) -> str:
    return f"case when year({value}) >= 1000 then {value} end"
