"""What a run stored about pairs of records: for and against, with the weights that it counted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from identity.tables import records

UNKNOWN = "not known of both"


@dataclass(frozen=True)
class Finding:
    """One comparison of a pair in words, with the weight it counted (log2 odds; 0 where nothing is known)."""

    comparison: str
    words: str
    match_weight: float


@dataclass(frozen=True)
class Evidence:
    """What the model made of a pair; findings from the strongest down. No weight where a person or rule decided."""

    match_weight: float | None
    match_probability: float | None
    needed_weight: float | None
    findings: list[Finding]

    @property
    def prior_weight(self) -> float:
        """What counted before anything was compared: how rare it is that two records are one person."""
        return round((self.match_weight or 0) - sum(f.match_weight for f in self.findings), 4)


@dataclass(frozen=True)
class Link:
    """A pair that was joined, by the model, by a judgement or by a rule for companies."""

    record_id_l: str
    record_id_r: str
    origin: str
    reason: str
    evidence: Evidence


@dataclass(frozen=True)
class NearLink:
    """A pair that nothing joined directly; `kept_apart_by` is its weight, a rule, the guard or a person."""

    record_id_l: str
    record_id_r: str
    customer_id_l: int
    customer_id_r: int
    kept_apart_by: str
    reason: str
    evidence: Evidence


@dataclass(frozen=True)
class Judgement:
    """What a person said about two records. `is_applied` is false while it contradicts other judgements."""

    record_id_l: str
    record_id_r: str
    customer_id_l: int
    customer_id_r: int
    verdict: str
    is_applied: bool
    judged_by: str | None
    judged_at: datetime
    reason: str | None


def links_of(con: duckdb.DuckDBPyConnection, customer_id: int) -> list[Link]:
    """Return the links between the customer's records, strongest first; a person's and a rule's before all."""
    rows = records(
        con,
        """select * from serve.customer_link where customer_id = ?
        order by case when origin = 'model' then 1 else 0 end, match_weight desc, record_id_l, record_id_r""",
        [customer_id],
    )
    return [_link(row) for row in rows]


def link_between(con: duckdb.DuckDBPyConnection, record_l: str, record_r: str) -> Link | None:
    """Return the link of two records, the smaller named first."""
    rows = records(con, f"select * from serve.customer_link where {_PAIR}", [record_l, record_r])
    return _link(rows[0]) if rows else None


def near_links_of(con: duckdb.DuckDBPyConnection, customer_id: int) -> list[NearLink]:
    """Return what was kept apart from the customer, strongest first, a person's verdicts before all.

    Pairs of the customer's own records that others join are left out."""
    rows = records(
        con,
        """select * from serve.customer_near_link
        where customer_id_l <> customer_id_r and (customer_id_l = ? or customer_id_r = ?)
        order by
            case when kept_apart_by = 'person' then 0 else 1 end,
            match_weight desc nulls last, record_id_l, record_id_r""",
        [customer_id, customer_id],
    )
    return [_near_link(row) for row in rows]


def near_link_between(con: duckdb.DuckDBPyConnection, record_l: str, record_r: str) -> NearLink | None:
    """Return what kept two records apart, if it is stored; the smaller record named first."""
    rows = records(con, f"select * from serve.customer_near_link where {_PAIR}", [record_l, record_r])
    return _near_link(rows[0]) if rows else None


def judgements_of(con: duckdb.DuckDBPyConnection, customer_id: int) -> list[Judgement]:
    """Return what people said about the customer's records, latest first."""
    rows = records(
        con,
        """select * from serve.customer_judgement where customer_id_l = ? or customer_id_r = ?
        order by judged_at desc, record_id_l, record_id_r""",
        [customer_id, customer_id],
    )
    return [Judgement(**row) for row in rows]


_PAIR = "record_id_l = ? and record_id_r = ?"


def _link(row: dict[str, Any]) -> Link:
    evidence = _evidence(row)
    reason = row["reason"] or in_words(evidence.findings)
    return Link(row["record_id_l"], row["record_id_r"], row["origin"], reason, evidence)


def _near_link(row: dict[str, Any]) -> NearLink:
    named = ("record_id_l", "record_id_r", "customer_id_l", "customer_id_r", "kept_apart_by", "reason")
    return NearLink(**{name: row[name] for name in named}, evidence=_evidence(row))


def _evidence(row: dict[str, Any]) -> Evidence:
    """The comparisons are those of the run that wrote the row, whatever they are now."""
    names = [column.removeprefix("words_") for column in row if column.startswith("words_")]
    findings = [Finding(n, row[f"words_{n}"] or UNKNOWN, round(row[f"weight_{n}"] or 0.0, 4)) for n in names]
    scored = row["match_weight"] is not None
    return Evidence(
        row["match_weight"],
        row["match_probability"],
        row["needed_weight"] if scored else None,
        strongest_first(findings) if scored else [],
    )


def strongest_first(findings: list[Finding]) -> list[Finding]:
    """Return the findings from the strongest down, for or against."""
    return sorted(findings, key=lambda f: (-abs(f.match_weight), f.words == UNKNOWN))


def in_words(findings: list[Finding]) -> str:
    """Return what counted in one line: `same e-mail address (+15.8); different given names (−2.1)`."""
    known = [f for f in findings if f.words != UNKNOWN]
    return "; ".join(f"{f.words} ({'−' if f.match_weight < 0 else '+'}{abs(f.match_weight):.1f})" for f in known)
