"""From which weight two records are linked, and how many mistakes of either kind that means."""

from dataclasses import dataclass

import duckdb

from identity.errors import IdentityError

MATCH_WEIGHT = 3.5
"""Odds of 11 to 1 that the two are one person: a wrong merge costs more than a customer seen twice."""

_STEP = 0.5
_LOWEST, _HIGHEST = -6.0, 25.0
# Of the pairs that people judged and the threshold links, this share must be the same person.
_PRECISION = 0.985


@dataclass(frozen=True)
class Threshold:
    """Pairs that would be linked from this weight, and how many of them, and of the others, would be mistakes.

    The expected numbers take the probabilities of the model at their word.
    """

    match_weight: float
    links: int
    expected_wrong: float
    expected_missed: float


def threshold_curve(con: duckdb.DuckDBPyConnection, match_weight: float) -> tuple[Threshold, ...]:
    """Return a row for each half weight, and for `match_weight`, over temp table scored_pair without the vetoed."""
    steps = [_LOWEST + _STEP * number for number in range(round((_HIGHEST - _LOWEST) / _STEP) + 1)]
    wanted = ", ".join(f"({step!r}::double)" for step in sorted({*steps, match_weight}))
    rows = con.execute(f"""
        with chance as (
            select match_weight, cast(1 / (1 + pow(2, -match_weight)) as decimal(18, 9)) as probability
            from scored_pair where veto is null
        ),
        step as (select * from (values {wanted}) as s(least))
        select
            least,
            count(*) filter (where match_weight >= least),
            coalesce(sum(1 - probability) filter (where match_weight >= least), 0),
            coalesce(sum(probability) filter (where match_weight < least), 0)
        from step left join chance on true
        group by least
        order by least""").fetchall()
    return tuple(Threshold(weight, links, float(wrong), float(missed)) for weight, links, wrong, missed in rows)


def chosen_weight(con: duckdb.DuckDBPyConnection, labels: str) -> float | None:
    """Return the threshold that serves judged pairs best; None when they tell nothing.

    It is the lowest at which all but one or two in a hundred of the linked pairs are one person. `labels` is a table
    of record_id_l, record_id_r and verdict; a pair that no blocking rule found cannot be linked by any threshold.
    """
    rows = con.execute(f"""
        with judged as (
            select l.record_no as a, r.record_no as b, j.verdict = 'same' as is_same
            from {labels} as j
            inner join identity.party_feature as l on l.record_id = j.record_id_l
            inner join identity.party_feature as r on r.record_id = j.record_id_r
            where j.verdict in ('same', 'different')
        )
        select cast(floor(s.match_weight / {_STEP}) as integer) as step,
            count(*) filter (where is_same), count(*) filter (where not is_same)
        from judged as j
        inner join scored_pair as s
            on s.record_no_l in (j.a, j.b) and s.record_no_r in (j.a, j.b) and s.veto is null
        group by step
        order by step desc""").fetchall()
    if not any(same for _, same, _ in rows) or not any(different for _, _, different in rows):
        return None
    found, same, different = None, 0, 0
    for step, more_same, more_different in rows:
        same, different = same + more_same, different + more_different
        if same >= _PRECISION * (same + different):
            found = float(step) * _STEP
    return found


def check_labels(con: duckdb.DuckDBPyConnection, labels: str, where: str) -> None:
    """Raise IdentityError when the table lacks a column or holds no verdict that training can use."""
    missing = {"record_id_l", "record_id_r", "verdict"} - set(con.table(labels).columns)
    if missing:
        raise IdentityError(
            f"{where}: no column {', '.join(sorted(missing))}. Needed: record_id_l, record_id_r, verdict."
        )
    other = con.execute(
        f"select count(*) from {labels} where verdict is null or verdict not in ('same', 'different', 'unsure')"
    ).fetchall()[0][0]
    if other:
        raise IdentityError(f"{where}: {other} rows have another verdict than same, different or unsure.")
