"""Building models: each table in one transaction, with its checks and its fingerprint."""

from dataclasses import dataclass, field
from datetime import datetime

import duckdb
from sqlglot import exp

from warehouse import fingerprint
from warehouse.db import transaction
from warehouse.errors import WarehouseError
from warehouse.models import Model


@dataclass(frozen=True)
class CheckResult:
    """One check of a table; `failing` counts the rows that break it."""

    name: str
    failing: int

    @property
    def passed(self) -> bool:
        return self.failing == 0


class ChecksFailed(WarehouseError):
    """A table whose new rows break a check of its model; `checks` holds every check's result."""

    def __init__(self, table: str, checks: list[CheckResult]) -> None:
        self.checks = checks
        broken = next(c for c in checks if not c.passed)
        super().__init__(
            f"{table}: {broken.failing} rows break the check “{broken.name}”. "
            "The table was left as it was; look at its inputs."
        )


@dataclass(frozen=True)
class BuildResult:
    """What building one table did. `skipped`: its inputs were unchanged, nothing was written."""

    table: str
    rows: int
    skipped: bool = False
    checks: list[CheckResult] = field(default_factory=list)


@dataclass(frozen=True)
class Parameters:
    """The values behind `$as_of`, `$base_currency`, `$timezone` and `$country` in models."""

    as_of: datetime
    base_currency: str = "EUR"
    timezone: str = "Europe/Berlin"
    country: str = "DE"

    def literals(self) -> dict[str, exp.Expression]:
        return {
            "as_of": exp.cast(exp.Literal.string(self.as_of.isoformat(" ")), "TIMESTAMP"),
            "base_currency": exp.Literal.string(self.base_currency),
            "timezone": exp.Literal.string(self.timezone),
            "country": exp.Literal.string(self.country),
        }


def build(con: duckdb.DuckDBPyConnection, model: Model, parameters: Parameters) -> BuildResult:
    """Write the model's table and run its checks, unless its inputs are unchanged.

    The database `serve` must be attached. Raises ChecksFailed when a check fails; the table then stays
    as it was.
    """
    literals = parameters.literals()
    sql = model.sql({name: literals[name] for name in model.parameters})
    wanted = fingerprint.digest([sql, *fingerprint.read(con, model.inputs)])
    if fingerprint.read(con, [model.table]) == [wanted]:
        return BuildResult(model.table, _count(con, model.table), skipped=True)
    if model.schema != "serve":
        con.execute(f"create schema if not exists {model.schema}")
    with transaction(con):
        _write(con, model, sql)
        checks = run_checks(con, model, model.table)
        if not all(c.passed for c in checks):
            raise ChecksFailed(model.table, checks)
        fingerprint.record(con, model.table, wanted)
    return BuildResult(model.table, _count(con, model.table), checks=checks)


def run_checks(con: duckdb.DuckDBPyConnection, model: Model, table: str) -> list[CheckResult]:
    """The grain is a key (unique, not null), and every `check` holds in every row of `table`."""
    grain = ", ".join(model.grain)
    unknown = " or ".join(f"{c} is null" for c in model.grain)
    doubled = f"count(*) - count(distinct ({grain})) + count(*) filter ({unknown})"
    breaking = [f"count(*) filter (not coalesce(({check}), false))" for check in model.checks]
    failing = con.execute(f"select {', '.join([doubled, *breaking])} from {table}").fetchall()[0]
    return [CheckResult(name, int(count)) for name, count in zip(model.all_checks, failing, strict=True)]


def _write(con: duckdb.DuckDBPyConnection, model: Model, sql: str) -> None:
    if model.append_key is None:
        con.execute(f"create or replace table {model.table} as {sql}")
        return
    # The query may read the table itself (what is known already), so it must be there, empty, at first.
    columns = ", ".join(f'"{c.name}"' for c in model.columns)
    con.execute(
        f"insert into {model.table} ({columns}) select {columns} from ({sql}) as new "
        f"where new.{model.append_key} not in (select {model.append_key} from {model.table})"
    )


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return _scalar(con, f"select count(*) from {table}")


def _scalar(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
