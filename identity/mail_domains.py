"""Mail domains of companies: a company's own, or a mailer that anybody may use."""

from importlib.resources import files

import duckdb

# More companies than these behind one domain: nobody's own.
_COMPANIES = 3
# People with other companies, or none, who use a domain that is a company's own: its staff shop privately, too.
_PEOPLE = 50


def write_mail_domains(con: duckdb.DuckDBPyConnection) -> None:
    """Write identity.mail_domain: the domains of company records' addresses, and which are free for all.

    | domain        | companies | people | is_free | evidence                        |
    |---------------|-----------|--------|---------|---------------------------------|
    | hotel-adler.… | 1         | 4      | false   | 1 company, 4 people             |
    | gmx.de        | 12        | 3180   | true    | a free mailer by list           |
    | posteo.de.…   | 1         | 940    | true    | 1 company, 940 people           |
    """
    import polars as pl

    listed = pl.read_csv(files("identity").joinpath("data/free_mail_domains.csv").read_bytes())
    con.register("listed_domain", listed)
    con.execute(f"""
        create or replace table identity.mail_domain as
        with used as (
            select split_part(email, '@', 2) as domain, is_company, company, family, record_id
            from identity.party_key
            where email is not null
        ),
        counted as (
            select domain, count(distinct case when is_company then company end) as companies,
                count(distinct case when not is_company then coalesce(family, record_id) end) as people
            from used
            group by domain
            having count(case when is_company then 1 end) > 0
        )
        select c.domain, c.companies, c.people,
            l.domain is not null or c.companies > {_COMPANIES} or c.people > {_PEOPLE} as is_free,
            case
                when l.domain is not null then 'a free mailer by list'
                else c.companies || ' company names, ' || c.people || ' family names'
            end as evidence
        from counted as c
        left join listed_domain as l on l.domain = c.domain
        order by c.domain""")
    con.unregister("listed_domain")
