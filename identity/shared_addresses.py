"""Addresses that more than one family shares: blocks of flats, and institutions where nobody is a household."""

import duckdb

from identity.config import Households
from identity.tables import count


def write_shared_addresses(con: duckdb.DuckDBPyConnection, limits: Households) -> int:
    """Write identity.shared_address from temp table residence: what the address is, with the evidence. Returns a count.

    | address                | kind        | reason                                    | customers | families |
    |------------------------|-------------|-------------------------------------------|-----------|----------|
    | DE,20359,hafenstr,7    | flats       | many family names                         | 41        | 29       |
    | DE,20251,martinistr,52 | institution | a hospital                                | 3         | 3        |
    | DE,48149,domagkstr,4   | institution | almost everybody there bears another name | 64        | 62       |

    One person who writes `Klinikum` into the second line is there alone; two make the address an institution.
    """
    con.execute(f"""
        create or replace table identity.shared_address as
        with counted as (
            select
                address,
                count(*) as customers,
                count(distinct family) as families,
                min(institution) as named,
                count(institution) >= 2 as is_named,
                count(*) >= {limits.institution_people} and count(distinct family) * 10 >= count(*) * 9 as is_crowd
            from residence
            where not is_deceased
            group by address
        )
        select
            address,
            case when is_named or is_crowd then 'institution' else 'flats' end as kind,
            case
                when is_named then named
                when is_crowd then 'almost everybody there bears another name'
                else 'many family names'
            end as reason,
            customers, families
        from counted
        where is_named or is_crowd or families > {limits.flats_above_families}
        order by address""")
    return count(con, "identity.shared_address")
