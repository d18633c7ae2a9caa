"""Which judgements stand: the latest on each pair that nobody took back."""

import sqlalchemy as sa

from warehouse.state.tables import judgement, judgement_undo


def standing_judgements(where: sa.ColumnElement[bool] | None = None) -> sa.Select:
    """Return the query of the judgements that count, in the columns of `judgement`.

    `where` may narrow it to some pairs, by record_id_l and record_id_r only.
    """
    is_undone = sa.exists().where(judgement_undo.c.judgement_seq == judgement.c.seq)
    latest = sa.select(sa.func.max(judgement.c.seq)).where(~is_undone)
    if where is not None:
        latest = latest.where(where)
    return sa.select(judgement).where(
        judgement.c.seq.in_(latest.group_by(judgement.c.record_id_l, judgement.c.record_id_r))
    )
