"""What the single customer view is worth today: who is known, who may be reached, what waits, what was saved.

Told at the end of `rundblick demo` and on the overview page; every figure from the snapshot.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import duckdb
import pyarrow as pa

from segments.compile import Segments, members_sql
from segments.gate import AUDIENCE, decide
from segments.vocabulary import Channel

REACH_CHANNELS: tuple[Channel, ...] = ("email", "post", "phone")
_EVERYBODY = "select customer_id from serve.customer"
_NOT_RESTRICTED = 5


@dataclass(frozen=True)
class Known:
    """Records and silos against customers."""

    records: int
    silos: int
    customers: int
    in_three_silos: int


@dataclass(frozen=True)
class Reach:
    """Customers who may be contacted for marketing on a channel, by legal basis."""

    channel: Channel
    basis: str
    customers: int


@dataclass(frozen=True)
class Waiting:
    """What people wait for. `quotation_amount` is in the base currency, VAT included."""

    enquiries: int
    all_enquiries: int
    oldest_enquiry_at: datetime | None
    quotations: int
    quotation_amount: Decimal
    carts: int
    cart_amount: Decimal


@dataclass(frozen=True)
class Saved:
    """What mailing the silos one by one would have cost.

    duplicate_letters: records with a postal address beyond the first of each customer and household.
    mailed_after_no: e-mail addresses that some silo still lists as subscribed though the person said no.
    """

    duplicate_letters: int
    letter_cost: Decimal
    mailed_after_no: int


def known(con: duckdb.DuckDBPyConnection) -> Known:
    """Return how many records of how many silos are how many customers."""
    row = con.execute(
        """
        select
            count(*), count(distinct source), count(distinct customer_id),
            (select count(*) from serve.customer where source_count >= 3)
        from serve.customer_record
        """
    ).fetchall()[0]
    return Known(*row)


def reach(con: duckdb.DuckDBPyConnection, as_of: datetime, recent_events: pa.Table | None = None) -> list[Reach]:
    """Return who may be reached for marketing, channel by channel; an existing customer for goods like those
    bought, since a campaign has yet to say what it advertises."""
    bought = con.execute("select distinct category from serve.purchase_line where category is not null").fetchall()
    found: list[Reach] = []
    for channel in REACH_CHANNELS:
        decide(
            con,
            _EVERYBODY,
            purpose="marketing",
            channel=channel,
            as_of=as_of,
            advertises=[category for (category,) in bought],
            recent_events=recent_events,
        )
        rows = con.execute(
            """
            select c.basis, count(*)
            from gate_decision as d
            inner join gate_choice as c on c.customer_id = d.customer_id
            where d.step_no >= ?
            group by c.basis
            order by count(*) desc, c.basis
            """,
            [_NOT_RESTRICTED],
        ).fetchall()
        found += [Reach(channel, basis, customers) for basis, customers in rows]
    return found


def waiting(con: duckdb.DuckDBPyConnection) -> Waiting:
    """Return what has not been answered, followed up or finished."""
    row = con.execute(
        """
        select
            (select count(*) from serve.enquiry where answered_at is null),
            (select count(*) from serve.enquiry),
            (select min(received_at) from serve.enquiry where answered_at is null),
            (select count(*) from serve.quotation where status = 'open'),
            (select coalesce(sum(gross_amount), 0) from serve.quotation where status = 'open'),
            coalesce(sum(open_cart_count), 0),
            coalesce(sum(abandoned_cart_amount), 0)
        from serve.customer_metric
        """
    ).fetchall()[0]
    return Waiting(*row)


def saved(
    con: duckdb.DuckDBPyConnection, as_of: datetime, letter_cost: Decimal, recent_events: pa.Table | None = None
) -> Saved:
    """Return what a mailing from the silos' own lists would have wasted, and whom it would have hurt."""
    letters = con.execute(
        """
        select count(distinct record_id) - count(distinct identifier)
        from (
            select record_id, min(identifier) over (partition by customer_id) as identifier
            from serve.contact_point
            where kind = 'post'
        )
        """
    ).fetchall()[0]
    decide(con, _EVERYBODY, purpose="marketing", channel="email", as_of=as_of, recent_events=recent_events)
    mailed = con.execute(
        """
        with said as (
            select source, record_id, identifier, status,
                row_number() over (
                    partition by source, record_id, identifier order by occurred_at desc, event_id desc
                ) as newest
            from serve.consent_event
            where identifier_kind = 'email' and channel in ('email', 'all') and purpose in ('marketing', 'all')
        )
        select count(distinct s.identifier)
        from said as s
        inner join serve.contact_point as p on p.kind = 'email' and p.identifier = s.identifier
        inner join gate_decision as d on d.customer_id = p.customer_id
        where s.newest = 1 and s.status in ('granted', 'confirmed') and d.code in ('denied', 'objected', 'refused')
        """
    ).fetchall()[0]
    return Saved(int(letters[0]), letter_cost * int(letters[0]), int(mailed[0]))


def write_segment_reach(
    con: duckdb.DuckDBPyConnection, segments: Segments, as_of: datetime, recent_events: pa.Table | None = None
) -> None:
    """Write serve.segment_reach: by segment and channel the members and how many an export would hold; and, as
    channel `any`, how many on at least one."""
    con.execute(
        "create or replace table serve.segment_reach "
        "(segment text, purpose text, channel text, members bigint, exportable bigint)"
    )
    for name, segment in segments.items():
        con.execute("create or replace temp table finding_exportable (customer_id bigint)")
        members = 0
        for channel in REACH_CHANNELS:
            result = decide(
                con,
                members_sql(segment, as_of, segments),
                purpose=segment.purpose,
                channel=channel,
                as_of=as_of,
                advertises=segment.advertises,
                recent_events=recent_events,
            )
            members = result.funnel[0].customers
            values = [name, segment.purpose, channel, members, result.eligible]
            con.execute("insert into serve.segment_reach values (?, ?, ?, ?, ?)", values)
            con.execute(f"insert into finding_exportable select customer_id from {AUDIENCE}")
        con.execute(
            "insert into serve.segment_reach "
            "select ?, ?, 'any', ?, count(distinct customer_id) from finding_exportable",
            [name, segment.purpose, members],
        )


def segment_counts(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Return, by segment, the stored members and how many of them some channel would reach, as last published."""
    rows = con.execute(
        "select r.segment, count(m.customer_id), any_value(r.exportable) from serve.segment_reach as r "
        "left join serve.membership as m on m.segment = r.segment where r.channel = 'any' group by r.segment "
        "order by r.segment"
    ).fetchall()
    return {segment: {"members": members, "exportable": count} for segment, members, count in rows}


@dataclass(frozen=True)
class Changes:
    """What a run changed: customers created, merged, split and gone; and by segment who entered and who left
    for which reason."""

    customers: dict[str, int]
    segments: list[tuple[str, str, str, int]]


def changes(con: duckdb.DuckDBPyConnection, run_id: str) -> Changes | None:
    """Return what a run changed against the snapshot before; None for the first run, when all is new."""
    before = con.execute("select count(*) from serve.run where run_id < ?", [run_id]).fetchall()
    if before == [(0,)]:
        return None
    customers = con.execute(
        "select event, count(distinct customer_id) from serve.customer_id_history where run_id = ? "
        "group by event order by event",
        [run_id],
    ).fetchall()
    segments = con.execute(
        "select segment, event, case when event = 'left' then split_part(reason, ':', 1) else '' end as why, count(*) "
        "from serve.membership_event where run_id = ? group by all order by all",
        [run_id],
    ).fetchall()
    return Changes(dict(customers), segments)
