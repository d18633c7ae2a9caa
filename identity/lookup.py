"""Whose id a record had at any time, and who an old id is today."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from identity.errors import IdentityError


@dataclass(frozen=True)
class TodaysId:
    """A customer of today that an id leads to, and how many of the records that bore the id it has."""

    customer_id: int
    records: int


@dataclass(frozen=True)
class RecordId:
    """A record's customer since a time; null from when the record was gone."""

    since_at: datetime
    customer_id: int | None


@dataclass(frozen=True)
class RecordReasons:
    """Whose record it is and was; `at` and `customer_id_at` when an instant was asked for."""

    record_id: str
    customer_id: int | None
    at: datetime | None
    customer_id_at: int | None
    ids: list[RecordId]


@dataclass(frozen=True)
class IdAt:
    """The records that a customer id had at an instant, and whom they belong to today."""

    customer_id: int
    at: datetime
    records: list[str]
    today: list[TodaysId]


# `number` counts the runs that gave ids: their order, also where two runs have the same time.
_HELD = """
    select record_id, customer_id, row_number() over (partition by record_id order by number desc) as age
    from serve.customer_record_history
    where since_at <= $at"""


def customer_id_at(con: duckdb.DuckDBPyConnection, record_id: str, at: datetime) -> int | None:
    """Return the customer that a record belonged to at an instant (UTC); None before it came and after it went."""
    query = f"select customer_id from ({_HELD}) as h where record_id = $record_id and age = 1"
    found = con.execute(query, {"record_id": record_id, "at": at}).fetchall()
    return found[0][0] if found else None


def ids_of_record(con: duckdb.DuckDBPyConnection, record_id: str) -> list[RecordId]:
    """Return the ids that a record had, one after the other. Raises IdentityError for a record never seen."""
    query = "select since_at, customer_id from serve.customer_record_history where record_id = ? order by number"
    found = con.execute(query, [record_id]).fetchall()
    if not found:
        raise IdentityError(
            f"record {record_id}: never seen. Take one from serve.customer_record, like shop:0123456789abcdef."
        )
    return [RecordId(*row) for row in found]


def why_record(con: duckdb.DuckDBPyConnection, record_id: str, at: datetime | None = None) -> RecordReasons:
    """Return the ids of a record. Raises IdentityError for a record never seen."""
    ids = ids_of_record(con, record_id)
    then = None if at is None else customer_id_at(con, record_id, at)
    return RecordReasons(record_id, ids[-1].customer_id, at, then, ids)


def who_was(con: duckdb.DuckDBPyConnection, customer_id: int, at: datetime) -> IdAt:
    """Return the records that bore an id at an instant (UTC), and whose they are today."""
    return IdAt(customer_id, at, records_of_id(con, customer_id, at), current_ids(con, customer_id, at))


def records_of_id(con: duckdb.DuckDBPyConnection, customer_id: int, at: datetime | None = None) -> list[str]:
    """Return the records that bore an id at an instant (UTC), or ever."""
    held = "select record_id, customer_id, 1 as age from serve.customer_record_history" if at is None else _HELD
    query = f"select distinct record_id from ({held}) as h where customer_id = $id and age = 1 order by record_id"
    found = con.execute(query, {"id": customer_id} | ({} if at is None else {"at": at})).fetchall()
    return [record_id for (record_id,) in found]


def current_ids(con: duckdb.DuckDBPyConnection, customer_id: int, at: datetime | None = None) -> list[TodaysId]:
    """Return whom an id leads to today: the customers that have the records which bore it at `at`, or ever.

    The customer that bears the id now comes first, then who has most of the records. After a split there are
    several. Where all the records are gone, but the customer had been merged, those that it was merged into;
    none when nobody is left.
    """
    seen: set[int] = set()
    wanted: int | None = customer_id
    while wanted is not None and wanted not in seen:
        if found := _bearers(con, wanted, at):
            return found
        seen.add(wanted)
        wanted = _merged_into(con, wanted)
    return []


def _bearers(con: duckdb.DuckDBPyConnection, customer_id: int, at: datetime | None) -> list[TodaysId]:
    found = con.execute(
        """
        select c.customer_id, count(*)
        from serve.customer_record as c
        where list_contains($records, c.record_id)
        group by c.customer_id
        order by case when c.customer_id = $id then 0 else 1 end, count(*) desc, c.customer_id""",
        {"records": records_of_id(con, customer_id, at), "id": customer_id},
    ).fetchall()
    return [TodaysId(*row) for row in found]


def _merged_into(con: duckdb.DuckDBPyConnection, customer_id: int) -> int | None:
    """The customer that an id went into last. Within a run an id has one event that ends it."""
    found = con.execute(
        """
        select other_customer_id from serve.customer_id_history
        where customer_id = ? and event = 'merged'
        order by happened_at desc, run_id desc limit 1""",
        [customer_id],
    ).fetchall()
    return found[0][0] if found else None
