"""Who belongs to which segment since when, and who entered or left with each run."""

from datetime import datetime

import duckdb

from segments.compile import Segments, members_sql
from segments.gate import prepare
from segments.statements import run, statement
from segments.vocabulary import MARKETING_PURPOSES


def write_membership(
    con: duckdb.DuckDBPyConnection, segments: Segments, as_of: datetime, run_id: str
) -> dict[str, int]:
    """Write serve.membership and what changed to serve.membership_event; return members by segment.

    Who objected to marketing is no stored member of a segment for marketing; the gate's funnel still
    counts them, and says so. A run repeated with the same run_id adds no event: nothing has changed.
    """
    prepare(con, purpose="marketing", channel="email", as_of=as_of)
    con.execute("create or replace temp table segment_known (segment text, description text, is_marketing boolean)")
    con.execute("create or replace temp table segment_member (segment text, customer_id bigint)")
    for name, segment in segments.items():
        is_marketing = segment.purpose in MARKETING_PURPOSES
        con.execute("insert into segment_known values (?, ?, ?)", [name, segment.description, is_marketing])
        members = members_sql(segment, as_of, segments)
        con.execute(statement("member_now").format(members=members), {"segment": name, "is_marketing": is_marketing})
    run(con, "membership", {"as_of": as_of})
    run(con, "membership_event", {"as_of": as_of, "run_id": run_id})
    con.execute("delete from serve.membership")
    con.execute("insert into serve.membership select segment, customer_id, since_at from segment_membership")
    counted = con.execute("select segment, count(*) from serve.membership group by segment").fetchall()
    return dict.fromkeys(segments, 0) | dict(counted)
