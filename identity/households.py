"""Households: who lives together, with an id of its own that stays."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from identity.clusters import write_components
from identity.config import Households
from identity.homes import write_homes
from identity.household_ids import assign_household_ids, open_household_ids
from identity.household_links import write_household_links
from identity.tables import count


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
    open_household_ids(con)
    write_homes(con, limits)
    write_household_links(con)
    _write_groups(con, limits)
    _write_exclusions(con)
    assign_household_ids(con, run_id, as_of)
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
