"""How common each name is: the model's frozen shares, and a cautious count for names it does not know."""

import duckdb

from identity.store import replace_rows

# Added to the records when a name is counted in the data at hand: twice in a list of ten proves nothing.
_PSEUDO_RECORDS = 2000
# Taken for the frequency of a name never seen before.
RAREST = 0.000002
# A count is rounded down to a power of two.
_ROUNDED = "cast(pow(2, floor(log2({0}) + 0.000000001)) as integer)"
_TABLE = """
    create table if not exists identity.name_frequency (
        kind text, value text, records integer, frequency double, elsewhere double)"""


def update_name_frequencies(
    con: duckdb.DuckDBPyConnection, known: dict[str, dict[str, float]], population: int, whole: bool
) -> None:
    """Bring identity.name_frequency (kind, value, records, frequency, elsewhere) up to date.

    `elsewhere` leaves out one record, so that a record's own odd reading is no proof of itself.
    `known` are the frozen shares, by kind (given, family) and name; a name known to neither the model nor the records
    has no row. `population` is the rounded number of records. Only the names of changed records are counted again,
    unless `whole`. Temp table flipped_name (kind, value) is what became rarer or more common.
    """
    con.execute(_TABLE)
    _write_known(con, known)
    con.execute("create or replace temp table frequency_before as select * from identity.name_frequency")
    changed = "" if whole else "and k.{0} in (select value from recounted_name where kind = '{0}')"
    if not whole:
        con.execute("""
            create or replace temp table recounted_name as
            select 'given' as kind, given as value from old_key where given is not null
            union select 'family', family from old_key where family is not null
            union select 'given', k.given from identity.party_key as k
            inner join changed_no as c on c.record_no = k.record_no where k.given is not null
            union select 'family', k.family from identity.party_key as k
            inner join changed_no as c on c.record_no = k.record_no where k.family is not null""")
    counted = " union all ".join(
        f"select '{kind}' as kind, k.{kind} as value, {_ROUNDED.format('count(*)')} as records"
        f" from identity.party_key as k where k.{kind} is not null and not k.is_company {changed.format(kind)}"
        f" group by k.{kind}"
        for kind in ("given", "family")
    )
    everybody = float(population + _PSEUDO_RECORDS)
    stale = None if whole else "(kind, value) in (select (kind, value) from recounted_name)"
    names = "full outer join" if whole else "left join"
    replace_rows(
        con,
        "identity.name_frequency",
        f"""
        with counted as ({counted}),
        -- Names known to the model stay when their last bearer goes.
        looked_at as (
            select kind, value, records from counted
            {
            ""
            if whole
            else '''union all
            select k.kind, k.value, 0 as records from known_name as k
            inner join recounted_name as r on r.kind = k.kind and r.value = k.value
            where (k.kind, k.value) not in (select (kind, value) from counted)'''
        }
        )
        select
            coalesce(f.kind, c.kind) as kind,
            coalesce(f.value, c.value) as value,
            coalesce(c.records, 0)::integer as records,
            coalesce(f.frequency, c.records / {everybody}) as frequency,
            coalesce(f.frequency, (c.records - 1) / {everybody}) as elsewhere
        from looked_at as c
        {names} known_name as f on f.kind = c.kind and f.value = c.value""",
        stale,
    )
    con.execute("""
        create or replace temp table flipped_name as
        select coalesce(a.kind, b.kind) as kind, coalesce(a.value, b.value) as value
        from identity.name_frequency as a
        full outer join frequency_before as b on b.kind = a.kind and b.value = a.value
        where a.frequency is distinct from b.frequency or a.elsewhere is distinct from b.elsewhere""")


def _write_known(con: duckdb.DuckDBPyConnection, known: dict[str, dict[str, float]]) -> None:
    """Write temp table known_name (kind, value, frequency)."""
    import polars as pl

    frozen = [(kind, value, share) for kind, names in known.items() for value, share in names.items()]
    schema = {"kind": pl.String, "value": pl.String, "frequency": pl.Float64}
    con.register("frozen_frequency", pl.DataFrame(frozen, schema=schema, orient="row"))
    con.execute("create or replace temp table known_name as select * from frozen_frequency")
    con.unregister("frozen_frequency")
