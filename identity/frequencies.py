"""How common each name is: the model's frozen shares, and a cautious count for names it does not know."""

import duckdb

from identity.tables import LOOSE_TEXT

# Added to the records when a name is counted in the data at hand: twice in a list of ten proves nothing.
_PSEUDO_RECORDS = 2000
# Taken for the frequency of a name never seen before.
RAREST = 0.000002
_KINDS = ("given", "family")
_TABLE = f"""
    create table if not exists identity.name_frequency (
        kind text, value {LOOSE_TEXT}, bearers integer, records integer, frequency double, elsewhere double,
        is_known boolean)"""


def update_name_frequencies(
    con: duckdb.DuckDBPyConnection, known: dict[str, dict[str, float]], population: int, whole: bool
) -> None:
    """Bring identity.name_frequency (kind, value, bearers, records, frequency, elsewhere, is_known) up to date.

    `records` are the bearers, rounded; the frequencies come from these, so that one bearer more changes none.
    `elsewhere` leaves out one record, so that a record's own odd reading is no proof of itself.
    `known` are the frozen shares, by kind (given, family) and name; a name known to neither the model nor the records
    has no row. `population` is the rounded number of records. Only the names of changed records are counted again,
    unless `whole`. Temp table flipped_name (kind, value) is what became rarer or more common.
    """
    con.execute(_TABLE)
    if whole:
        _write_known(con, known)
        con.execute("create or replace temp table frequency_before as select * from identity.name_frequency")
        counted = _bearers("identity.party_key", "count(*)", "group by kind, value")
        shares = _shares(counted, "full outer join known_name", population)
        con.execute("drop table identity.name_frequency")
        con.execute(_TABLE)
        con.execute(f"insert into identity.name_frequency by name {shares}")
        _write_flipped(con, "identity.name_frequency")
        return
    con.execute(f"""
        create or replace temp table recounted_name as
        select kind, value, sum(bearers) as bearers
        from (
            {_bearers("changed_key", "1")} union all {_bearers("old_key", "-1")}
        ) as b
        group by kind, value""")
    con.execute("""
        create or replace temp table frequency_before as
        select *, rowid as row_no from identity.name_frequency
        -- Names first: a pair is far slower to look up.
        where value in (select value from recounted_name)
            and (kind, value) in (select (kind, value) from recounted_name)""")
    counted = """
        select r.kind, r.value, r.bearers + coalesce(b.bearers, 0) as bearers
        from recounted_name as r
        left join frequency_before as b on b.kind = r.kind and b.value = r.value"""
    shares = _shares(counted, "left join (select * from frequency_before where is_known)", population)
    con.execute(f"create or replace temp table frequency_now as {shares}")
    _write_flipped(con, "frequency_now")
    con.execute("delete from identity.name_frequency where rowid in (select row_no from frequency_before)")
    con.execute("insert into identity.name_frequency by name select * from frequency_now")


def _bearers(keys: str, number: str, grouped: str = "") -> str:
    """SQL: kind, value and bearers of the given and family names of the persons in `keys`."""
    return " union all ".join(
        f"select '{kind}' as kind, {kind} as value, {number} as bearers"
        f" from {keys} where not is_company and {kind} is not null {grouped}"
        for kind in _KINDS
    )


def _shares(counted: str, known: str, population: int) -> str:
    """SQL: rows of identity.name_frequency for the names `counted` (kind, value, bearers).

    `known` joins the frequencies of names that the model knows: a full outer join brings in all of them. A name that it
    does not know goes with its last bearer.
    """
    everybody = float(population + _PSEUDO_RECORDS)
    # Rounded down to a power of two.
    records = "cast(pow(2, floor(log2(c.bearers) + 0.000000001)) as integer)"
    return f"""
        select
            coalesce(f.kind, c.kind) as kind,
            coalesce(f.value, c.value) as value,
            cast(coalesce(c.bearers, 0) as integer) as bearers,
            coalesce(c.records, 0) as records,
            coalesce(f.frequency, c.records / {everybody}) as frequency,
            coalesce(f.frequency, (c.records - 1) / {everybody}) as elsewhere,
            f.kind is not null as is_known
        from (
            select c.kind, c.value, c.bearers, case when c.bearers > 0 then {records} end as records
            from ({counted}) as c
        ) as c
        {known} as f on f.kind = c.kind and f.value = c.value
        where f.kind is not null or c.bearers > 0"""


def _write_flipped(con: duckdb.DuckDBPyConnection, now: str) -> None:
    """Temp table flipped_name (kind, value): what differs between frequency_before and `now`."""
    con.execute(f"""
        create or replace temp table flipped_name as
        select coalesce(a.kind, b.kind) as kind, coalesce(a.value, b.value) as value
        from {now} as a
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
