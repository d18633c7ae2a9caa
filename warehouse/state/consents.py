"""Consents, objections and restrictions entered by a person at the desk, append-only."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import pyarrow as pa
import sqlalchemy as sa

from warehouse.state.audit import append_audit
from warehouse.state.read import read_table
from warehouse.state.store import write
from warehouse.state.tables import desk_consent


@dataclass(frozen=True)
class DeskEvent:
    """One statement about one identifier, as it will stand in serve.consent_event."""

    event_id: str
    customer_id: int
    record_id: str
    identifier_kind: str
    identifier: str
    channel: str
    purpose: str
    status: str
    occurred_at: datetime
    observed_at: datetime
    entered_by: str
    evidence: str


def record_desk_events(engine: sa.Engine, events: Sequence[DeskEvent]) -> None:
    """Write the events of one statement and its audit entry, in one transaction.

    Of two statements on a record with the same time, the one that is entered later is later: its time
    is moved on by a millisecond.
    """
    first = events[0]
    with write(engine) as con:
        occurred_at = _free_time(con, events)
        con.execute(desk_consent.insert(), [{**asdict(e), "occurred_at": occurred_at} for e in events])
        append_audit(
            con,
            at=first.observed_at,
            actor=first.entered_by,
            action=f"consent.{first.status}",
            subject=f"customer:{first.customer_id}",
            details={"channel": first.channel, "purpose": first.purpose, "events": len(events)},
        )


def all_desk_events(engine: sa.Engine) -> pa.Table:
    """Return every desk event in the columns of serve.consent_event, with source `desk`."""
    return read_table(engine, _EVENTS)


def recent_consent_events(engine: sa.Engine, since: datetime) -> pa.Table:
    """Return the desk events entered at or after `since`, as `all_desk_events` does."""
    return read_table(engine, _EVENTS.where(desk_consent.c.observed_at >= since))


def _free_time(con: sa.Connection, events: Sequence[DeskEvent]) -> datetime:
    """The events' time, or the first millisecond after what was said about the same records just then."""
    at = events[0].occurred_at
    taken = con.execute(
        sa.select(sa.func.max(_c.occurred_at)).where(
            _c.record_id.in_({event.record_id for event in events}),
            _c.occurred_at >= at,
            _c.occurred_at < at + timedelta(seconds=1),
        )
    ).scalar()
    return at if taken is None else taken + timedelta(milliseconds=1)


_c = desk_consent.c
_EVENTS = sa.select(
    _c.event_id,
    sa.literal("desk").label("source"),
    _c.record_id,
    _c.identifier_kind,
    _c.identifier,
    _c.channel,
    _c.purpose,
    _c.status,
    _c.occurred_at,
    _c.observed_at,
    _c.evidence,
).order_by(_c.event_id)
