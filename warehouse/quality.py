"""Batch rules checked by Great Expectations on a new batch, before it is merged.

Imported only when there is a new batch, because Great Expectations takes seconds to import. It sees
numbers, hashes and flags, and of its results only counts are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from warehouse.batch_rules import BatchFacts, Rule, facts_sql, observed, rules, values_sql
from warehouse.contract import Contract
from warehouse.errors import WarehouseError
from warehouse.expectations import great_expectations

if TYPE_CHECKING:
    import pandas as pd

_COUNTS = ("observed_value", "element_count", "unexpected_count", "unexpected_percent", "missing_count")


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one rule on one batch, in words and as Great Expectations' terms (for Data Docs).

    Holds counts and shares, never a value.
    """

    source: str
    table: str
    delivery: str
    name: str
    passed: bool
    severity: Literal["stop", "warn"]
    expected: str
    observed: str
    expectation: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)


class ContractBroken(WarehouseError):
    """A batch broke a rule of its source's contract; `checks` has every result of that load."""

    def __init__(self, message: str, checks: tuple[CheckResult, ...]) -> None:
        super().__init__(message)
        self.checks = checks


def validate(con: duckdb.DuckDBPyConnection, contract: Contract, facts: BatchFacts) -> list[CheckResult]:
    """Return the result of every batch rule of the table on the temporary table `batch`."""
    table = contract.tables[facts.table]
    frames = {"values": _frame(con, values_sql(table)), "facts": _frame(con, facts_sql(table, facts))}
    wanted = rules(table)
    outcomes: dict[str, Any] = {}
    for name, frame in frames.items():
        outcomes |= _validate(f"{contract.name}.{facts.table}", frame, [r for r in wanted if r.frame == name])
    return [_result(contract, facts, rule, outcomes[rule.name]) for rule in wanted]


def require_passed(checks: Sequence[CheckResult]) -> None:
    """Raise ContractBroken when a blocking rule failed."""
    failed = [check for check in checks if not check.passed and check.severity == "stop"]
    if failed:
        first, more = failed[0], f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        raise ContractBroken(
            f"{first.source}.{first.table}: {first.delivery}: {first.name}: found {first.observed}, expected"
            f" {first.expected}{more}. Ask the silo for a new delivery, or correct the rule under `expect`.",
            tuple(checks),
        )


def _frame(con: duckdb.DuckDBPyConnection, sql: str) -> "pd.DataFrame":
    """The rows as a data frame whose whole numbers stay whole where some are missing."""
    import pandas as pd
    import pyarrow as pa

    whole = {pa.int64(): pd.Int64Dtype(), pa.int8(): pd.Int8Dtype()}
    return con.sql(sql).to_arrow_table().to_pandas(types_mapper=whole.get)


def _validate(suite_name: str, frame: "pd.DataFrame", wanted: Sequence[Rule]) -> dict[str, Any]:
    """Great Expectations' result for each rule by its name; they come back in another order."""
    gx = great_expectations()
    expectations = [
        getattr(gx.expectations, rule.expectation)(**rule.arguments, meta={"rule": rule.name}) for rule in wanted
    ]
    suite = gx.ExpectationSuite(suite_name, expectations=expectations)
    only_counts = {"result_format": "BASIC", "partial_unexpected_count": 0}
    results = _batches().get_batch({"dataframe": frame}).validate(suite, result_format=only_counts).results
    return {result.expectation_config.meta["rule"]: result for result in results}


def _result(contract: Contract, facts: BatchFacts, rule: Rule, outcome: Any) -> CheckResult:
    found = outcome.result or {}
    counts = {name: _plain(found[name]) for name in _COUNTS if name in found}
    return CheckResult(
        source=contract.name,
        table=facts.table,
        delivery=facts.delivery,
        name=rule.name,
        passed=bool(outcome.success),
        severity=rule.severity,
        expected=rule.expected,
        observed=observed(rule, counts),
        expectation=outcome.expectation_config.type,
        arguments=dict(rule.arguments),
        counts=counts,
    )


def _plain(count: Any) -> Any:
    """Python's own number for numpy's."""
    return count.item() if hasattr(count, "item") else count


@cache
def _batches() -> Any:
    """Where frames are handed to Great Expectations: one context a process, on no disk, telling nobody."""
    gx = great_expectations()
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    quiet = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(project_config=quiet, mode="ephemeral")
    frames = context.data_sources.add_pandas("raw").add_dataframe_asset("batch")
    return frames.add_batch_definition_whole_dataframe("new")
