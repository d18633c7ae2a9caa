"""Stable customer ids: carried over from run to run, with their history, never given to somebody else.

All that is needed to give the same ids again lies in `serve`: the last assignment, the history of each record and
each id, and the highest id ever drawn.
"""

from dataclasses import dataclass, fields
from datetime import datetime

import duckdb

from identity.carry import carry_ids
from identity.errors import IdentityError
from identity.id_events import write_id_events
from identity.store import replace_rows
from identity.tables import count

_TABLES = """
    create table if not exists serve.customer_record (
        record_id text, customer_id bigint, source text, record_table text, since_at timestamp);
    create table if not exists serve.customer_id_history (
        customer_id bigint, event text, other_customer_id bigint, happened_at timestamp, run_id text, reason text);
    create table if not exists serve.customer_record_history (
        record_id text, customer_id bigint, since_at timestamp, run_id text, number integer);
    create table if not exists serve.customer_id_mark (highest_customer_id bigint, token text);
    -- Snapshots of an older program have no token.
    alter table serve.customer_id_mark add column if not exists token text;
    insert into serve.customer_id_mark
    select 0, null where not exists (select 1 from serve.customer_id_mark);
"""


@dataclass(frozen=True)
class IdChanges:
    """Ids by what happened to them in this run."""

    created: int
    merged: int
    split: int
    retired: int
    restored: int


def open_ids(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of customer ids in `serve` where they are missing."""
    con.execute(_TABLES)


def read_token(con: duckdb.DuckDBPyConnection) -> str | None:
    """Return which state of identity.cluster the ids in `serve` were given for."""
    return con.execute("select token from serve.customer_id_mark").fetchall()[0][0]


def assign_customer_ids(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    as_of: datetime,
    token: str,
    whole: bool,
    party: str = "clean.party",
) -> IdChanges:
    """Write serve.customer_record from identity.cluster, and what changed to the two histories.

    Only records of temp table touched_record are looked at, unless `whole`; `party` holds them, at least. See
    `carry_ids` for who keeps an id. New ids are drawn in the order of the clusters' smallest record_id. Nothing is
    written about what did not change. Temp table touched_customer (customer_id) is whose records were looked at,
    before or now. Raises IdentityError when identity.cluster is empty although customers are known: a run without
    records would retire everybody.
    """
    if not count(con, "identity.cluster") and count(con, "serve.customer_record"):
        raise IdentityError(
            "identity.cluster: no record at all, although serve.customer_record holds some. "
            "Look at clean.party; nothing was changed."
        )
    _write_before(con, whole)
    _write_assignment(con, whole)
    write_id_events(con)
    happened = dict(con.execute("select event, count(*) from id_event group by event").fetchall())
    changes = IdChanges(*(happened.get(event.name, 0) for event in fields(IdChanges)))
    _publish(con, run_id, as_of, token, whole, party)
    return changes


def keep_customer_ids(con: duckdb.DuckDBPyConnection, token: str) -> IdChanges:
    """Let everybody keep the id, for a run in which no record's cluster has changed.

    Writes temp tables touched_customer and id_after (record_id, customer_id) of the records that were looked at all
    the same, since their values may have changed.
    """
    con.execute("""
        create or replace temp table id_after as
        select record_id, customer_id from serve.customer_record
        where record_id in (select record_id from touched_record)""")
    con.execute("create or replace temp table touched_customer as select distinct customer_id from id_after")
    con.execute("update serve.customer_id_mark set token = ?", [token])
    return IdChanges(0, 0, 0, 0, 0)


def _write_before(con: duckdb.DuckDBPyConnection, whole: bool) -> None:
    """Temp tables id_before (record_id, customer_id, since_at) of the records looked at, and id_past: every id that
    they held, the latest with age 1, null while they were gone."""
    among = "" if whole else "where record_id in (select record_id from touched_record)"
    con.execute(f"""
        create or replace temp table id_before as
        select record_id, customer_id, since_at from serve.customer_record {among}""")
    con.execute(f"""
        create or replace temp table id_past as
        select record_id, customer_id, row_number() over (partition by record_id order by number desc) as age
        from serve.customer_record_history {among}""")


def _write_assignment(con: duckdb.DuckDBPyConnection, whole: bool) -> None:
    """Write temp tables id_assignment (cluster_id, customer_id, is_new, is_back) and id_now (record_id, cluster_id)."""
    among = "" if whole else "where record_no in (select record_no from touched_record)"
    con.execute(f"create or replace temp table id_now as select record_id, cluster_id from identity.cluster {among}")
    highest = con.execute("select highest_customer_id from serve.customer_id_mark").fetchall()[0][0]
    carry_ids(
        con,
        groups="select record_id as member, cluster_id as group_id from id_now",
        held="""
            select b.record_id as member, b.customer_id as id, p.record_id is null as is_native
            from id_before as b
            left join (select distinct record_id from id_past where age = 2 and customer_id is not null) as p
                on p.record_id = b.record_id""",
        # The present id is the latest of the past.
        former="select record_id as member, customer_id as id, age from id_past where customer_id is not null",
        living="""
            select r.customer_id as id
            from serve.customer_record as r
            where r.customer_id in (select customer_id from id_past)
                and r.record_id not in (select record_id from id_before)""",
        highest=highest,
    )
    con.execute("""
        create or replace temp table id_assignment as
        select group_id as cluster_id, id as customer_id, is_new, is_back from carried_id""")


def _publish(con: duckdb.DuckDBPyConnection, run_id: str, as_of: datetime, token: str, whole: bool, party: str) -> None:
    con.execute(
        f"""
        create or replace temp table id_after as
        select
            n.record_id, a.customer_id, p.source, p.record_table,
            case when b.customer_id = a.customer_id then b.since_at else cast(? as timestamp) end as since_at,
            b.customer_id is distinct from a.customer_id as is_moved
        from id_now as n
        inner join id_assignment as a on a.cluster_id = n.cluster_id
        inner join {party} as p on p.record_id = n.record_id
        left join id_before as b on b.record_id = n.record_id""",
        [as_of],
    )
    con.execute("""
        create or replace temp table touched_customer as
        select customer_id from id_before union select customer_id from id_after""")
    # The number of a customer is found faster than the name of a record.
    held = "customer_id in (select customer_id from id_before) and record_id in (select record_id from id_before)"
    replace_rows(
        con,
        "serve.customer_record",
        "select * exclude (is_moved) from id_after order by record_id",
        None if whole else held,
    )
    con.execute(
        """
        insert into serve.customer_record_history
        with moved as (
            select record_id, customer_id from id_after where is_moved
            union all
            select record_id, null as customer_id from id_before where record_id not in (select record_id from id_now)
        )
        select record_id, customer_id, cast(? as timestamp) as since_at, ? as run_id,
            (select coalesce(max(number), 0) + 1 from serve.customer_record_history) as number
        from moved
        order by record_id""",
        [as_of, run_id],
    )
    con.execute(
        """
        insert into serve.customer_id_history
        select customer_id, event, other_customer_id, cast(? as timestamp) as happened_at, ? as run_id, reason
        from id_event
        order by customer_id, event, other_customer_id""",
        [as_of, run_id],
    )
    con.execute(
        """
        update serve.customer_id_mark
        set token = ?, highest_customer_id = greatest(
            highest_customer_id, (select coalesce(max(customer_id), 0) from id_assignment))""",
        [token],
    )
