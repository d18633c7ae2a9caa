"""Values that tell nobody apart: placeholders by list, and values shared by too many families."""

import csv
from importlib.resources import files

import duckdb

from identity.config import BadValues
from identity.store import replace_rows
from identity.tables import count
from identity.value_holders import holders, kept_holders, value_uses

_SHARED = "('email', 'phone', 'card', 'address')"
_TABLES = """
    create table if not exists identity.bad_value (
        kind text, value text, reason text, is_placeholder boolean, evidence text);
    create table if not exists identity.birth_date_use (value text, reason text, records bigint);
"""


def update_bad_values(con: duckdb.DuckDBPyConnection, limits: BadValues, whole: bool) -> int:
    """Bring identity.bad_value up to date: values that are no evidence for a match, each with the reason.

    | kind  | value          | reason                      | is_placeholder | evidence              |
    |-------|----------------|-----------------------------|----------------|-----------------------|
    | phone | +4930000000000 | one digit repeated          | true           | records=41, families… |
    | email | team@verein.de | shared by too many families | false          | records=9, families=7 |

    A value is shared when it stands with more distinct family names, or more distinct whole names,
    than `limits` allows; a shared address still counts with the family name. Only the values of changed records are
    counted again, unless `whole`; birth dates are all measured again, since the mean moved, from counts that are
    kept. Temp table flipped_value (kind, value) is what became bad or good again. Returns the number of bad values.
    """
    con.execute(_TABLES)
    con.execute("create or replace temp table bad_before as select kind, value from identity.bad_value")
    _count_values(con, limits, whole)
    stale = None if whole else "(kind, value) in (select (kind, value) from recounted_value) or kind = 'birth_date'"
    replace_rows(con, "identity.bad_value", _found(limits), stale)
    con.execute("""
        create or replace temp table flipped_value as
        select coalesce(a.kind, b.kind) as kind, coalesce(a.value, b.value) as value
        from identity.bad_value as a
        full outer join bad_before as b on b.kind = a.kind and b.value = a.value
        where a.kind is null or b.kind is null""")
    return count(con, "identity.bad_value", "kind <> 'record'")


def publish_bad_values(con: duckdb.DuckDBPyConnection) -> None:
    """Write serve.bad_value: the suppressed values as SHA-256, so that they can be listed and looked up."""
    con.execute("""
        create or replace table serve.bad_value as
        select kind, sha256(value) as value_sha256, reason, is_placeholder, evidence
        from identity.bad_value
        order by kind, value_sha256""")


def _count_values(con: duckdb.DuckDBPyConnection, limits: BadValues, whole: bool) -> None:
    """Temp tables recounted_value (the values looked at) and value_count (kind, value, reason, records, families,
    names).

    Distinct names are counted only for values that stand often enough to be shared: few do.
    """
    uses = f"({value_uses()})"
    if not whole:
        _write_recounted(con)
        uses = "value_use"
    _count_birth_dates(con, whole)
    least = min(limits.max_family_names, limits.max_names, limits.max_address_families)
    con.execute(f"""
        create or replace temp table value_count as
        with often as (
            select kind, value, uses, {_placeholder_reason()} as reason
            from (select kind, value, count(*) as uses from {uses} as v group by kind, value) as u
        ),
        shared as (
            select u.kind, u.value,
                count(distinct u.record_no) as records,
                count(distinct u.family) as families,
                count(distinct u.family || ' ' || u.given) as names
            from {uses} as u
            inner join often as o on o.kind = u.kind and o.value = u.value
            where o.reason is not null or (o.uses > {least} and u.kind in {_SHARED})
            group by u.kind, u.value
        )
        select o.kind, o.value, o.reason,
            coalesce(s.records, o.uses) as records, coalesce(s.families, 0) as families, coalesce(s.names, 0) as names
        from often as o
        left join shared as s on s.kind = o.kind and s.value = o.value
        where o.kind <> 'birth_date'
        union all
        select 'birth_date' as kind, value, reason, records, 0 as families, 0 as names from identity.birth_date_use""")


def _count_birth_dates(con: duckdb.DuckDBPyConnection, whole: bool) -> None:
    """Bring identity.birth_date_use (value, reason, records) up to date; the reason is the list's, if any."""
    told = f"select value, {_placeholder_reason()} as reason, records from"
    uses = "select birth_date as value, {} as records from {} where not is_company and birth_date is not null"
    if whole:
        counted = f"{uses.format('count(*)', 'identity.party_key')} group by birth_date"
        dated = f"(select 'birth_date' as kind, * from ({counted}) as c)"
        con.execute(f"create or replace table identity.birth_date_use as {told} {dated}")
        return
    con.execute(f"""
        create or replace temp table birth_date_use_moved as
        {uses.format("1", "changed_key")} union all {uses.format("-1", "old_key")}""")
    con.execute("""
        create or replace temp table birth_date_moved as
        select 'birth_date' as kind, value, sum(records) as records
        from (
            select value, records from birth_date_use_moved
            union all
            select value, records from identity.birth_date_use where value in (select value from birth_date_use_moved)
        ) as u
        group by value""")
    con.execute("delete from identity.birth_date_use where value in (select value from birth_date_moved)")
    con.execute(f"insert into identity.birth_date_use {told} birth_date_moved where records > 0")


def _write_recounted(con: duckdb.DuckDBPyConnection) -> None:
    """Temp tables recounted_value (kind, value, reason), those of changed records, and value_use: all their uses."""
    con.execute("""
        create or replace temp table moved_key as
        select * from old_key union all by name select * from changed_key""")
    con.execute(f"""
        create or replace temp table recounted_value as
        select kind, value, {_placeholder_reason()} as reason
        from (select distinct kind, value from ({value_uses("moved_key")}) as m) as u""")
    # A name is bad by the list alone: few are, and the others need no count.
    is_any_listed = count(con, "recounted_value", "kind in ('given_name', 'family_name') and reason is not null")
    holding = (holders if is_any_listed else kept_holders)("recounted_value")
    con.execute(f"""
        create or replace temp table holder_key as
        select * from identity.party_key where record_no in ({holding})""")
    con.execute(f"""
        create or replace temp table value_use as
        select u.* from ({value_uses("holder_key")}) as u
        inner join recounted_value as r on r.kind = u.kind and r.value = u.value""")


def _found(limits: BadValues) -> str:
    return f"""
        with everyday as (
            select greatest(
                {limits.max_birth_date_records}, {limits.max_birth_date_ratio} * sum(records) / count(*)) as most
            from value_count where kind = 'birth_date'
        )
        select
            c.kind, c.value,
            coalesce(
                c.reason,
                case
                    when c.kind = 'birth_date' then 'far more frequent than any birthday'
                    when c.kind = 'address' or c.families > {limits.max_family_names} then 'shared by too many families'
                    else 'shared by too many people'
                end) as reason,
            c.reason is not null or c.kind = 'birth_date' as is_placeholder,
            'records=' || c.records
                || case when c.kind in {_SHARED}
                    then ', families=' || c.families || ', names=' || c.names else '' end as evidence
        from value_count as c
        cross join everyday as e
        where c.reason is not null
            or (c.kind in ('email', 'phone', 'card')
                and (c.families > {limits.max_family_names} or c.names > {limits.max_names}))
            or (c.kind = 'address' and c.families > {limits.max_address_families})
            or (c.kind = 'birth_date' and c.records > e.most)
        order by c.kind, c.value"""


def _placeholder_reason() -> str:
    """SQL over kind and value: why the list says that the value stands for none, else null."""
    rows = csv.DictReader(files("identity").joinpath("data/placeholders.csv").read_text("utf-8").splitlines())
    whens = " ".join(
        f"when kind = '{row['kind']}' and regexp_matches(value, '{row['pattern']}') then '{row['reason']}'"
        for row in rows
    )
    return f"case {whens} end"
