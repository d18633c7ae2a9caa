"""Mail domains of companies: a company's own, or a mailer that anybody may use."""

from importlib.resources import files

import duckdb

# More company names than these behind one domain: nobody's own.
_COMPANIES = 3


def write_mail_domains(con: duckdb.DuckDBPyConnection) -> None:
    """Write identity.mail_domain: the domains of company records' addresses, and which are free for all.

    | domain         | companies | is_free | evidence                |
    |----------------|-----------|---------|-------------------------|
    | adler.example  | 1         | false   | 1 company names         |
    | gmx.de         | 12        | true    | a free mailer by list   |
    """
    import polars as pl

    listed = pl.read_csv(files("identity").joinpath("data/free_mail_domains.csv").read_bytes())
    con.register("listed_domain", listed)
    con.execute(f"""
        create or replace table identity.mail_domain as
        with owned as (
            select split_part(email, '@', 2) as domain, count(distinct company) as companies
            from identity.party_key
            where is_company and email is not null
            group by split_part(email, '@', 2)
        )
        select o.domain, o.companies,
            l.domain is not null or o.companies > {_COMPANIES} as is_free,
            case when l.domain is not null then 'a free mailer by list' else o.companies || ' company names' end
                as evidence
        from owned as o
        left join listed_domain as l on l.domain = o.domain
        order by o.domain""")
    con.unregister("listed_domain")
