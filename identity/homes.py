"""Where each customer lives, as keys that can be compared; and who has an address that is no home."""

import csv
from importlib.resources import files

import duckdb

from identity.config import Households
from identity.letters import plain
from identity.shared_addresses import write_shared_addresses

# What stands before the number of a flat, or tells the floor: two ways of saying where in the house.
_FLAT = "wohnung|whg|wohn|apartment|appartement|apt|app|top|tur|lagenhet|lgh|leilighet|leil|bolig|nr|no"
_FLOOR = "stockwerk|stock|etage|etasje|obergeschoss|og|sal|trappor|tr|floor"
# The flat stands in the second line, or after the house number: 12/3, 7 a, 2. tv.
_INSIDE = "coalesce(p.address_extra, case when p.house_no like '%/%' or p.house_no like '%,%'"
_INSIDE += " then regexp_replace(p.house_no, '^[^/,]*[/,]', '') end)"
_GUEST = "^ *(c o|bei|z hd|zu handen|att|attn) "


def flat_key(x: str) -> str:
    """SQL: the flat that a second address line names, null when it names none.

    `Whg. 12` and `Wohnung 12` are `w12`, `3. OG links` and `3. Stock links` are `f3links`. Two keys speak of
    different flats only when their first letters are the same.
    """
    spaced = f"' ' || regexp_replace({plain(x)}, '[^a-z0-9]+', '  ', 'g') || ' '"
    said = f"regexp_replace(regexp_replace({spaced}, ' ({_FLAT}|{_FLOOR}) ', ' ', 'g'), '[^a-z0-9]+', '', 'g')"
    return f"""case
        when regexp_matches(regexp_replace({spaced}, ' +', ' ', 'g'), '{_GUEST}') then null
        when not regexp_matches({spaced}, '[0-9]') then null
        when regexp_matches({spaced}, ' ({_FLAT}) ') then 'w' || {said}
        else 'f' || {said}
    end"""


def write_homes(con: duckdb.DuckDBPyConnection, limits: Households) -> None:
    """Write identity.home: one row a person with a whole address, and why it is no home if it is none.

    | customer_id | record_id | address                | flat | family | is_flats | no_home                      |
    |-------------|-----------|------------------------|------|--------|----------|------------------------------|
    | 42          | shop:7a…  | DE,50668,lindenal,14   | w3   | moser  | false    |                              |
    | 43          | erp:01…   | DE,20457,speicherstr,4 |      | berg   | false    | the address of their company |

    The address is that of the golden record (core.customer), `record_id` the first record that bears it. Half
    an address is none; test accounts live nowhere.
    """
    _write_residences(con)
    write_shared_addresses(con, limits)
    con.execute("""
        create or replace table identity.home as
        select
            r.customer_id, r.record_id, r.country, r.place, r.street, r.house_no, r.city, r.address, r.flat, r.family,
            coalesce(a.kind = 'flats', false) as is_flats,
            case
                when r.is_deceased then 'reported as deceased'
                when r.is_office then 'the address of their company'
                else coalesce(r.institution, case when a.kind = 'institution' then a.reason end)
            end as no_home
        from residence as r
        left join identity.shared_address as a on a.address = r.address
        order by r.customer_id""")


def _write_residences(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp table residence: the golden record's address of each person, as keys."""
    con.execute(f"""
        create or replace temp table residence as
        with bearer as (
            select
                c.customer_id, c.is_deceased, min(p.record_id) as record_id,
                min(case when p.company_name is null and p.parent_record_id is null then 0 else 1 end) as is_office
            from core.customer as c
            inner join serve.customer_record as r on r.customer_id = c.customer_id
            inner join clean.party as p on p.record_id = r.record_id and p.street = c.street
                and p.house_no = c.house_no and p.city is not distinct from c.city
                and p.postal_code is not distinct from c.postal_code
            where c.kind = 'person' and not c.is_test
            group by c.customer_id, c.is_deceased
        ),
        folded as (
            select
                b.customer_id, b.record_id, b.is_deceased, b.is_office = 1 as is_office,
                coalesce(p.country, '') as country, coalesce(k.postal_code, k.city) as place, k.street, k.house_no,
                k.city, f.family, {flat_key(_INSIDE)} as flat,
                {plain("concat_ws(' ', p.street, p.address_extra)")} as any_line,
                {plain("p.address_extra")} as second_line
            from bearer as b
            inner join clean.party as p on p.record_id = b.record_id
            inner join identity.party_key as k on k.record_id = b.record_id
            left join identity.party_feature as f on f.record_id = b.record_id
        )
        select
            customer_id, record_id, is_deceased, is_office, country, place, street, house_no, city, family, flat,
            concat_ws(',', country, place, street, house_no) as address,
            {_institution()} as institution
        from folded
        where street is not null and house_no is not null and place is not null""")


def _institution() -> str:
    """SQL over any_line and second_line of an address: the kind of institution that they name, else null."""
    rows = csv.DictReader(files("identity").joinpath("data/institutions.csv").read_text("utf-8").splitlines())
    whens = " ".join(
        f"when regexp_matches({row['line']}_line, '{row['pattern']}') then '{row['reason']}'" for row in rows
    )
    return f"case {whens} end"
