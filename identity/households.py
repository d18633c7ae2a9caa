"""Households: who lives together, with an id of its own that stays."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from identity.carry import carry_ids
from identity.clusters import write_components
from identity.config import Households
from identity.homes import write_homes
from identity.household_links import write_household_links
from identity.tables import count

_TABLES = """
    create table if not exists serve.household_member (
        customer_id bigint, household_id bigint, reason text, since_at timestamp);
    create table if not exists serve.household_member_history (
        customer_id bigint, household_id bigint, since_at timestamp, run_id text, number integer);
    create table if not exists serve.household_id_mark (highest_household_id bigint);
    insert into serve.household_id_mark
    select 0 where not exists (select 1 from serve.household_id_mark);
"""


@dataclass(frozen=True)
class HouseholdResult:
    """What was found, in numbers."""

    households: int
    shared: int
    members: int
    without: int


def write_households(
    con: duckdb.DuckDBPyConnection, limits: Households, run_id: str, as_of: datetime
) -> HouseholdResult:
    """Write serve.household_member and its history, and serve.household_exclusion: who has an address, but no home.

    | customer_id | household_id | reason                                          | since_at   |
    |-------------|--------------|-------------------------------------------------|------------|
    | 42          | 7            | same address and a shared phone, e-mail or card | 2026-11-15 |
    | 99          | 8            | nobody else is known at the address             | 2026-11-15 |

    Reads core.customer, serve.customer_record, clean.party and the keys and features of identity. Whoever lives alone
    is a household too. A household keeps its id as a customer does (`carry_ids`).
    """
    con.execute(_TABLES)
    write_homes(con, limits)
    write_household_links(con)
    _write_groups(con, limits)
    _write_exclusions(con)
    _assign(con, run_id, as_of)
    sizes = "(select household_id from serve.household_member group by household_id having count(*) > 1)"
    return HouseholdResult(
        households=count(con, "(select distinct household_id from serve.household_member)"),
        shared=count(con, sizes),
        members=count(con, "serve.household_member"),
        without=count(con, "serve.household_exclusion"),
    )


def _write_groups(con: duckdb.DuckDBPyConnection, limits: Households) -> None:
    """Write identity.household_group (customer_id, group_id, reason), and to identity.crowd who is too many for one."""
    write_components(
        con,
        "identity.household_component",
        "select customer_id as record_id from identity.home where no_home is null",
        "select customer_id_l as record_id_l, customer_id_r as record_id_r from identity.household_link",
    )
    con.execute(f"""
        create or replace table identity.crowd as
        select cluster_id as group_id from identity.household_component
        group by cluster_id having count(*) > {limits.max_members}""")
    # Whoever gave no address lives with the one household whose phone, e-mail or card and name they share.
    con.execute("""
        create or replace table identity.household_group as
        with strongest as (
            select customer_id, strength, reason, row_number() over (
                partition by customer_id order by strength, reason) as place
            from (
                select customer_id_l as customer_id, strength, reason from identity.household_link
                union all
                select customer_id_r as customer_id, strength, reason from identity.household_link
            ) as e
        ),
        resident as (
            select c.record_id as customer_id, c.cluster_id as group_id,
                coalesce(s.reason, 'nobody else is known at the address') as reason
            from identity.household_component as c
            left join identity.crowd as x on x.group_id = c.cluster_id
            left join strongest as s on s.customer_id = c.record_id and s.place = 1
            where x.group_id is null
        ),
        contact as (
            select customer_id_l as customer_id, customer_id_r as other_id from shared_contact
            union all
            select customer_id_r as customer_id, customer_id_l as other_id from shared_contact
        ),
        guest as (
            select c.customer_id, min(r.group_id) as group_id
            from contact as c
            inner join core.customer as k on k.customer_id = c.customer_id
                and k.kind = 'person' and not k.is_test and not k.is_deceased
            inner join resident as r on r.customer_id = c.other_id
            inner join resident_name as n on n.customer_id = c.customer_id
            inner join resident_name as m on m.customer_id = c.other_id and m.name = n.name
            left join identity.home as h on h.customer_id = c.customer_id
            where h.customer_id is null
            group by c.customer_id
            having count(distinct r.group_id) = 1
        )
        select customer_id, group_id, reason from resident
        union all
        select customer_id, group_id, 'no address; same family name and a shared phone, e-mail or card' as reason
        from guest
        order by customer_id""")


def _write_exclusions(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
        create or replace table serve.household_exclusion as
        select h.customer_id, h.no_home as reason,
            case when a.address is not null then a.customers || ' customers, ' || a.families || ' family names' end
                as evidence
        from identity.home as h
        left join identity.shared_address as a on a.address = h.address and a.kind = 'institution'
        where h.no_home is not null
        union all
        select c.record_id as customer_id, 'more people than a home holds' as reason,
            count(*) over (partition by c.cluster_id) || ' people' as evidence
        from identity.household_component as c
        inner join identity.crowd as x on x.group_id = c.cluster_id
        order by customer_id""")


def _assign(con: duckdb.DuckDBPyConnection, run_id: str, as_of: datetime) -> None:
    """Carry the ids over, and write members and history."""
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
