"""Values that tell nobody apart: placeholders by list, and values shared by too many families."""

import csv
from importlib.resources import files

import duckdb

from identity.config import BadValues
from identity.tables import count

# Columns of identity.party_key under the kind that a bad value is listed as.
_COLUMNS = {
    "email": ("email",),
    "phone": ("phone", "phone_2"),
    "card": ("card",),
    "birth_date": ("birth_date",),
    "given_name": ("given", "given_first"),
    "family_name": ("family", "family_first", "family_last"),
}


def write_bad_values(con: duckdb.DuckDBPyConnection, limits: BadValues) -> int:
    """Write identity.bad_value: values that are no evidence for a match, each with the reason.

    | kind  | value          | reason                      | is_placeholder | evidence              |
    |-------|----------------|-----------------------------|----------------|-----------------------|
    | phone | +4930000000000 | one digit repeated          | true           | records=41, families… |
    | email | team@verein.de | shared by too many families | false          | records=9, families=7 |

    A value is shared when it stands with more distinct family names, or more distinct whole names,
    than `limits` allows. Returns the number of values.
    """
    con.execute(
        f"""
        create or replace table identity.bad_value as
        with counted as (
            select
                kind, value,
                count(distinct record_id) as records,
                count(distinct family) as families,
                count(distinct family || ' ' || given) as names
            from ({value_uses()}) as u
            group by kind, value
        ),
        listed as (select kind, value, {_placeholder_reason()} as reason from counted),
        everyday as (
            select greatest(?, ? * sum(records) / count(*)) as most from counted where kind = 'birth_date'
        )
        select
            c.kind, c.value,
            coalesce(
                l.reason,
                case
                    when c.kind = 'birth_date' then 'far more frequent than any birthday'
                    when c.families > ? then 'shared by too many families'
                    else 'shared by too many people'
                end) as reason,
            l.reason is not null or c.kind = 'birth_date' as is_placeholder,
            'records=' || c.records || ', families=' || c.families || ', names=' || c.names as evidence
        from counted as c
        left join listed as l on l.kind = c.kind and l.value = c.value
        cross join everyday as e
        where l.reason is not null
            or (c.kind in ('email', 'phone', 'card') and (c.families > ? or c.names > ?))
            or (c.kind = 'birth_date' and c.records > e.most)
        order by c.kind, c.value""",
        [
            limits.max_birth_date_records,
            limits.max_birth_date_ratio,
            limits.max_family_names,
            limits.max_family_names,
            limits.max_names,
        ],
    )
    return count(con, "identity.bad_value")


def publish_bad_values(con: duckdb.DuckDBPyConnection) -> None:
    """Write serve.bad_value: the suppressed values as SHA-256, so that they can be listed and looked up."""
    con.execute("""
        create or replace table serve.bad_value as
        select kind, sha256(value) as value_sha256, reason, is_placeholder, evidence
        from identity.bad_value
        order by kind, value_sha256""")


def value_uses() -> str:
    """SQL: which value of which kind stands in which record of identity.party_key, persons only."""
    return " union all ".join(
        f"select '{kind}' as kind, {column} as value, record_id, family, given"
        f" from identity.party_key where not is_company and {column} is not null"
        for kind, columns in _COLUMNS.items()
        for column in columns
    )


def _placeholder_reason() -> str:
    """SQL over kind and value: why the list says that the value stands for none, else null."""
    rows = csv.DictReader(files("identity").joinpath("data/placeholders.csv").read_text("utf-8").splitlines())
    whens = " ".join(
        f"when kind = '{row['kind']}' and regexp_matches(value, '{row['pattern']}') then '{row['reason']}'"
        for row in rows
    )
    return f"case {whens} end"
