"""Batch rules: what a new batch as a whole must keep, from a table's `expect`.

Nothing here imports Great Expectations. Two small frames are checked: `values`, the accepted rows with
only what the rules need (numbers, hashes, flags; never a text), and `facts`, one row about the batch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from warehouse.contract import BatchRule, Table
from warehouse.quoting import identifier, literal

REJECTED, REMOVED, AGE = "share of rejected rows", "share of removed keys", "age of the newest row in hours"
_HOURS = {"h": 1, "d": 24}


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
class Rule:
    """One expectation: its type and arguments, and the same in plain words."""

    name: str
    frame: Literal["values", "facts"]
    expectation: str
    arguments: Mapping[str, Any]
    expected: str
    severity: Literal["stop", "warn"]


def rules(table: Table) -> list[Rule]:
    """Return the batch rules of a table, in the order of `expect`. A snapshot has a row at least."""
    expect = table.expect
    found = [_rows(table), *(_unique(table, name) for name in expect.unique)]
    found += [_between(table, name, *bounds) for name, bounds in expect.between.items()]
    found += [_missing(table, name, share) for name, share in expect.max_missing_share.items()]
    if expect.fresh_within:
        hours = int(expect.fresh_within[:-1]) * _HOURS[expect.fresh_within[-1]]
        found.append(_at_most(table, "fresh_within", AGE, hours, f"at most {expect.fresh_within} old"))
    share = expect.max_reject_share
    found.append(_at_most(table, "max_reject_share", REJECTED, share, f"at most {share:.1%} of the rows"))
    if table.delivery == "snapshot":
        share = expect.max_removed_share
        found.append(_at_most(table, "max_removed_share", REMOVED, share, f"at most {share:.1%} of the keys"))
    return [_columns(table), *found]


def values_sql(table: Table) -> str:
    """Return the SELECT of the frame `values` from `batch`: a number, a hash or a flag for each column."""
    expect = table.expect
    columns = []
    for name in dict.fromkeys([*table.promised_columns, *expect.batch_rule_columns()]):
        column = identifier(name)
        if name in expect.between:
            value = f"cast({column} as double)"
        elif name in expect.unique:
            value = f"case when {column} is not null then cast(hash({column}) >> 1 as bigint) end"
        else:
            value = f"case when {column} is not null then cast(1 as tinyint) end"
        columns.append(f"{value} as {column}")
    return f"select {', '.join(columns)} from batch"


def facts_sql(table: Table, facts: BatchFacts) -> str:
    """Return the SELECT of the one row `facts`. How old an empty batch is, `rows` decides."""
    columns = {
        REJECTED: f"cast({_share(facts.rejected, facts.rejected + facts.rows)} as double)",
        REMOVED: f"cast({_share(facts.removed, facts.stored)} as double)",
    }
    if table.expect.fresh_within:
        newest = f"(select cast(max({identifier(table.expect.fresh_column or '')}) as timestamp) from batch)"
        age = f"date_diff('minute', {newest}, cast({literal(facts.as_of.isoformat(' '))} as timestamp))"
        columns[AGE] = f"cast({age} as double) / 60" if facts.rows else "cast(0 as double)"
    return f"select {', '.join(f'{value} as {identifier(name)}' for name, value in columns.items())}"


def observed(rule: Rule, result: Mapping[str, Any]) -> str:
    """Return what was found, in plain words: counts and shares only."""
    if "unexpected_count" in result:
        share = result["unexpected_count"] / max(result.get("element_count", 0), 1)
        noun = {"unique": "repeated", "between": "outside", "max_missing_share": "missing"}
        return f"{result['unexpected_count']:,} values ({share:.1%}) {noun[rule.name.split()[0]]}"
    value = result.get("observed_value")
    if not isinstance(value, int | float):
        return "nothing to measure" if value is None else "what was promised"
    if rule.name == "rows":
        return f"{value:,} rows"
    return f"{value:.1f} h" if rule.name == "fresh_within" else f"{value:.1%}"


def _rows(table: Table) -> Rule:
    least, most = table.expect.rows or (1 if table.delivery == "snapshot" else 0, None)
    words = f"{least:,} to {most:,} rows" if most is not None else f"{least:,} or more rows"
    arguments = {"min_value": least, "max_value": most}
    return Rule("rows", "values", "ExpectTableRowCountToBeBetween", arguments, words, _severity(table, "rows"))


def _columns(table: Table) -> Rule:
    arguments = {"column_set": table.promised_columns, "exact_match": False}
    words = f"{len(table.promised_columns)} promised columns"
    return Rule("columns", "values", "ExpectTableColumnsToMatchSet", arguments, words, "stop")


def _unique(table: Table, name: str) -> Rule:
    severity = _severity(table, "unique")
    words = "no value twice"
    return Rule(f"unique {name}", "values", "ExpectColumnValuesToBeUnique", {"column": name}, words, severity)


def _between(table: Table, name: str, low: float, high: float) -> Rule:
    return Rule(
        f"between {name}",
        "values",
        "ExpectColumnValuesToBeBetween",
        {"column": name, "min_value": low, "max_value": high},
        f"{low:g} to {high:g}",
        _severity(table, "between"),
    )


def _missing(table: Table, name: str, share: float) -> Rule:
    return Rule(
        f"max_missing_share {name}",
        "values",
        "ExpectColumnValuesToNotBeNull",
        {"column": name, "mostly": 1 - share},
        f"at most {share:.1%} missing",
        _severity(table, "max_missing_share"),
    )


def _at_most(table: Table, name: BatchRule, fact: str, most: float, words: str) -> Rule:
    arguments = {"column": fact, "max_value": most}
    return Rule(name, "facts", "ExpectColumnMaxToBeBetween", arguments, words, _severity(table, name))


def _severity(table: Table, rule: BatchRule) -> Literal["stop", "warn"]:
    return "warn" if rule in table.expect.warn else "stop"


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
