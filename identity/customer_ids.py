"""Stable customer ids: carried over from run to run, with their history, never given twice.

All that is needed to give the same ids again lies in `serve`: the last assignment, the history and the
highest id ever drawn.
"""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from identity.errors import IdentityError
from identity.tables import count

_TABLES = """
    create table if not exists serve.customer_record (
        record_id text, customer_id bigint, source text, record_table text, since_at timestamp);
    create table if not exists serve.customer_id_history (
        customer_id bigint, event text, other_customer_id bigint, happened_at timestamp, run_id text, reason text);
    create table if not exists serve.customer_id_mark (highest_customer_id bigint);
    insert into serve.customer_id_mark
    select 0 where not exists (select 1 from serve.customer_id_mark);
"""


@dataclass(frozen=True)
class IdChanges:
    """Ids by what happened to them in this run."""

    created: int
    merged: int
    split: int
    retired: int


def assign_customer_ids(con: duckdb.DuckDBPyConnection, run_id: str, as_of: datetime) -> IdChanges:
    """Write serve.customer_record from identity.cluster, and what changed to serve.customer_id_history.

    A cluster keeps the id that most of its records had, the oldest on a tie; of the clusters that an id
    was split into, the one with most of its records keeps it. New ids are drawn in the order of the
    clusters' smallest record_id. Nothing is written about what did not change.
    Raises IdentityError when identity.cluster is empty although customers are known: a run without
    records would retire everybody.
    """
    con.execute(_TABLES)
    if not count(con, "identity.cluster") and count(con, "serve.customer_record"):
        raise IdentityError(
            "identity.cluster: no record at all, although serve.customer_record holds some. "
            "Look at clean.party; nothing was changed."
        )
    _write_assignment(con)
    _write_events(con)
    changes = IdChanges(*(count(con, "id_event", f"event = '{e}'") for e in ("created", "merged", "split", "retired")))
    _publish(con, run_id, as_of)
    return changes


def _write_assignment(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp table id_assignment (cluster_id, customer_id, is_new)."""
    con.execute("""
        create or replace temp table id_overlap as
        select c.cluster_id, o.customer_id, count(*) as records
        from identity.cluster as c
        inner join serve.customer_record as o on o.record_id = c.record_id
        group by c.cluster_id, o.customer_id""")
    con.execute("""
        create or replace temp table id_assignment as
        with home as (
            -- Where most records of an id went.
            select cluster_id, customer_id, records,
                row_number() over (partition by customer_id order by records desc, cluster_id) as place
            from id_overlap
        ),
        kept as (
            -- Of the ids at home in a cluster, the one that most of its records had.
            select cluster_id, customer_id,
                row_number() over (partition by cluster_id order by records desc, customer_id) as place
            from home
            where place = 1
        ),
        every_cluster as (
            select cluster_id, min(record_id) as first_record_id from identity.cluster group by cluster_id
        ),
        fresh as (
            select e.cluster_id, row_number() over (order by e.first_record_id) as number
            from every_cluster as e
            left join kept as k on k.cluster_id = e.cluster_id and k.place = 1
            where k.cluster_id is null
        )
        select k.cluster_id, k.customer_id, false as is_new from kept as k where k.place = 1
        union all
        select f.cluster_id, m.highest_customer_id + f.number as customer_id, true as is_new
        from fresh as f
        cross join serve.customer_id_mark as m""")


def _write_events(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp table id_event: created, merged, split, moved and retired."""
    con.execute("""
        create or replace temp table id_event as
        with flow as (
            -- Records that go from one id to another.
            select v.customer_id as old_id, a.customer_id as new_id, a.is_new, v.records
            from id_overlap as v
            inner join id_assignment as a on a.cluster_id = v.cluster_id
        ),
        living as (select customer_id from id_assignment),
        known as (select distinct customer_id from serve.customer_record),
        origin as (
            select new_id, old_id, row_number() over (partition by new_id order by records desc, old_id) as place
            from flow where is_new
        ),
        successor as (
            select old_id, new_id, row_number() over (partition by old_id order by records desc, new_id) as place
            from flow where old_id not in (select customer_id from living)
        )
        select a.customer_id, 'created' as event, o.old_id as other_customer_id,
            case when o.old_id is null then 'new records' else 'split off' end as reason
        from id_assignment as a
        left join origin as o on o.new_id = a.customer_id and o.place = 1
        where a.is_new
        union all
        select old_id as customer_id, 'split' as event, new_id as other_customer_id,
            records || ' records became a customer of their own' as reason
        from flow where is_new
        union all
        select s.old_id as customer_id, 'merged' as event, s.new_id as other_customer_id,
            'most of its records belong to the other customer now' as reason
        from successor as s where s.place = 1
        union all
        select old_id as customer_id, 'moved' as event, new_id as other_customer_id,
            records || ' records moved to the other customer' as reason
        from flow
        where old_id <> new_id and not is_new and old_id in (select customer_id from living)
        union all
        select k.customer_id, 'retired' as event, null as other_customer_id, 'all its records are gone' as reason
        from known as k
        where k.customer_id not in (select customer_id from living)
            and k.customer_id not in (select customer_id from id_overlap)""")


def _publish(con: duckdb.DuckDBPyConnection, run_id: str, as_of: datetime) -> None:
    con.execute(
        """
        create or replace table serve.customer_record as
        select
            c.record_id, a.customer_id, k.source, p.record_table,
            case when o.customer_id = a.customer_id then o.since_at else cast(? as timestamp) end as since_at
        from identity.cluster as c
        inner join id_assignment as a on a.cluster_id = c.cluster_id
        inner join identity.party_key as k on k.record_id = c.record_id
        inner join clean.party as p on p.record_id = c.record_id
        left join serve.customer_record as o on o.record_id = c.record_id
        order by c.record_id""",
        [as_of],
    )
    con.execute(
        """
        insert into serve.customer_id_history
        select customer_id, event, other_customer_id, cast(? as timestamp) as happened_at, ? as run_id, reason
        from id_event
        order by customer_id, event, other_customer_id""",
        [as_of, run_id],
    )
    con.execute("""
        update serve.customer_id_mark
        set highest_customer_id = greatest(
            highest_customer_id, (select coalesce(max(customer_id), 0) from serve.customer_record))""")
