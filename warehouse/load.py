"""Loading: the deliveries of one source into raw, in one transaction.

Typing, row rules, batch rules, merge, cursor and ledger are committed together, so a batch is loaded
once, whatever is killed when. A source that fails keeps its last good data.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from warehouse.batch import drop_batch, drop_older_duplicates, read_batch, send_rejects
from warehouse.batch_rules import BatchFacts
from warehouse.contract import Contract
from warehouse.delivery import Delivery, Rows
from warehouse.errors import WarehouseError
from warehouse.ledger import (
    Counts,
    Stamp,
    loaded_hashes,
    next_batch_id,
    prepare_ledger,
    record_batch,
    record_files,
)
from warehouse.merge import count_removed, merge
from warehouse.quality import CheckResult, require_passed, validate
from warehouse.quoting import identifier
from warehouse.raw_table import agree_on_columns, raw_name, retype

Validate = Callable[[duckdb.DuckDBPyConnection, Contract, BatchFacts], list[CheckResult]]


@dataclass(frozen=True)
class LoadResult:
    """What one load of a source did. `tables` has the counts of the new batches of each table."""

    source: str
    tables: dict[str, Counts]
    batches: int
    skipped: int
    checks: tuple[CheckResult, ...]

    @property
    def rows(self) -> int:
        return sum(counts.rows for counts in self.tables.values())

    @property
    def rejected(self) -> int:
        return sum(counts.rejected for counts in self.tables.values())


def load(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    deliveries: Iterable[Delivery],
    *,
    as_of: datetime,
    run_id: str,
    default_timezone: str = "UTC",
    validate: Validate | None = validate,
) -> LoadResult:
    """Load what is new of a source's deliveries, in the order given, and return what was done.

    A delivery all of whose files are loaded already is skipped. `validate=None` leaves out the batch
    rules. Raises WarehouseError, or ContractBroken with the checks, and then nothing was written.
    """
    stamp = Stamp(run_id, as_of, datetime.now(UTC).replace(tzinfo=None))
    job = _Job(con, contract, stamp, contract.timezone or default_timezone, validate)
    with _transaction(con, contract.name):
        prepare_ledger(con)
        for name in contract.tables:
            retype(con, contract, name, job.zone)
        return _load_each(job, deliveries)


@dataclass(frozen=True)
class _Job:
    """What all batches of one load share."""

    con: duckdb.DuckDBPyConnection
    contract: Contract
    stamp: Stamp
    zone: str
    validate: Validate | None


def _load_each(job: _Job, deliveries: Iterable[Delivery]) -> LoadResult:
    tables: dict[str, Counts] = {}
    checks: list[CheckResult] = []
    batches = skipped = 0
    loaded = loaded_hashes(job.con, job.contract.name)
    for delivery in deliveries:
        if all(content_hash in loaded for _, content_hash in delivery.files):
            skipped += 1
            continue
        for name, rows in delivery.tables.items():
            counts = _load_batch(job, delivery, name, rows, checks)
            tables[name] = tables.get(name, Counts()) + counts
            batches += 1
        record_files(job.con, job.contract.name, delivery, job.stamp)
        loaded = loaded_hashes(job.con, job.contract.name)
    return LoadResult(job.contract.name, tables, batches, skipped, tuple(checks))


def _load_batch(job: _Job, delivery: Delivery, name: str, rows: Rows, checks: list[CheckResult]) -> Counts:
    """Load one table of a delivery, adding the results of its batch rules to `checks`."""
    con, contract = job.con, job.contract
    if name not in contract.tables:
        raise WarehouseError(
            f"{contract.name}: {delivery.name} holds table {name}, which the source does not declare."
            " Add it to `tables`."
        )
    table, target = contract.tables[name], f"raw.{identifier(raw_name(contract.name, name))}"
    batch_id = next_batch_id(con)
    columns = agree_on_columns(con, contract, name, rows.schema, delivery.open_schema)
    read_batch(con, contract, name, rows, columns, job.zone)
    rejected = send_rejects(con, contract, name, batch_id)
    doubled = drop_older_duplicates(con, table)
    removed, stored = count_removed(con, target, table) if table.delivery == "snapshot" else (0, 0)
    left = con.sql("select count(*) from batch").fetchall()[0][0]
    facts = BatchFacts(name, delivery.name, job.stamp.as_of, left, rejected, removed, stored)
    checks += job.validate(con, contract, facts) if job.validate else []
    require_passed(checks)
    merged = merge(con, target, table, columns, batch_id, contract.name, job.stamp)
    drop_batch(con)
    superseded = doubled + merged.older
    counts = Counts(left - merged.older, rejected, superseded, merged.inserted, merged.changed, merged.removed)
    record_batch(con, batch_id, contract.name, name, delivery, counts, job.stamp)
    return counts


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection, source: str) -> Iterator[None]:
    """Commit at the end, roll back on any error or interrupt; DuckDB's own errors become one plain line."""
    con.begin()
    done = False
    try:
        yield
        con.commit()
        done = True
    except duckdb.Error as error:
        raise WarehouseError(_plain(source, error)) from None
    finally:
        if not done:
            con.rollback()


def _plain(source: str, error: duckdb.Error) -> str:
    """One line on an error of DuckDB's; its own words only where they cannot hold a value."""
    if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
        return f"{source}: {str(error).splitlines()[0]}"
    return f"{source}: the delivery could not be read to its end ({type(error).__name__}). Check the file."
