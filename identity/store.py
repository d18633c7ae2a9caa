"""The identity store: what the last run made, kept in `identity.*`, so that the next one scores only what changed.

Identity is a function of the records, the judgements, the limits in identity.yaml and the model; customer ids are
carried over from `serve` besides. What is counted over all records (the population, how common a name is) is rounded,
so that it changes seldom; where a rounded count changes, the records concerned count as changed. So an increment
ends in the same links and clusters as a run from nothing.
"""

import math

import duckdb

from identity.comparisons import COMPARISONS

EVIDENCE_COLUMNS = tuple(f"{part}_{c.name}" for c in COMPARISONS for part in ("level", "weight"))
"""Columns of identity.score and identity.link: the level of each comparison and what it counted."""

_TABLES = (
    "state", "party_key", "value_holder", "bad_value", "birth_date_use", "name_frequency", "nickname", "party_feature",
    "block", "score", "verdict", "company_link", "link", "cluster", "contradiction", "recut",
)  # fmt: skip

# Steps in which the population grows, a doubling: with it the prior and the share of each name.
_STEPS_PER_DOUBLING = 4


def rounded_population(records: int) -> int:
    """Return `records` rounded down to a quarter of a doubling, so that a few records more change no weight."""
    if records < 1:
        return 1
    return round(2 ** (math.floor(_STEPS_PER_DOUBLING * math.log2(records) + 1e-9) / _STEPS_PER_DOUBLING))


def open_store(con: duckdb.DuckDBPyConnection) -> None:
    """Make identity.state where it is missing."""
    con.execute("create schema if not exists identity")
    con.execute("create table if not exists identity.state (name text, value text)")


def read_state(con: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """Return what the last run stored under `name`."""
    found = con.execute("select value from identity.state where name = ?", [name]).fetchall()
    return found[0][0] if found else None


def write_state(con: duckdb.DuckDBPyConnection, name: str, value: str) -> None:
    """Store `value` under `name`, in the transaction of what it speaks of."""
    con.execute("delete from identity.state where name = ?", [name])
    con.execute("insert into identity.state values (?, ?)", [name, value])


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Drop the store, so that the next run makes everything anew. Customer ids lie in `serve` and stay."""
    for table in _TABLES:
        con.execute(f"drop table if exists identity.{table}")
    open_store(con)


def exists(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Return whether identity.<table> is there."""
    found = con.execute(
        "select 1 from duckdb_tables() where database_name = current_database() and schema_name = 'identity'"
        " and table_name = ?",
        [table],
    ).fetchall()
    return bool(found)


def replace_rows(con: duckdb.DuckDBPyConnection, table: str, query: str, stale: str | None) -> None:
    """Write the rows of `query` to `table` in place of those where `stale` holds; of all when it is null.

    `query` must give the rows in place of the stale ones, and no others, and not read the table itself.
    """
    if stale is None:
        con.execute(f"create or replace table {table} as {query}")
        return
    con.execute(f"delete from {table} where {stale}")
    con.execute(f"insert into {table} by name {query}")


def rows_of(table: str, numbers: str) -> str:
    """SQL: the rows of `table` (record_no_l, record_no_r, …) one end of which is in table `numbers` (record_no).

    Two scans that skip what does not match, where an `or` would read all.
    """
    among = f"in (select record_no from {numbers})"
    return f"""
        select * from {table} where record_no_l {among}
        union all
        select * from {table} where record_no_r {among} and record_no_l not {among}"""


def delete_rows_of(con: duckdb.DuckDBPyConnection, table: str, numbers: str) -> None:
    """Delete the rows of `table` (record_no_l, record_no_r, …) one end of which is in table `numbers`."""
    for end in ("record_no_l", "record_no_r"):
        con.execute(f"delete from {table} where {end} in (select record_no from {numbers})")


def records_of(table: str, names: str) -> str:
    """SQL: the rows of `table` (record_id, …) for the records in table `names` (record_id).

    First where they are, then what they hold: else all columns of all rows around them are unpacked.
    """
    return f"""
        select * from {table} where rowid in (
            select rowid from {table} where record_id in (select record_id from {names}))"""
