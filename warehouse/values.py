"""Values that need a Python library: normalised once per new distinct value into tables that SQL joins.

clean.email_value   raw as sent → e-mail address, trimmed and lower case; null when it is none
clean.phone_value   raw as sent and default country → E.164, kind and country; null when it is none
clean.country_name  ISO-2, ISO-3 or a name in a language of the six markets → ISO-2
"""

import duckdb
import polars as pl

from warehouse import fingerprint
from warehouse.email_address import email_address
from warehouse.phone_number import phone_number

# Bumped when the rules below change, so that kept values are made anew.
VERSION = "3"

_RAW_EMAILS = """
    select email as raw from stage.party
    union select email from stage.purchase
    union select identifier from stage.consent_event where identifier_kind = 'email'
    union select value from stage.suppression where identifier_kind = 'email'
"""
_RAW_PHONES = """
    with home as (
        select p.source, p.record_table, p.record_key, n.country, p.phone, p.phone_2
        from stage.party as p
        left join clean.country_name as n on n.value = lower(trim(p.country))
    )
    select phone as raw, coalesce(country, $country) as country from home
    union select phone_2, coalesce(country, $country) from home
    union
    select e.identifier, coalesce(h.country, $country)
    from stage.consent_event as e
    left join home as h
        on h.source = e.source and h.record_table = e.record_table and h.record_key = e.record_key
    where e.identifier_kind = 'phone'
    union select value, $country from stage.suppression where identifier_kind = 'phone'
"""
_LANGUAGES = ("de", "en", "fr", "it", "nb", "sv", "da")
_ISO3 = {
    "DEU": "DE", "AUT": "AT", "CHE": "CH", "NOR": "NO", "SWE": "SE", "DNK": "DK", "FIN": "FI", "NLD": "NL",
    "BEL": "BE", "LUX": "LU", "FRA": "FR", "ITA": "IT", "ESP": "ES", "PRT": "PT", "POL": "PL", "CZE": "CZ",
    "GBR": "GB", "IRL": "IE", "USA": "US", "LIE": "LI", "ISL": "IS", "HUN": "HU", "SVN": "SI", "SVK": "SK",
}  # fmt: skip


def write_country_names(con: duckdb.DuckDBPyConnection) -> int:
    """Write clean.country_name(value, country), one row a name; return the number of names."""
    wanted = fingerprint.digest(["country_name", VERSION])
    if fingerprint.read(con, ["clean.country_name"]) != [wanted]:
        names = pl.DataFrame(  # noqa: F841 - read by the statement below
            sorted(_country_names().items()), schema={"value": pl.String, "country": pl.String}, orient="row"
        )
        con.execute("create schema if not exists clean")
        con.execute("begin")
        con.execute("create or replace table clean.country_name as select * from names")
        fingerprint.record(con, "clean.country_name", wanted)
        con.execute("commit")
    return _count(con, "clean.country_name")


def write_email_values(con: duckdb.DuckDBPyConnection) -> int:
    """Write clean.email_value(raw, email) for every raw value in stage; return the number of new ones."""
    columns = {"raw": pl.String, "email": pl.String}
    return _write_values(con, "clean.email_value", _RAW_EMAILS, ["raw"], columns, _normalise_emails)


def write_phone_values(con: duckdb.DuckDBPyConnection, country: str) -> int:
    """Write clean.phone_value(raw, country, phone, phone_kind, phone_country); return the number of new ones.

    `country` (ISO-2) is the default region of numbers whose record names none.
    """
    columns = {
        "raw": pl.String,
        "country": pl.String,
        "phone": pl.String,
        "phone_kind": pl.String,
        "phone_country": pl.String,
    }
    query = _RAW_PHONES.replace("$country", f"'{country}'")
    return _write_values(con, "clean.phone_value", query, ["raw", "country"], columns, _normalise_phones)


def _write_values(con, table, raw_query, key, columns, normalise) -> int:
    con.execute("create schema if not exists clean")
    stage = ["stage.party", "stage.purchase", "stage.consent_event", "stage.suppression"]
    version = fingerprint.digest([table, VERSION])
    wanted = fingerprint.digest([version, *fingerprint.read(con, stage)])
    if fingerprint.read(con, [table]) == [wanted]:
        return 0
    types = ", ".join(f"{c} text" for c in columns)
    con.execute("begin")
    if fingerprint.read(con, [f"{table}@rules"]) != [version]:
        con.execute(f"create or replace table {table} ({types})")
    using = " and ".join(f"known.{c} = new.{c}" for c in key)
    order = ", ".join(key)
    new = con.sql(
        f"select new.* from ({raw_query}) as new where new.raw is not null "
        f"and not exists (select 1 from {table} as known where {using}) order by {order}"
    ).pl()
    values = pl.DataFrame(normalise(new), schema=columns, orient="row")
    con.execute(f"insert into {table} select * from values")
    fingerprint.record(con, f"{table}@rules", version)
    # The lookup feeds models by its content: a new fingerprint only when a value came in.
    fingerprint.record(con, table, wanted)
    con.execute("commit")
    return values.height


def _normalise_emails(raw: pl.DataFrame) -> list[tuple[str, str | None]]:
    return [(value, email_address(value)) for value in raw["raw"]]


def _normalise_phones(raw: pl.DataFrame) -> list[tuple[str | None, ...]]:
    read = ((value, country, phone_number(value, country)) for value, country in raw.select("raw", "country").rows())
    return [
        (value, country, *((number.e164, number.kind, number.country) if number else (None, None, None)))
        for value, country, number in read
    ]


def _country_names() -> dict[str, str]:
    from babel import Locale

    names = {iso3.lower(): iso2 for iso3, iso2 in _ISO3.items()}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(name.lower(), code)
                names[code.lower()] = code
    return names


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0
