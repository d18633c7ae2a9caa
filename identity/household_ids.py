"""Stable household ids: carried over from run to run by the rule of customer ids, never given to others."""

from datetime import datetime

import duckdb

from identity.carry import carry_ids

_TABLES = """
    create table if not exists serve.household_member (
        customer_id bigint, household_id bigint, reason text, since_at timestamp);
    create table if not exists serve.household_member_history (
        customer_id bigint, household_id bigint, since_at timestamp, run_id text, number integer);
    create table if not exists serve.household_id_mark (highest_household_id bigint);
    insert into serve.household_id_mark
    select 0 where not exists (select 1 from serve.household_id_mark);
"""


def open_household_ids(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of household ids in `serve` where they are missing."""
    con.execute(_TABLES)


def assign_household_ids(con: duckdb.DuckDBPyConnection, run_id: str, as_of: datetime) -> None:
    """Write serve.household_member from identity.household_group, and who moved to serve.household_member_history.

    New ids are drawn in the order of the smallest customer. Nothing is written about what did not change.
    """
    _carry(con)
    _publish(con, run_id, as_of)


def _carry(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp table carried_id: the id of each group."""
    con.execute("""
        create or replace temp table household_past as
        select customer_id, household_id, row_number() over (partition by customer_id order by number desc) as age
        from serve.household_member_history""")
    carry_ids(
        con,
        groups="select customer_id as member, group_id from identity.household_group",
        held="""
            select b.customer_id as member, b.household_id as id, p.customer_id is null as is_native
            from serve.household_member as b
            left join (select distinct customer_id from household_past where age = 2 and household_id is not null) as p
                on p.customer_id = b.customer_id""",
        former="""
            select customer_id as member, household_id as id, age
            from household_past where household_id is not null""",
        living="select household_id as id from serve.household_member where false",
        highest=con.execute("select highest_household_id from serve.household_id_mark").fetchall()[0][0],
    )


def _publish(con: duckdb.DuckDBPyConnection, run_id: str, as_of: datetime) -> None:
    con.execute(
        """
        create or replace temp table household_now as
        select g.customer_id, a.id as household_id, g.reason,
            case when b.household_id = a.id then b.since_at else cast(? as timestamp) end as since_at
        from identity.household_group as g
        inner join carried_id as a on a.group_id = g.group_id
        left join serve.household_member as b on b.customer_id = g.customer_id""",
        [as_of],
    )
    con.execute(
        """
        insert into serve.household_member_history
        select coalesce(n.customer_id, b.customer_id) as customer_id, n.household_id, cast(? as timestamp) as since_at,
            ? as run_id, (select coalesce(max(number), 0) + 1 from serve.household_member_history) as number
        from household_now as n
        full outer join serve.household_member as b on b.customer_id = n.customer_id
        where n.household_id is distinct from b.household_id
        order by 1""",
        [as_of, run_id],
    )
    con.execute("""
        create or replace table serve.household_member as
        select customer_id, household_id, reason, since_at from household_now order by household_id, customer_id""")
    con.execute("""
        update serve.household_id_mark
        set highest_household_id = greatest(
            highest_household_id, (select coalesce(max(household_id), 0) from serve.household_member))""")
