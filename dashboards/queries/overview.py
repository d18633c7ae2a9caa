"""What the overview asks of a snapshot."""

from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from dashboards.queries.rows import one_row


@dataclass(frozen=True)
class KeyFigures:
    """How many customers there are, and how well the silos' records were joined.

    A record is matched when its customer is known in another silo too. Shares are 0 to 1.
    """

    customers: int
    records: int
    silos: int
    records_per_customer: float | None
    matched_share: float | None
    in_three_silos: int
    in_three_silos_share: float | None
    bought_in_a_year: int
    bought_in_a_year_share: float | None


def key_figures(con: duckdb.DuckDBPyConnection) -> KeyFigures:
    """Return the figures of the top row."""
    return KeyFigures(
        *one_row(
            con,
            """
            with known as (
                select
                    count(*) as customers,
                    count(*) filter (where c.source_count >= 3) as in_three,
                    count(*) filter (where m.days_since_last_purchase <= 365) as bought
                from serve.customer as c
                left join serve.customer_metric as m on m.customer_id = c.customer_id
            ),
            held as (
                select
                    count(*) as records,
                    count(distinct r.source) as silos,
                    avg(case when c.source_count >= 2 then 1 else 0 end) as matched_share
                from serve.customer_record as r
                inner join serve.customer as c on c.customer_id = r.customer_id
            )
            select
                customers, records, silos, records / nullif(customers, 0), matched_share,
                in_three, in_three / nullif(customers, 0), bought, bought / nullif(customers, 0)
            from known, held
            """,
        )
    )


def records_by_silo(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return source, is_matched, records, share of the silo's records; largest silo first."""
    return con.sql(
        """
        select
            r.source,
            c.source_count >= 2 as is_matched,
            count(*) as records,
            count(*) / sum(count(*)) over (partition by r.source) as share,
            sum(count(*)) over (partition by r.source)::bigint as silo_records
        from serve.customer_record as r
        inner join serve.customer as c on c.customer_id = r.customer_id
        group by r.source, is_matched
        order by silo_records desc, r.source, is_matched desc
        """
    ).pl()


def customers_by_silo_count(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return silos, customers and their share: in how many silos customers are known."""
    return con.sql(
        """
        select source_count as silos, count(*) as customers, count(*) / sum(count(*)) over () as share
        from serve.customer group by silos order by silos
        """
    ).pl()


def silo_combinations(con: duckdb.DuckDBPyConnection, at_most: int = 8) -> pl.DataFrame:
    """Return sources (names with commas) and customers of the most frequent sets of two silos or more."""
    return con.sql(
        """
        select sources, count(*) as customers
        from serve.customer
        where source_count >= 2
        group by sources
        order by customers desc, sources
        limit $at_most
        """,
        params={"at_most": at_most},
    ).pl()


def lifecycle(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return stage, customers and their share."""
    return con.sql(
        """
        select lifecycle_stage as stage, count(*) as customers, count(*) / sum(count(*)) over () as share
        from serve.customer_metric group by stage order by stage
        """
    ).pl()


def revenue_by_month(con: duckdb.DuckDBPyConnection, as_of: datetime, months: int = 25) -> pl.DataFrame:
    """Return month, sales_channel, net_amount (less VAT and returns) and purchases of the last months."""
    return con.sql(
        """
        select
            date_trunc('month', purchased_on)::date as month,
            coalesce(sales_channel, 'other') as sales_channel,
            sum(net_amount)::double as net_amount,
            count(*) as purchases
        from serve.purchase
        where purchased_at <= $as_of
            and purchased_on >= date_trunc('month', $as_of) - to_months($months - 1)
        group by month, coalesce(sales_channel, 'other')
        order by month, sales_channel
        """,
        params={"as_of": as_of, "months": months},
    ).pl()


def sources(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return one row a source: tables, people's records, rows, rejects, when it was last loaded."""
    return con.sql(
        """
        with people as (select source, count(*) as records from serve.customer_record group by source)
        select
            s.source, count(*) as tables, max(p.records) as records, sum(s.rows)::bigint as rows,
            sum(s.rejects)::bigint as rejects, max(s.last_loaded_at) as last_loaded_at
        from serve.source_status as s
        left join people as p on p.source = s.source
        group by s.source order by s.source
        """
    ).pl()
