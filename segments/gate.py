"""The gate: the one way from a segment to people who may be contacted.

It reads the snapshot's `serve` tables and whatever was said since, writes temporary tables only (so it runs
on a read-only snapshot) and answers for every member of the segment: eligible on which basis with which
proof, or stopped at which step and why. The rules it applies are in docs/legal-basis.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from segments.errors import SegmentError
from segments.funnel import FunnelStep, Reason, funnel, reasons
from segments.legal_basis import Countries, rule_tables, shipped_countries
from segments.statements import run
from segments.vocabulary import (
    CHANNELS,
    KINDS_OF_CHANNEL,
    PURPOSES,
    USES_OF_CHANNEL,
    Channel,
    Purpose,
    denial_purposes,
)
from warehouse.yamlfile import read_yaml

AUDIENCE = "gate_audience"
WHY = "gate_why"
_DATE_FORMAT = {"en": "%Y-%m-%d", "de": "%d.%m.%Y"}

EVENT_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("event_id", "source", "record_id", "identifier_kind", "identifier")),
        *((name, pa.string()) for name in ("channel", "purpose", "status")),
        ("occurred_at", pa.timestamp("us")),
        ("observed_at", pa.timestamp("us")),
        ("evidence", pa.string()),
    ]
)
_CUSTOMER_SCHEMA = pa.schema([("customer_id", pa.int64())])


@dataclass(frozen=True)
class GateResult:
    """What the gate decided. The rows are in temporary tables until the connection's next decision:
    `gate_audience` (the eligible, with proof) and `gate_why` (customer_id, step_no, code, reason of all)."""

    purpose: Purpose
    channel: Channel
    as_of: datetime
    funnel: tuple[FunnelStep, ...]
    reasons: tuple[Reason, ...]

    @property
    def eligible(self) -> int:
        return self.funnel[-2].customers


def decide(
    con: duckdb.DuckDBPyConnection,
    members: str,
    *,
    purpose: Purpose,
    channel: Channel,
    as_of: datetime,
    countries: Iterable[str] = (),
    advertises: Iterable[str] = (),
    recent_events: pa.Table | None = None,
    capped: pa.Table | None = None,
    rules: Countries | None = None,
    language: Literal["en", "de"] = "en",
) -> GateResult:
    """Decide about every customer of `members`, a SELECT that gives customer_id (from segments.compile).

    countries limits the audience to ISO-2 codes, none means all. advertises are the categories of goods that
    the campaign shows: without them nobody is an existing customer. recent_events has the columns of
    serve.consent_event: what the state store holds that the snapshot may not. capped holds customer_id of
    those contacted often enough. Raises SegmentError without a known purpose and channel.
    """
    _check(purpose, channel)
    table = shipped_countries() if rules is None else rules
    rule, rule_list = rule_tables(table, purpose, channel, as_of.date())
    _write(con, "gate_capped", capped, _CUSTOMER_SCHEMA)
    _write(con, "gate_rule", rule, rule.schema)
    _write(con, "gate_rule_list", rule_list, rule_list.schema)
    _write(con, "gate_country", _names(table, language), None)
    _write(con, "gate_reason", _words(language), None)
    con.execute(
        "create or replace temp table gate_member as select distinct m.customer_id "
        f"from ({members}) as m inner join serve.customer as c on c.customer_id = m.customer_id"
    )
    prepare(con, purpose=purpose, channel=channel, as_of=as_of, recent_events=recent_events)
    values = _values(purpose, channel, as_of) | {
        "countries": [country.upper() for country in countries],
        "advertises": [category.lower() for category in advertises],
        "date_format": _DATE_FORMAT[language],
    }
    for step in _DECISION:
        run(con, step, values)
    return GateResult(purpose, channel, as_of, funnel(con), reasons(con))


def prepare(
    con: duckdb.DuckDBPyConnection,
    *,
    purpose: Purpose,
    channel: Channel,
    as_of: datetime,
    recent_events: pa.Table | None = None,
) -> None:
    """Write what everybody has said that bears on a purpose and channel: the temporary tables
    gate_statement, gate_grant, gate_denial, gate_objection and gate_restriction."""
    _check(purpose, channel)
    _write(con, "gate_recent", recent_events, EVENT_SCHEMA)
    for step in _STATEMENTS:
        run(con, step, _values(purpose, channel, as_of))


def why_not(con: duckdb.DuckDBPyConnection, customer_id: int) -> str | None:
    """Return in words where the last decision on this connection left a customer; None when not a member."""
    rows = con.execute(f"select reason from {WHY} where customer_id = ?", [customer_id]).fetchall()
    return rows[0][0] if rows else None


def _values(purpose: Purpose, channel: Channel, as_of: datetime) -> dict[str, object]:
    return {
        "purpose": purpose,
        "channel": channel,
        "as_of": as_of,
        "denial_purposes": list(denial_purposes(purpose)),
        "kinds": list(KINDS_OF_CHANNEL[channel]),
        "uses": list(USES_OF_CHANNEL[channel]),
    }


_STATEMENTS = (
    "statement",
    "grant",
    "denial",
    "objection",
    "restriction",
)
_DECISION = (
    "candidate",
    "candidate_country",
    "offer",
    "checked_offer",
    "choice",
    "household",
    "decision",
    "why_not",
    "audience",
)


def _check(purpose: str, channel: str) -> None:
    if purpose not in PURPOSES:
        raise SegmentError(f'purpose "{purpose}" is not one of {", ".join(sorted(PURPOSES))}. Use one of those.')
    if channel not in CHANNELS:
        raise SegmentError(f'channel "{channel}" is not one of {", ".join(sorted(CHANNELS))}. Use one of those.')


def _write(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table | None, schema: pa.Schema | None) -> None:
    """Copy an Arrow table to a temporary one; only the schema's columns, an empty one for None."""
    if table is None:
        assert schema is not None
        table = schema.empty_table()
    elif schema is not None:
        table = table.select(schema.names).cast(schema)
    con.register(f"{name}_arrow", table)
    con.execute(f"create or replace temp table {name} as select * from {name}_arrow")
    con.unregister(f"{name}_arrow")


def _names(countries: Countries, language: str) -> pa.Table:
    names = [c.name_de if language == "de" else c.name for c in countries.values()]
    return pa.table({"country": list(countries), "name": names})


@cache
def _words(language: str) -> pa.Table:
    words = read_yaml(Path(__file__).parent / "reasons.yaml")
    return pa.table({"code": list(words), "words": [str(text[language]) for text in words.values()]})
