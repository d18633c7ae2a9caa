"""The batch into its raw table, by the table's kind of delivery.

snapshot: the batch is the whole table; a key it lacks is marked `_deleted_at`. changes: rows that are
new or differ. events: new keys only, a known key is never changed. A row that is already there as
sent is left alone, so `_batch_id` and `_loaded_at` say when this version of the row came.
"""

from dataclasses import dataclass

import duckdb

from warehouse.contract import Table
from warehouse.ledger import Stamp
from warehouse.quoting import column_list, identifier

_COMPARE = """
create temp table compared as
select
    batch._row_no as _row_no,
    case
        when stored._batch_id is null then 'new'
        when {events} then 'known'
        when stored._deleted_at is not null then 'changed'
        when {older} then 'older'
        when {differs} then 'changed'
        else 'known'
    end as status
from batch left join {target} as stored on {same_key}
"""


@dataclass(frozen=True)
class Merged:
    inserted: int
    changed: int
    older: int
    removed: int


def merge(
    con: duckdb.DuckDBPyConnection,
    target: str,
    table: Table,
    columns: list[str],
    batch_id: int,
    source: str,
    stamp: Stamp,
) -> Merged:
    """Write the temporary table `batch` into `target` and return what changed."""
    removed = _mark_removed(con, target, table, stamp) if table.delivery == "snapshot" else 0
    _compare(con, target, table, columns)
    counts = dict(con.sql("select status, count(*) from compared group by status").fetchall())
    if counts.get("changed"):
        _delete_changed(con, target, table)
    if counts.get("new") or counts.get("changed"):
        con.execute(
            f"insert into {target} by name select {column_list(columns)}, ? as _source, ? as _batch_id,"
            " cast(? as timestamp) as _loaded_at, cast(null as timestamp) as _deleted_at"
            " from batch where _row_no in (select _row_no from compared where status in ('new', 'changed'))",
            [source, batch_id, stamp.loaded_at],
        )
    con.execute("drop table compared")
    return Merged(counts.get("new", 0), counts.get("changed", 0), counts.get("older", 0), removed)


def count_removed(con: duckdb.DuckDBPyConnection, target: str, table: Table) -> tuple[int, int]:
    """Return how many keys of `target` the snapshot in `batch` lacks, and how many there are."""
    found = con.sql(
        f"select count(*) filter (where {_is_gone(table)}), count(*) from {target} as stored"
        " where stored._deleted_at is null"
    ).fetchall()
    return int(found[0][0]), int(found[0][1])


def _mark_removed(con: duckdb.DuckDBPyConnection, target: str, table: Table, stamp: Stamp) -> int:
    return int(
        con.execute(
            f"update {target} as stored set _deleted_at = cast(? as timestamp)"
            f" where stored._deleted_at is null and {_is_gone(table)}",
            [stamp.as_of],
        ).fetchall()[0][0]
    )


def _is_gone(table: Table) -> str:
    """A key in neither the good nor the rejected rows: a row that turned bad keeps its last good values.

    A rejected row whose key could not be read may be anybody's, so beside one no key counts as gone.
    """
    unread = " or ".join(f"{identifier(c)} is null" for c in table.key)
    known = [f"not exists (select 1 from {name} where {_same_key(table, name)})" for name in ("batch", "rejected_key")]
    return " and ".join([*known, f"not exists (select 1 from rejected_key where {unread})"])


def _compare(con: duckdb.DuckDBPyConnection, target: str, table: Table, columns: list[str]) -> None:
    compared = [f"batch.{identifier(c)} is distinct from stored.{identifier(c)}" for c in columns if c not in table.key]
    con.execute(
        _COMPARE.format(
            target=target,
            events="true" if table.delivery == "events" else "false",
            older=_is_older(table.version),
            differs=" or ".join(compared) or "false",
            same_key=_same_key(table, "batch"),
        )
    )


def _is_older(version: str | None) -> str:
    if version is None:
        return "false"
    new, old = f"batch.{identifier(version)}", f"stored.{identifier(version)}"
    return f"{old} is not null and ({new} is null or {new} < {old})"


def _same_key(table: Table, name: str) -> str:
    return " and ".join(f"{name}.{identifier(c)} = stored.{identifier(c)}" for c in table.key)


def _delete_changed(con: duckdb.DuckDBPyConnection, target: str, table: Table) -> None:
    con.execute(
        f"delete from {target} as stored using batch inner join compared using (_row_no)"
        f" where compared.status = 'changed' and {_same_key(table, 'batch')}"
    )
