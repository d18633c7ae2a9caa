"""A look at a segment before anything leaves: how many, how far they come on a channel, a few of them."""

from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from segments.compile import Segments, members_sql
from segments.definition import Segment
from segments.funnel import FunnelStep, Reason
from segments.gate import decide
from segments.vocabulary import Channel, Purpose

_SAMPLE = """
select
    m.customer_id, c.full_name, c.city, c.country, w.code, w.reason,
    s.purchase_count, s.net_spend, s.last_purchase_at
from gate_why as w
inner join gate_member as m on m.customer_id = w.customer_id
inner join serve.customer as c on c.customer_id = m.customer_id
left join serve.customer_metric as s on s.customer_id = m.customer_id
order by sha256(cast(m.customer_id as text))
limit ?
"""


@dataclass(frozen=True)
class Preview:
    """Members of a segment, the funnel on one channel, and a sample with where each would end."""

    count: int
    funnel: tuple[FunnelStep, ...]
    reasons: tuple[Reason, ...]
    sample: pa.Table


def preview(
    con: duckdb.DuckDBPyConnection,
    segment: Segment,
    channel: Channel,
    as_of: datetime,
    *,
    purpose: Purpose | None = None,
    segments: Segments | None = None,
    recent_events: pa.Table | None = None,
    countries: tuple[str, ...] = (),
    sample_size: int = 20,
) -> Preview:
    """Return what an export would find now. `segments` are those that it may refer to; the sample is the
    same for the same members, so that two looks can be compared."""
    result = decide(
        con,
        members_sql(segment, as_of, segments),
        purpose=purpose or segment.purpose,
        channel=channel,
        as_of=as_of,
        countries=countries,
        advertises=segment.advertises,
        recent_events=recent_events,
    )
    sample = con.sql(_SAMPLE, params=[sample_size]).to_arrow_table()
    return Preview(result.funnel[0].customers, result.funnel, result.reasons, sample)
