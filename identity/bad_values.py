"""Values that tell nobody apart: placeholders by list, and values shared by too many families."""

import duckdb

from identity.birth_dates import update_bad_birth_dates
from identity.config import BadValues
from identity.placeholders import placeholder_reason
from identity.store import replace_rows
from identity.tables import count
from identity.value_holders import VALUE_KEY, holders, value_uses

_SHARED = "('email', 'phone', 'card', 'address')"
_TABLE = """
    create table if not exists identity.bad_value (
        kind text, value text, reason text, is_placeholder boolean, evidence text)"""


def update_bad_values(con: duckdb.DuckDBPyConnection, limits: BadValues, whole: bool) -> int:
    """Bring identity.bad_value up to date: values that are no evidence for a match, each with the reason.

    | kind  | value          | reason                      | is_placeholder | evidence              |
    |-------|----------------|-----------------------------|----------------|-----------------------|
    | phone | +4930000000000 | one digit repeated          | true           | records=41, families… |
    | email | team@verein.de | shared by too many families | false          | records=9, families=7 |

    A value is shared when it stands with more distinct family names, or more distinct whole names,
    than `limits` allows; a shared address still counts with the family name. Only the values of changed records are
    looked at again, unless `whole`. Temp table flipped_value (kind, value) is what became bad or good again. Returns
    the number of bad values.
    """
    con.execute(_TABLE)
    con.execute("create or replace temp table bad_before as select kind, value from identity.bad_value")
    if whole:
        con.execute(f"create or replace table identity.bad_value as {_found(f'({value_uses()})', limits)}")
    elif _write_suspects(con, limits):
        stale = "(kind, value) in (select (kind, value) from suspect_value)"
        replace_rows(con, "identity.bad_value", _found("suspect_use", limits), stale)
    update_bad_birth_dates(con, limits, whole)
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


def _write_suspects(con: duckdb.DuckDBPyConnection, limits: BadValues) -> int:
    """Temp tables suspect_value (kind, value) and suspect_use: values of changed records that are bad, by the list or
    until now, or have holders enough to become so. Returns their number: mostly there are none."""
    con.execute("""
        create or replace temp table moved_key as
        select * from old_key union all by name select * from changed_key""")
    con.execute(f"""
        create or replace temp table moved_value as
        select kind, value, {placeholder_reason()} as reason
        from (select distinct kind, value from ({value_uses("moved_key")}) as m) as u
        where kind <> 'birth_date'""")
    con.execute(f"""
        create or replace temp table suspect_value as
        select kind, value from moved_value
        where reason is not null
            or (kind, value) in (select (kind, value) from identity.bad_value)
            or {VALUE_KEY} in (
                select key from identity.value_holder where key in (select {VALUE_KEY} from moved_value)
                group by key having count(*) > {_least(limits)})""")
    suspects = count(con, "suspect_value")
    if suspects:
        con.execute(f"""
            create or replace temp table suspect_key as
            select * from identity.party_key where record_no in ({holders("suspect_value")})""")
        con.execute(f"""
            create or replace temp table suspect_use as
            select u.* from ({value_uses("suspect_key")}) as u
            inner join suspect_value as s on s.kind = u.kind and s.value = u.value""")
    return suspects


def _least(limits: BadValues) -> int:
    """Values that stand no more often than this are not counted in detail."""
    return min(limits.max_family_names, limits.max_names, limits.max_address_families)


def _found(uses: str, limits: BadValues) -> str:
    """SQL: rows of identity.bad_value for the values in `uses` (see `value_uses`), birth dates left out.

    Distinct names are counted only for values that stand often enough to be shared: few do.
    """
    return f"""
        with often as (
            select kind, value, uses, {placeholder_reason()} as reason
            from (
                select kind, value, count(*) as uses from {uses} as v where kind <> 'birth_date' group by kind, value
            ) as u
        ),
        counted as (
            select u.kind, u.value, o.reason,
                count(distinct u.record_no) as records,
                count(distinct u.family) as families,
                count(distinct u.family || ' ' || u.given) as names
            from {uses} as u
            inner join often as o on o.kind = u.kind and o.value = u.value
            where o.reason is not null or (o.uses > {_least(limits)} and u.kind in {_SHARED})
            group by u.kind, u.value, o.reason
        )
        select
            kind, value,
            coalesce(
                reason,
                case
                    when kind = 'address' or families > {limits.max_family_names} then 'shared by too many families'
                    else 'shared by too many people'
                end) as reason,
            reason is not null as is_placeholder,
            'records=' || records
                || case when kind in {_SHARED} then ', families=' || families || ', names=' || names else '' end
                as evidence
        from counted
        where reason is not null
            or (kind in ('email', 'phone', 'card')
                and (families > {limits.max_family_names} or names > {limits.max_names}))
            or (kind = 'address' and families > {limits.max_address_families})
        order by kind, value"""
