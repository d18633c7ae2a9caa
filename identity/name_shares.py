"""The shares of names that a model is frozen with: how common each name is, and each family name in its country."""

import duckdb

from identity.model import rounded

# Rarer names are left out: too few to tell their share.
_LEAST_SHARE = 0.0001
_LEAST_SHARE_IN_COUNTRY = 0.0005


def name_shares(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, float]]:
    """Return shares of the persons in identity.party_key, by kind and value.

    Kinds are given, family, country, and `family DE` for each country: a Norwegian name that one Norwegian in a
    hundred bears is no rarity among Norwegians, however few of them there are.
    """
    rows = con.execute(f"""
        with person as (select given, family, country from identity.party_key where not is_company),
        everybody as (select count(*) as n from person),
        country as (select country, count(*) as n from person where country is not null group by country)
        select 'country' as kind, country as value, c.n / cast(e.n as double) as share
        from country as c cross join everybody as e
        union all
        select 'given', given, count(*) / cast(min(e.n) as double) from person cross join everybody as e
        where given is not null group by given having count(*) >= {_LEAST_SHARE} * min(e.n)
        union all
        select 'family', family, count(*) / cast(min(e.n) as double) from person cross join everybody as e
        where family is not null group by family having count(*) >= {_LEAST_SHARE} * min(e.n)
        union all
        select 'family ' || p.country, p.family, count(*) / cast(min(c.n) as double)
        from person as p inner join country as c on c.country = p.country
        where p.family is not null
        group by p.country, p.family having count(*) >= {_LEAST_SHARE_IN_COUNTRY} * min(c.n)
        order by 1, 2""").fetchall()
    shares: dict[str, dict[str, float]] = {}
    for kind, value, share in rows:
        shares.setdefault(kind, {})[value] = rounded(share)
    return shares
