"""The funnel of an export, in the words of the files."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from connectors.channels.audience import FunnelStep as FunnelRow
from segments.funnel import FunnelStep, Reason
from segments.gate import GateResult
from warehouse.yamlfile import read_yaml


@dataclass(frozen=True)
class Funnel:
    """Customers left after each step, and why the others stopped."""

    steps: tuple[FunnelStep, ...]
    reasons: tuple[Reason, ...]

    def reasons_at(self, step: FunnelStep) -> list[Reason]:
        return [reason for reason in self.reasons if reason.step == step.step]


def export_funnel(decision: GateResult, rows: int) -> Funnel:
    """Return the gate's funnel with the rows that really left as its last step."""
    cut = decision.eligible - rows
    limited = (Reason("exported", "limit", cut),) if cut else ()
    return Funnel((*decision.funnel[:-1], FunnelStep("exported", rows)), (*decision.reasons, *limited))


def funnel_rows(funnel: Funnel, language: str) -> list[FunnelRow]:
    """Return the steps in words, with how many each took out and why, most frequent reason first."""
    before = [funnel.steps[0], *funnel.steps]
    return [
        FunnelRow(
            step=_word("steps", step.step, language),
            customers=step.customers,
            removed=last.customers - step.customers,
            why="; ".join(
                f"{reason.customers} {_word('reasons', reason.code, language)}" for reason in funnel.reasons_at(step)
            ),
        )
        for last, step in zip(before, funnel.steps, strict=False)
    ]


def _word(theme: str, code: str, language: str) -> str:
    known = _words()[theme].get(code)
    return str(known[language]) if known else code


@cache
def _words() -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(Path(__file__).parent / "funnel_words.yaml")
    return content
