"""What the model alone says of the pairs that people judged."""

from dataclasses import dataclass

import duckdb

from identity.accuracy import Estimate, wilson


@dataclass(frozen=True)
class OnJudgements:
    """Judged pairs that the model would join (or not) by itself. They are hard pairs: nobody judges the easy ones."""

    same_joined: int
    same_missed: int
    different_joined: int
    different_kept_apart: int
    precision: Estimate
    recall: Estimate


def on_judgements(
    con: duckdb.DuckDBPyConnection, labels: str, prior_weight: float, match_weight: float
) -> OnJudgements:
    """Return how the stored scores agree with `labels` (record_id_l, record_id_r, verdict).

    Reads identity.score; a pair that is not in it was never compared, or is far too little alike.
    """
    row = con.execute(
        f"""
        with told as (
            select j.verdict, coalesce(s.veto is null and s.evidence + ? >= ?, false) as is_joined
            from {labels} as j
            left join identity.score as s
                on s.record_id_l = least(j.record_id_l, j.record_id_r)
                and s.record_id_r = greatest(j.record_id_l, j.record_id_r)
        )
        select
            count(*) filter (where verdict = 'same' and is_joined),
            count(*) filter (where verdict = 'same' and not is_joined),
            count(*) filter (where verdict = 'different' and is_joined),
            count(*) filter (where verdict = 'different' and not is_joined)
        from told""",
        [prior_weight, match_weight],
    ).fetchall()[0]
    same_joined, same_missed, different_joined, kept_apart = (int(value) for value in row)
    return OnJudgements(
        same_joined,
        same_missed,
        different_joined,
        kept_apart,
        wilson(same_joined, same_joined + different_joined),
        wilson(same_joined, same_joined + same_missed),
    )
