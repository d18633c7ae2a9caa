"""The ledger of raw: which files were loaded, batch by batch, and which rows were refused.

raw.batch has one row a table and delivery, raw.batch_file the present hash of every file, raw.reject
every refused row. They are written in the transaction that loads the rows.
"""

from dataclasses import astuple, dataclass
from datetime import datetime

import duckdb

from warehouse.delivery import Delivery

_TABLES = """
create schema if not exists raw;
create table if not exists raw.batch (
    batch_id BIGINT not null, source VARCHAR not null, table_name VARCHAR not null, name VARCHAR not null,
    content_hash VARCHAR not null, cursor VARCHAR, rows BIGINT not null, rejects BIGINT not null,
    superseded BIGINT not null, inserted BIGINT not null, changed BIGINT not null, removed BIGINT not null,
    as_of TIMESTAMP not null, loaded_at TIMESTAMP not null, run_id VARCHAR not null
);
create table if not exists raw.batch_file (
    source VARCHAR not null, name VARCHAR not null, content_hash VARCHAR not null,
    loaded_at TIMESTAMP not null, run_id VARCHAR not null
);
create table if not exists raw.reject (
    source VARCHAR not null, table_name VARCHAR not null, batch_id BIGINT not null, row_no BIGINT not null,
    reason VARCHAR not null, row_hash VARCHAR not null, row JSON not null
);
"""


@dataclass(frozen=True)
class Stamp:
    """What every row of one load bears: who loaded it, when, and the time it is valid for."""

    run_id: str
    as_of: datetime
    loaded_at: datetime


@dataclass(frozen=True)
class Counts:
    """What became of the rows of one batch.

    rows were accepted (new, changed or already known), rejected broke a row rule, superseded were
    older than another row of their key. removed are keys that a snapshot no longer has.
    """

    rows: int = 0
    rejected: int = 0
    superseded: int = 0
    inserted: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def prepare_ledger(con: duckdb.DuckDBPyConnection) -> None:
    """Make the schema raw and the ledger's tables where they are absent."""
    con.execute(_TABLES)


def loaded_hashes(con: duckdb.DuckDBPyConnection, source: str) -> frozenset[str]:
    """Return the content hashes that need no loading: the present ones of the source's files.

    A file that went back to an earlier content is loaded again.
    """
    prepare_ledger(con)
    found = con.execute("select content_hash from raw.batch_file where source = ?", [source]).fetchall()
    return frozenset(row[0] for row in found)


def is_loaded(con: duckdb.DuckDBPyConnection, source: str, content_hash: str) -> bool:
    """Return whether a file of this content is loaded; for many files ask `loaded_hashes` once."""
    return content_hash in loaded_hashes(con, source)


def latest_cursor(con: duckdb.DuckDBPyConnection, source: str, table: str) -> str | None:
    """Return the cursor of the table's latest batch that had one."""
    prepare_ledger(con)
    found = con.execute(
        "select cursor from raw.batch where source = ? and table_name = ? and cursor is not null"
        " order by batch_id desc limit 1",
        [source, table],
    ).fetchone()
    return found[0] if found else None


def next_batch_id(con: duckdb.DuckDBPyConnection) -> int:
    """Return the id of the next batch; one writer, so no sequence (which would not roll back)."""
    found = con.execute("select coalesce(max(batch_id), 0) + 1 from raw.batch").fetchone()
    return int(found[0]) if found else 1


def record_batch(
    con: duckdb.DuckDBPyConnection,
    batch_id: int,
    source: str,
    table: str,
    delivery: Delivery,
    counts: Counts,
    stamp: Stamp,
) -> None:
    """Write the ledger row of one table of a delivery."""
    con.execute(
        "insert into raw.batch values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(batch_id, source, table, delivery.name, delivery.content_hash, delivery.cursor),
            *(
                counts.rows,
                counts.rejected,
                counts.superseded,
                counts.inserted,
                counts.changed,
                counts.removed,
            ),
            *(stamp.as_of, stamp.loaded_at, stamp.run_id),
        ],
    )


def record_files(con: duckdb.DuckDBPyConnection, source: str, delivery: Delivery, stamp: Stamp) -> None:
    """Write the present hash of every file of a delivery."""
    files = [{"name": name, "content_hash": content_hash} for name, content_hash in delivery.files]
    con.execute(
        "create or replace temp table delivered_file as"
        " select file.name as name, file.content_hash as content_hash"
        " from (select unnest(cast(? as struct(name varchar, content_hash varchar)[])) as file)",
        [files],
    )
    con.execute("delete from raw.batch_file where source = ? and name in (select name from delivered_file)", [source])
    con.execute(
        "insert into raw.batch_file select distinct ?, name, content_hash, cast(? as timestamp), ? from delivered_file",
        [source, stamp.loaded_at, stamp.run_id],
    )
    con.execute("drop table delivered_file")
