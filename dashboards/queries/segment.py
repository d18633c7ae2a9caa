"""What the segments page asks: how many are in which segment, how far they come, how it moved."""

from datetime import datetime

import duckdb
import polars as pl
import pyarrow as pa

from dashboards.queries.rows import one_row
from segments.compile import Segments
from segments.definition import Segment
from segments.preview import Preview, preview
from segments.vocabulary import BASES, Channel

# Members that are drawn, and how many of those that may and may not be contacted are shown.
DRAWN, MAY, MAY_NOT = 200, 6, 4


def movement(con: duckdb.DuckDBPyConnection, segment: str) -> tuple[int, int]:
    """Return how many entered and left with the latest run, when there was one before it."""
    entered, left = one_row(
        con,
        """
        with latest as (
            select max(happened_at) as at, count(distinct run_id) as runs from serve.membership_event
        )
        select count(*) filter (where e.event = 'entered'), count(*) filter (where e.event = 'left')
        from serve.membership_event as e
        inner join latest as l on l.at = e.happened_at and l.runs > 1
        where e.segment = ?
        """,
        [segment],
    )
    return entered, left


def members_over_time(con: duckdb.DuckDBPyConnection, segment: str) -> pl.DataFrame:
    """Return day, entered, left and members at its end, one row a day on which somebody came or went."""
    return con.sql(
        """
        with moved as (
            select
                cast(happened_at as date) as day,
                count(*) filter (where event = 'entered') as entered,
                count(*) filter (where event = 'left') as "left"
            from serve.membership_event
            where segment = $segment
            group by cast(happened_at as date)
        )
        select day, entered, "left", sum(entered - "left") over (order by day)::bigint as members
        from moved order by day
        """,
        params={"segment": segment},
    ).pl()


def countries(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the countries of the customers, most customers first."""
    rows = con.execute(
        "select country from serve.customer where country is not null group by country order by count(*) desc, country"
    ).fetchall()
    return [code for (code,) in rows]


def goods(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the categories of goods that were sold, most bought first."""
    rows = con.execute(
        "select category from serve.purchase_line where kind = 'sale' and category is not null "
        "group by category order by count(*) desc, category"
    ).fetchall()
    return [category for (category,) in rows]


def look_at(
    con: duckdb.DuckDBPyConnection,
    segment: Segment,
    segments: Segments,
    channel: Channel,
    only: tuple[str, ...],
    as_of: datetime,
    desk_events: pa.Table,
) -> Preview:
    """Return what an export of the segment would find now on a channel, in some countries (none: all)."""
    return preview(
        con,
        segment,
        channel,
        as_of,
        segments=segments,
        recent_events=desk_events,
        countries=only,
        sample_size=DRAWN,
    )


def shown(sample: pa.Table) -> pl.DataFrame:
    """Return a few of the drawn members: some who may be contacted first, then some who may not, with is_allowed."""
    drawn = pl.DataFrame(sample).with_columns(pl.col("code").is_in(BASES).alias("is_allowed"))
    return pl.concat(
        [
            drawn.filter(pl.col("is_allowed")).head(MAY),
            drawn.filter(~pl.col("is_allowed")).head(MAY_NOT),
        ]
    )
