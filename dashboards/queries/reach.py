"""Who may be contacted, asked of the gate: for everybody by channel, and for one customer."""

from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl
import pyarrow as pa

from dashboards.queries.rows import first_row, one_row
from segments.export_funnel import Funnel, export_funnel
from segments.findings import REACH_CHANNELS
from segments.funnel import STEPS
from segments.gate import AUDIENCE, WHY, GateResult, decide
from segments.vocabulary import Channel, Purpose

# What a customer is contacted for unless said otherwise.
PURPOSE: Purpose = "marketing"
NO_CONTACT, NOT_ALLOWED = "no_contact", "not_allowed"
_EVERYBODY = "select customer_id from serve.customer"
# A customer that stops at this step or later may be contacted: somebody at the same address goes first.
_ALLOWED_FROM = STEPS.index("deduplicated")


@dataclass(frozen=True)
class Reach:
    """Who may get marketing on which channel, counted as `segments.findings.reach` does.

    `parts` has channel, part (a basis, or why not: `not_allowed`, `no_contact`), customers and share;
    `allowed` is the share that may be contacted and `funnels` why others may not, by channel.
    `anyhow` counts the customers who may be contacted on one channel at least.
    """

    parts: pl.DataFrame
    allowed: dict[str, float]
    funnels: dict[str, Funnel]
    anyhow: int
    anyhow_share: float | None


def reach(con: duckdb.DuckDBPyConnection, as_of: datetime, desk_events: pa.Table) -> Reach:
    """Ask the gate about every customer, on each channel, for marketing of goods like those they bought."""
    con.execute("create or replace temp table page_reach (channel text, customer_id bigint, part text)")
    funnels: dict[str, Funnel] = {}
    for channel in REACH_CHANNELS:
        decision = _ask(con, _EVERYBODY, channel, as_of, desk_events)
        funnels[channel] = export_funnel(decision, decision.eligible)
        con.execute(
            f"""
            insert into page_reach
            select $channel, w.customer_id,
                case when w.step_no >= $allowed then c.basis when w.code = '{NO_CONTACT}' then '{NO_CONTACT}'
                    else '{NOT_ALLOWED}' end as part
            from {WHY} as w
            left join gate_choice as c on c.customer_id = w.customer_id
            """,
            {"channel": channel, "allowed": _ALLOWED_FROM},
        )
    return _summary(con, funnels)


def _summary(con: duckdb.DuckDBPyConnection, funnels: dict[str, Funnel]) -> Reach:
    refused = f"part in ('{NO_CONTACT}', '{NOT_ALLOWED}')"
    parts = con.sql(
        """
        select
            channel, part, count(*) as customers,
            count(*) / sum(count(*)) over (partition by channel) as share
        from page_reach group by channel, part order by channel, part
        """
    ).pl()
    allowed = con.execute(
        f"select channel, avg(case when {refused} then 0 else 1 end) from page_reach group by channel"
    ).fetchall()
    anyhow = one_row(
        con,
        f"""
        with anyhow as (
            select case when bool_and({refused}) then 0 else 1 end as is_allowed
            from page_reach group by customer_id
        )
        select coalesce(sum(is_allowed), 0)::bigint, avg(is_allowed) from anyhow
        """,
    )
    return Reach(parts, dict(allowed), funnels, *anyhow)


@dataclass(frozen=True)
class Answer:
    """May this customer be contacted on a channel?

    `reason` is the gate's sentence; the rest is the contact it would choose, None where there is none.
    """

    channel: str
    is_allowed: bool
    reason: str
    basis: str | None = None
    since: datetime | None = None
    value: str | None = None
    source: str | None = None
    calling_hours: str | None = None


def answers(
    con: duckdb.DuckDBPyConnection, customer_id: int, purpose: Purpose, as_of: datetime, desk_events: pa.Table
) -> list[Answer]:
    """Return what may be done with one customer, channel by channel."""
    members = f"select customer_id from serve.customer where customer_id = {int(customer_id)}"
    return [_answer(con, members, channel, purpose, as_of, desk_events) for channel in REACH_CHANNELS]


def _answer(
    con: duckdb.DuckDBPyConnection,
    members: str,
    channel: Channel,
    purpose: Purpose,
    as_of: datetime,
    desk_events: pa.Table,
) -> Answer:
    _ask(con, members, channel, as_of, desk_events, purpose)
    row = first_row(
        con,
        "select w.reason, a.basis, a.basis_since, a.value, a.source, a.calling_hours "
        f"from {WHY} as w left join {AUDIENCE} as a on a.customer_id = w.customer_id",
    )
    if row is None:
        return Answer(channel, False, "This customer is not in the snapshot.")
    reason, basis, since, value, source, hours = row
    return Answer(channel, basis is not None, reason, basis, since, value, source, hours)


def _ask(
    con: duckdb.DuckDBPyConnection,
    members: str,
    channel: Channel,
    as_of: datetime,
    desk_events: pa.Table,
    purpose: Purpose = PURPOSE,
) -> GateResult:
    sold = con.execute("select distinct category from serve.purchase_line where category is not null").fetchall()
    return decide(
        con,
        members,
        purpose=purpose,
        channel=channel,
        as_of=as_of,
        advertises=[category for (category,) in sold],
        recent_events=desk_events,
    )
