"""What a person at the desk enters for a customer: consents, withdrawals, objections and restrictions.

They go to the state store and count at the gate at once; the next run takes them into
serve.consent_event. An objection or restriction is written for every record of the customer, so that
it stays with the person through every merge and split.
"""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import duckdb
import sqlalchemy as sa

from segments.errors import SegmentError
from segments.vocabulary import CHANNELS, KINDS_OF_CHANNEL, MARKETING_PURPOSES
from warehouse.state.consents import DeskEvent, record_desk_events


@dataclass(frozen=True)
class Entry:
    """Who enters what about which customer, when; `note` says how the person told it."""

    customer_id: int
    user: str
    at: datetime
    note: str = ""


def enter_objection(con: duckdb.DuckDBPyConnection, state: sa.Engine, entry: Entry) -> int:
    """Write the person's objection to marketing: no channel, no marketing purpose any more.

    Returns how many records it now stands on. Raises SegmentError when the customer is not known.
    """
    return _write_for_person(con, state, entry, purpose="marketing", status="objected")


def enter_restriction(con: duckdb.DuckDBPyConnection, state: sa.Engine, entry: Entry) -> int:
    """Write that the customer's data are kept but not used, until the desk lifts it (GDPR 18)."""
    return _write_for_person(con, state, entry, purpose="all", status="restricted")


def lift_restriction(con: duckdb.DuckDBPyConnection, state: sa.Engine, entry: Entry) -> int:
    """Write that the restriction on the customer's data ends."""
    return _write_for_person(con, state, entry, purpose="all", status="unrestricted")


def enter_withdrawal(
    con: duckdb.DuckDBPyConnection,
    state: sa.Engine,
    entry: Entry,
    *,
    channel: str,
    purpose: str = "marketing",
    identifier: str | None = None,
) -> int:
    """Write that consent to a channel and purpose is withdrawn, on one identifier or all of the channel.

    Returns how many record identifiers it binds. Raises SegmentError when the customer has none.
    """
    _check(channel, purpose)
    points = _contact_points(con, entry.customer_id, channel, identifier)
    event = _event(entry, channel=channel, purpose=purpose, status="withdrawn")
    record_desk_events(state, [_on(event, kind, value, record_id) for record_id, kind, value in points])
    return len(points)


def enter_consent(
    con: duckdb.DuckDBPyConnection,
    state: sa.Engine,
    entry: Entry,
    *,
    channel: str,
    identifier: str,
    proof: dict[str, str],
    purpose: str = "marketing",
    status: Literal["granted", "confirmed"] = "confirmed",
) -> None:
    """Write a consent to a channel and purpose on one identifier, with its proof.

    `proof` says what shows it, e.g. {"signature": "form 4711"} or {"recording_id": "R-12"}. The consent
    belongs to the newest record that holds the identifier: a merge or split cannot widen it.
    Raises SegmentError without proof or when none of the customer's records holds the identifier.
    """
    _check(channel, purpose)
    if not any(value.strip() for value in proof.values()):
        raise SegmentError("consent: no proof. Name what shows it: a signature, a recording_id or an sms_code.")
    record_id, kind, value = _contact_points(con, entry.customer_id, channel, identifier)[0]
    event = _event(entry, channel=channel, purpose=purpose, status=status, **proof)
    record_desk_events(state, [_on(event, kind, value, record_id)])


def _write_for_person(
    con: duckdb.DuckDBPyConnection, state: sa.Engine, entry: Entry, *, purpose: str, status: str
) -> int:
    event = _event(entry, channel="all", purpose=purpose, status=status)
    records = _records(con, entry.customer_id)
    record_desk_events(state, [_on(event, "person", record_id, record_id) for record_id in records])
    return len(records)


def _event(entry: Entry, *, channel: str, purpose: str, status: str, **proof: str) -> DeskEvent:
    """The statement before it is put on a record and identifier."""
    evidence = {"entered_by": entry.user, "note": entry.note, **proof}
    return DeskEvent(
        event_id="",
        customer_id=entry.customer_id,
        record_id="",
        identifier_kind="",
        identifier="",
        channel=channel,
        purpose=purpose,
        status=status,
        occurred_at=entry.at,
        observed_at=entry.at,
        entered_by=entry.user,
        evidence=json.dumps({key: text for key, text in evidence.items() if text}, ensure_ascii=False),
    )


def _on(event: DeskEvent, kind: str, identifier: str, record_id: str) -> DeskEvent:
    event_id = f"desk:{secrets.token_hex(8)}"
    return replace(event, event_id=event_id, identifier_kind=kind, identifier=identifier, record_id=record_id)


def _records(con: duckdb.DuckDBPyConnection, customer_id: int) -> list[str]:
    found = con.execute(
        "select record_id from serve.customer_record where customer_id = ? order by record_id", [customer_id]
    ).fetchall()
    if not found:
        raise SegmentError(
            f"customer {customer_id}: not in the snapshot. Look the number up again: it may have merged."
        )
    return [record_id for (record_id,) in found]


def _contact_points(
    con: duckdb.DuckDBPyConnection, customer_id: int, channel: str, identifier: str | None
) -> list[tuple[str, str, str]]:
    """(record_id, kind, identifier) of the customer's contact points on a channel, newest record first."""
    _records(con, customer_id)
    wanted = None if identifier is None else identifier.strip().lower()
    found = con.execute(
        "select record_id, kind, identifier from serve.contact_point where customer_id = $customer_id "
        "and list_contains($kinds, kind) and ($identifier is null or identifier = $identifier) "
        "order by updated_at desc nulls last, record_id, identifier",
        {"customer_id": customer_id, "kinds": list(KINDS_OF_CHANNEL[channel]), "identifier": wanted},
    ).fetchall()
    if not found:
        raise SegmentError(
            f"customer {customer_id}: no such {channel} contact on any record. Enter it in the silo first."
        )
    return found


def _check(channel: str, purpose: str) -> None:
    if channel not in CHANNELS:
        raise SegmentError(f'channel "{channel}" is not one of {", ".join(CHANNELS)}. Use one of those.')
    if purpose != "all" and purpose not in MARKETING_PURPOSES:
        known = ", ".join(MARKETING_PURPOSES)
        raise SegmentError(f'purpose "{purpose}" is not one of {known}, all. Use one of those.')
