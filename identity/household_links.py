"""Which two customers share a home, and what says so."""

import duckdb

from identity.frequencies import RAREST

# Namesakes that chance alone puts into a block of flats: the name's share times the families there.
_BY_CHANCE = 0.02
_OTHER_FLAT = "coalesce(l.flat <> r.flat and substr(l.flat, 1, 1) = substr(r.flat, 1, 1), false)"


def write_household_links(con: duckdb.DuckDBPyConnection) -> None:
    """Write identity.household_link: pairs of customers of one home, the strongest reason of each.

    | customer_id_l | customer_id_r | strength | reason                                           |
    |---------------|---------------|----------|--------------------------------------------------|
    | 42            | 57            | 1        | same address and a shared phone, e-mail or card  |
    | 42            | 88            | 2        | same address and family name                     |

    Needs identity.home. A name counts in every form that the customer's records bear: double names by their parts,
    and the name before a marriage.
    """
    _write_names(con)
    _write_contacts(con)
    con.execute(f"""
        create or replace table identity.household_link as
        with found as (
            {_SHARED}
            union all
            {_SAME_NAME}
            union all
            {_NEAR_NAME}
            union all
            {_NEAR_ADDRESS}
        ),
        ranked as (
            select customer_id_l, customer_id_r, strength, reason,
                row_number() over (partition by customer_id_l, customer_id_r order by strength, reason) as place
            from found
        )
        select customer_id_l, customer_id_r, strength, reason
        from ranked
        where place = 1
        order by customer_id_l, customer_id_r""")


def _write_names(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp tables resident_name (customer_id, name), and named_home: every home under each name of its resident,
    with how many flats bear that name at the address and the namesakes that chance would put there."""
    con.execute("""
        create or replace temp table resident_name as
        with every_name as (
            select r.customer_id, f.family, f.family_first, f.family_last
            from identity.party_feature as f
            inner join serve.customer_record as r on r.record_id = f.record_id
        )
        select customer_id, family as name from every_name where length(family) > 1
        union
        select customer_id, family_first as name from every_name where length(family_first) > 1
        union
        select customer_id, family_last as name from every_name where length(family_last) > 1""")
    con.execute(f"""
        create or replace temp table named_home as
        with flats as (
            select h.address, n.name,
                greatest(count(distinct case when h.flat like 'w%' then h.flat end),
                    count(distinct case when h.flat like 'f%' then h.flat end)) as flats
            from identity.home as h
            inner join resident_name as n on n.customer_id = h.customer_id
            where h.no_home is null
            group by h.address, n.name
        )
        select h.*, n.name, f.flats,
            coalesce(q.frequency, {RAREST}) * coalesce(a.families, 1) as by_chance
        from identity.home as h
        inner join resident_name as n on n.customer_id = h.customer_id
        inner join flats as f on f.address = h.address and f.name = n.name
        left join identity.shared_address as a on a.address = h.address
        left join identity.name_frequency as q on q.kind = 'family' and q.value = n.name
        where h.no_home is null""")


def _write_contacts(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp table shared_contact (customer_id_l, customer_id_r): who has a phone, e-mail or card in common."""
    con.execute("""
        create or replace temp table shared_contact as
        with contact as (
            select r.customer_id, f.phone as value
            from identity.party_feature as f inner join serve.customer_record as r on r.record_id = f.record_id
            union
            select r.customer_id, f.phone_2 as value
            from identity.party_feature as f inner join serve.customer_record as r on r.record_id = f.record_id
            union
            select r.customer_id, f.email as value
            from identity.party_feature as f inner join serve.customer_record as r on r.record_id = f.record_id
            union
            select r.customer_id, f.card as value
            from identity.party_feature as f inner join serve.customer_record as r on r.record_id = f.record_id
        )
        select distinct l.customer_id as customer_id_l, r.customer_id as customer_id_r
        from contact as l
        inner join contact as r on r.value = l.value and l.customer_id < r.customer_id""")


_SHARED = f"""
            select s.customer_id_l, s.customer_id_r, 1 as strength,
                'same address and a shared phone, e-mail or card' as reason
            from shared_contact as s
            inner join identity.home as l on l.customer_id = s.customer_id_l
            inner join identity.home as r on r.customer_id = s.customer_id_r and r.address = l.address
            where l.no_home is null and r.no_home is null and not {_OTHER_FLAT}"""
# Where several flats of a house bear the name, who does not tell the flat may live in any of them.
_SAME_NAME = f"""
            select l.customer_id as customer_id_l, r.customer_id as customer_id_r,
                case when l.flat = r.flat then 2 else 3 end as strength,
                case when l.flat = r.flat then 'same flat and family name'
                    when l.is_flats then 'same address and a family name rare enough'
                    else 'same address and family name' end as reason
            from named_home as l
            inner join named_home as r on r.address = l.address and r.name = l.name and l.customer_id < r.customer_id
            where (l.flat = r.flat or l.flats <= 1)
                and (l.flat = r.flat or not l.is_flats or l.by_chance <= {_BY_CHANCE})"""
_NEAR_NAME = f"""
            select l.customer_id as customer_id_l, r.customer_id as customer_id_r, 4 as strength,
                'same address and nearly the same family name' as reason
            from identity.home as l
            inner join identity.home as r on r.address = l.address and l.customer_id < r.customer_id
            where l.no_home is null and r.no_home is null and not l.is_flats and not {_OTHER_FLAT}
                and l.family <> r.family and least(length(l.family), length(r.family)) >= 5
                and case when abs(length(l.family) - length(r.family)) > 1 then false
                    else levenshtein(l.family, r.family) <= 1 end"""
_ONE_EDIT = "case when abs(length({0}) - length({1})) > 2 then false else levenshtein({0}, {1}) <= 2 end"
_NEAR_ADDRESS = f"""
            select l.customer_id as customer_id_l, r.customer_id as customer_id_r, 5 as strength,
                'nearly the same address, same family name' as reason
            from named_home as l
            inner join named_home as r on r.name = l.name and r.house_no = l.house_no and r.country = l.country
                and l.customer_id < r.customer_id
            where r.address <> l.address and not l.is_flats and not r.is_flats and not {_OTHER_FLAT}
                and l.by_chance <= {_BY_CHANCE} and r.by_chance <= {_BY_CHANCE}
                and ((l.place = r.place and {_ONE_EDIT.format("l.street", "r.street")})
                    or (l.street = r.street and l.city = r.city and {_ONE_EDIT.format("l.place", "r.place")}))"""
