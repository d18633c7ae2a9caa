"""The release gate: how a candidate differs from what is published, and whether a person has to look at it first."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from identity.release import write_measures
from identity.release_limits import Limit, ReleaseLimits
from segments.compile import Segments
from segments.release_basis import write_basis
from warehouse import publish
from warehouse.held import as_published, published_beside


@dataclass(frozen=True)
class Finding:
    """A measure that goes beyond its limit: `changed` of `of_count`, where `allowed` would be in order. `subject` is
    the segment, or the kind of value, '' where there is none."""

    measure: str
    subject: str
    before_count: int | None
    now_count: int | None
    changed: int
    of_count: int
    allowed: int


def check_release(
    con: duckdb.DuckDBPyConnection,
    published: Path,
    limits: ReleaseLimits,
    segments: Segments,
    run_id: str,
    rules: Mapping[str, str],
) -> list[Finding]:
    """Write serve.release_check, release_example and release_basis of this run; return what is beyond a limit.

    `rules` are other things than data that the run was made from: a name for people, and a hash. A first run has
    nothing to differ from.
    """
    with published_beside(con, published):
        write_measures(con, limits)
        write_basis(con, segments, rules)
        _write_segment_measures(con)
    _write_limits(con, limits, is_first=not publish.has_snapshot(published))
    con.execute(_CHECK, {"run_id": run_id})
    con.execute(_EXAMPLE, {"run_id": run_id})
    found = con.execute(_BEYOND, {"run_id": run_id}).fetchall()
    return [Finding(*row) for row in found]


def _write_segment_measures(con: duckdb.DuckDBPyConnection) -> None:
    """Add the gains and losses of each segment, and write temp table release_unlimited: segments that are new, gone
    or defined anew, for whoever changes a definition wants other members."""
    con.execute(f"""
        create or replace temp table release_unlimited as
        select name as segment from serve.release_basis where kind = 'segment' and is_changed is distinct from false
        union
        select segment from {as_published(con, "membership")}
        where segment not in (select name from serve.release_basis where kind = 'segment')""")
    con.execute(f"""
        insert into release_measure
        with segment as (
            select name as segment from serve.release_basis where kind = 'segment'
            union
            select segment from {as_published(con, "membership")}
        ),
        change as (
            select
                coalesce(n.segment, b.segment) as segment,
                count(b.customer_id) as before_count,
                count(n.customer_id) as now_count,
                count(*) filter (b.customer_id is null) as gained,
                count(*) filter (n.customer_id is null) as lost
            from serve.membership as n
            full join {as_published(con, "membership")} as b
                on b.segment = n.segment and b.customer_id = n.customer_id
            group by coalesce(n.segment, b.segment)
        ),
        counted as (
            select s.segment, coalesce(before_count, 0) as before_count, coalesce(now_count, 0) as now_count,
                coalesce(gained, 0) as gained, coalesce(lost, 0) as lost
            from segment as s
            left join change as c on c.segment = s.segment
        )
        select 'segment_gained', segment, before_count, now_count, gained, before_count from counted
        union all
        select 'segment_lost', segment, before_count, now_count, lost, before_count from counted""")


def _write_limits(con: duckdb.DuckDBPyConnection, limits: ReleaseLimits, is_first: bool) -> None:
    con.execute("create or replace temp table release_limit (measure text, share double, at_least bigint)")
    if not is_first:
        found = [(name, limit) for name, limit in limits if isinstance(limit, Limit)]
        rows = ", ".join(f"('{name}', {limit.share}, {limit.at_least})" for name, limit in found)
        con.execute(f"insert into release_limit values {rows}")


_CHECK = """
    insert into serve.release_check
    with limited as (
        select
            m.*,
            case when u.segment is null then greatest(l.at_least, cast(floor(l.share * m.of_count) as bigint)) end
                as allowed
        from release_measure as m
        left join release_limit as l on l.measure = m.measure
        left join release_unlimited as u on u.segment = m.subject and m.measure in ('segment_gained', 'segment_lost')
    )
    select $run_id, measure, subject, before_count, now_count, changed, of_count, allowed,
        coalesce(changed > allowed, false) as is_beyond
    from limited
    order by measure, subject
"""
_EXAMPLE = """
    create or replace table serve.release_example as
    select $run_id as run_id, measure, subject, customer_id, count
    from release_example
    order by measure, subject, count desc, customer_id
"""
_BEYOND = """
    select measure, subject, before_count, now_count, changed, of_count, allowed
    from serve.release_check
    where run_id = $run_id and is_beyond
    order by measure, subject
"""
