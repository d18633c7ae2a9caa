"""The funnel: how many customers of a segment are left after each step of the gate."""

from dataclasses import dataclass

import duckdb

# What has to hold, in order. A customer's `step_no` in gate_decision is the step that failed; 7 is eligible.
STEPS = (
    "in_segment",
    "reachable",
    "legal_basis",
    "not_suppressed",
    "not_restricted",
    "deduplicated",
    "not_capped",
    "eligible",
    "exported",
)
ELIGIBLE = 7


@dataclass(frozen=True)
class FunnelStep:
    """Customers left after a step."""

    step: str
    customers: int


@dataclass(frozen=True)
class Reason:
    """Customers who stopped at a step for one reason: `code` is a key of reasons.yaml."""

    step: str
    code: str
    customers: int


def funnel(con: duckdb.DuckDBPyConnection) -> tuple[FunnelStep, ...]:
    """Return the steps of the decision just made, from gate_decision."""
    counted = dict(con.execute("select step_no, count(*) from gate_decision group by step_no").fetchall())
    left = [sum(n for step_no, n in counted.items() if step_no > passed) for passed in range(ELIGIBLE)]
    return tuple(FunnelStep(step, n) for step, n in zip(STEPS, [*left, left[-1], left[-1]], strict=True))


def reasons(con: duckdb.DuckDBPyConnection) -> tuple[Reason, ...]:
    """Return why customers stopped, most frequent first; the eligible are not among them."""
    rows = con.execute(
        "select step_no, code, count(*) from gate_decision where step_no < ? group by step_no, code "
        "order by count(*) desc, code",
        [ELIGIBLE],
    ).fetchall()
    return tuple(Reason(STEPS[step_no], code, n) for step_no, code, n in rows)
