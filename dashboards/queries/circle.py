"""Who belongs together with one customer: household, company and its people, devices."""

from typing import Any

import duckdb
import polars as pl

from identity.tables import records


def household(con: duckdb.DuckDBPyConnection, customer_id: int) -> dict[str, Any] | None:
    """Return the customer's household by column, None when there is none."""
    found = records(
        con,
        """
        select h.*, m.reason
        from serve.household_member as m
        inner join serve.household as h on h.household_id = m.household_id
        where m.customer_id = ?
        """,
        [customer_id],
    )
    return found[0] if found else None


def no_household(con: duckdb.DuckDBPyConnection, customer_id: int) -> dict[str, Any] | None:
    """Return why the customer's address is no home: reason, evidence; None when that is not known."""
    found = records(con, "select reason, evidence from serve.household_exclusion where customer_id = ?", [customer_id])
    return found[0] if found else None


def household_members(con: duckdb.DuckDBPyConnection, household_id: int) -> pl.DataFrame:
    """Return who lives there, the best customer first: customer_id, full_name, birth_date, net_spend, purchase_count,
    last_purchase_at, reason."""
    return con.sql(
        """
        select c.customer_id, c.full_name, c.birth_date, k.net_spend, k.purchase_count, k.last_purchase_at, m.reason
        from serve.household_member as m
        inner join serve.customer as c on c.customer_id = m.customer_id
        inner join serve.customer_metric as k on k.customer_id = m.customer_id
        where m.household_id = $household_id
        order by k.net_spend desc nulls last, c.customer_id
        """,
        params={"household_id": household_id},
    ).pl()


def companies(con: duckdb.DuckDBPyConnection, customer_id: int) -> pl.DataFrame:
    """Return the companies that a person belongs to: customer_id, name, city, evidence, source."""
    return con.sql(
        """
        select o.organisation_id as customer_id, o.company_name as name, o.city, m.evidence, m.source
        from serve.organisation_member as m
        inner join serve.organisation as o on o.organisation_id = m.organisation_id
        where m.customer_id = $customer_id
        order by m.evidence, o.organisation_id
        """,
        params={"customer_id": customer_id},
    ).pl()


def people(con: duckdb.DuckDBPyConnection, customer_id: int) -> pl.DataFrame:
    """Return the people who belong to a company: customer_id, name, city, evidence, source."""
    return con.sql(
        """
        select c.customer_id, c.full_name as name, c.city, m.evidence, m.source
        from serve.organisation_member as m
        inner join serve.customer as c on c.customer_id = m.customer_id
        where m.organisation_id = $customer_id
        order by m.evidence, c.customer_id
        """,
        params={"customer_id": customer_id},
    ).pl()


def devices(con: duckdb.DuckDBPyConnection, customer_id: int) -> pl.DataFrame:
    """Return the browsers that the customer was recognised on, the latest first: visitor_id, evidence, events,
    first_at, last_at, ended_at (null while events are still joined)."""
    return con.sql(
        """
        with device as (
            select visitor_id, min(evidence) as evidence, max(coalesce(until_at, timestamp '9999-12-31')) as until_at
            from serve.visitor_customer
            where customer_id = $customer_id
            group by visitor_id
        ),
        event as (
            select visitor_id, count(*) as events, min(occurred_at) as first_at, max(occurred_at) as last_at
            from serve.interaction
            where customer_id = $customer_id and visitor_id is not null
            group by visitor_id
        )
        select d.visitor_id, d.evidence, coalesce(e.events, 0) as events, e.first_at, e.last_at,
            case when d.evidence = 'one customer only' then nullif(d.until_at, timestamp '9999-12-31') end as ended_at
        from device as d
        left join event as e on e.visitor_id = d.visitor_id
        order by e.last_at desc nulls last, d.visitor_id
        """,
        params={"customer_id": customer_id},
    ).pl()
