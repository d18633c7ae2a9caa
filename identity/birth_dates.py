"""Birth dates that tell nobody apart: placeholders by list, and days on which far too many are said to be born."""

import duckdb

from identity.config import BadValues
from identity.placeholders import placeholder_reason

_USES = "select birth_date as value, {} as records from {} where not is_company and birth_date is not null"


def update_bad_birth_dates(con: duckdb.DuckDBPyConnection, limits: BadValues, whole: bool) -> None:
    """Bring the rows of kind `birth_date` in identity.bad_value up to date.

    A day counts as too frequent beside the mean of all days, which any record moves; so all are measured in each run,
    from counts that are kept.
    """
    _count_birth_dates(con, whole)
    con.execute("delete from identity.bad_value where kind = 'birth_date'")
    con.execute(f"""
        insert into identity.bad_value by name
        with everyday as (
            select greatest(
                {limits.max_birth_date_records}, {limits.max_birth_date_ratio} * sum(records) / count(*)) as most
            from identity.birth_date_use
        )
        select 'birth_date' as kind, u.value, coalesce(u.reason, 'far more frequent than any birthday') as reason,
            true as is_placeholder, 'records=' || u.records as evidence
        from identity.birth_date_use as u
        cross join everyday as e
        where u.reason is not null or u.records > e.most""")


def _count_birth_dates(con: duckdb.DuckDBPyConnection, whole: bool) -> None:
    """Bring identity.birth_date_use (value, reason, records) up to date; the reason is the list's, if any."""
    if whole:
        counted = f"{_USES.format('count(*)', 'identity.party_key')} group by birth_date"
        con.execute(f"create or replace table identity.birth_date_use as {_with_reason(counted)}")
        return
    moved = f"{_USES.format('1', 'changed_key')} union all {_USES.format('-1', 'old_key')}"
    con.execute(f"create or replace temp table birth_date_use_moved as {moved}")
    con.execute("""
        create or replace temp table birth_date_moved as
        select value, sum(records) as records
        from (
            select value, records from birth_date_use_moved
            union all
            select value, records from identity.birth_date_use where value in (select value from birth_date_use_moved)
        ) as u
        group by value""")
    con.execute("delete from identity.birth_date_use where value in (select value from birth_date_moved)")
    still = _with_reason("select * from birth_date_moved where records > 0")
    con.execute(f"insert into identity.birth_date_use {still}")


def _with_reason(counted: str) -> str:
    return f"""
        select value, {placeholder_reason("birth_date")} as reason, records
        from (select 'birth_date' as kind, value, records from ({counted}) as c) as u"""
