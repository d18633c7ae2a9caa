"""What is known of one customer. Every question takes the customer's id."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import polars as pl

# What the silos' records are compared by, side by side.
RECORD_FIELDS = (
    "company_name", "title", "given_name", "family_name", "birth_date", "email", "phone", "phone_2",
    "card_no", "street", "house_no", "address_extra", "postal_code", "city", "country",
)  # fmt: skip


def golden_record(con: duckdb.DuckDBPyConnection, customer_id: int) -> dict[str, Any] | None:
    """Return the customer with its figures, by column; None when there is no such customer now."""
    found = con.sql(
        """
        select c.*, m.* exclude (customer_id, kind, country, source_count)
        from serve.customer as c
        left join serve.customer_metric as m on m.customer_id = c.customer_id
        where c.customer_id = $customer_id
        """,
        params={"customer_id": customer_id},
    ).pl()
    return found.row(0, named=True) if found.height else None


def records(con: duckdb.DuckDBPyConnection, customer_id: int) -> pl.DataFrame:
    """Return the silos' records of the customer, latest change first."""
    return con.sql(
        f"""
        select record_id, source, record_table, customer_no, {", ".join(RECORD_FIELDS)},
            is_account, verified_at, created_at, updated_at
        from serve.party where customer_id = $customer_id
        order by coalesce(updated_at, created_at) desc nulls last, record_id
        """,
        params={"customer_id": customer_id},
    ).pl()


def timeline_kinds(con: duckdb.DuckDBPyConnection, customer_id: int) -> dict[str, int]:
    """Return the kinds of event in the customer's timeline with how many there are, most frequent first."""
    rows = con.execute(
        "select kind, count(*) from serve.timeline where customer_id = ? group by kind order by count(*) desc, kind",
        [customer_id],
    ).fetchall()
    return dict(rows)


def timeline(
    con: duckdb.DuckDBPyConnection, customer_id: int, kinds: tuple[str, ...] = (), at_most: int = 200
) -> pl.DataFrame:
    """Return what happened, latest first: happened_at, kind, source, title, amount, detail.

    No kinds means all.
    """
    return con.sql(
        """
        select happened_at, kind, source, title, amount, detail
        from serve.timeline
        where customer_id = $customer_id and (len($kinds) = 0 or list_contains($kinds, kind))
        order by happened_at desc, event_id
        limit $at_most
        """,
        params={"customer_id": customer_id, "kinds": list(kinds), "at_most": at_most},
    ).pl()


def purchases(con: duckdb.DuckDBPyConnection, customer_id: int) -> pl.DataFrame:
    """Return the customer's purchases, latest first, with the articles that were bought."""
    return con.sql(
        """
        with article as (
            select
                purchase_id,
                string_agg(distinct coalesce(article, category, article_no), ', ') as articles
            from serve.purchase_line
            where customer_id = $customer_id and kind = 'sale'
            group by purchase_id
        )
        select
            p.purchased_at, p.purchased_on, p.source, p.order_no, p.sales_channel, p.status, p.gross_amount,
            p.net_amount, p.returned_net_amount, p.is_gift, a.articles
        from serve.purchase as p
        left join article as a on a.purchase_id = p.purchase_id
        where p.customer_id = $customer_id and (p.sold_net_amount <> 0 or p.returned_net_amount <> 0)
        order by p.purchased_at desc, p.purchase_id
        """,
        params={"customer_id": customer_id},
    ).pl()


def money_moves(con: duckdb.DuckDBPyConnection, customer_id: int) -> pl.DataFrame:
    """Return purchases (positive) and returns (negative) over time: on, amount (net), what, order_no."""
    return con.sql(
        """
        select purchased_on as "on", sold_net_amount::double as amount, 'Bought' as what, order_no
        from serve.purchase where customer_id = $customer_id and sold_net_amount <> 0
        union all
        select last_return_at::date, -returned_net_amount::double, 'Returned', order_no
        from serve.purchase
        where customer_id = $customer_id and returned_net_amount > 0 and last_return_at is not null
        order by "on", what
        """,
        params={"customer_id": customer_id},
    ).pl()


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for the customer: an enquiry, a quotation or a cart."""

    kind: str
    since: datetime
    amount: float | None
    about: str | None


def waiting(con: duckdb.DuckDBPyConnection, customer_id: int) -> list[Waiting]:
    """Return what nobody has answered or followed up, oldest first."""
    rows = con.execute(
        """
        select 'enquiry' as kind, received_at as since, null as amount, topic as about
        from serve.enquiry where customer_id = $id and answered_at is null
        union all
        select 'quotation', quoted_at, gross_amount, null
        from serve.quotation where customer_id = $id and status = 'open'
        union all
        select 'cart', last_abandoned_cart_at, abandoned_cart_amount, null
        from serve.customer_metric where customer_id = $id and open_cart_count > 0
        order by since
        """,
        {"id": customer_id},
    ).fetchall()
    return [Waiting(*row) for row in rows]


def statements(con: duckdb.DuckDBPyConnection, customer_id: int) -> pl.DataFrame:
    """Return what was said about contacting this customer, latest first, with `is_latest` per identifier,
    channel, purpose and silo. A statement on an address or number counts whoever else bears it."""
    return con.sql(
        """
        with own as (
            select record_id as identifier, 'The person' as value
            from serve.customer_record where customer_id = $customer_id
            union all
            select identifier, min(value) as value
            from serve.contact_point where customer_id = $customer_id group by identifier
        )
        select
            e.occurred_at, e.source, o.value, e.channel, e.purpose, e.status, e.evidence,
            r.customer_id is not distinct from $customer_id as is_own,
            row_number() over (
                partition by e.source, e.identifier, e.channel, e.purpose
                order by e.occurred_at desc, e.observed_at desc, e.event_id desc
            ) = 1 as is_latest
        from serve.consent_event as e
        inner join own as o on o.identifier = e.identifier
        left join serve.customer_record as r on r.record_id = e.record_id
        order by e.occurred_at desc, e.event_id
        """,
        params={"customer_id": customer_id},
    ).pl()


def memberships(con: duckdb.DuckDBPyConnection, customer_id: int) -> list[str]:
    """Return the names of the segments that the customer is in."""
    rows = con.execute(
        "select segment from serve.membership where customer_id = ? order by segment", [customer_id]
    ).fetchall()
    return [name for (name,) in rows]
