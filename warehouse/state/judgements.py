"""What people decided about pairs of records: append-only, the latest verdict on a pair that was not undone counts."""

from datetime import datetime
from typing import Literal

import pyarrow as pa
import sqlalchemy as sa

from warehouse.errors import WarehouseError
from warehouse.state.audit import append_audit
from warehouse.state.contradictions import refuse_contradiction
from warehouse.state.read import read_table
from warehouse.state.standing import standing_judgements
from warehouse.state.store import write
from warehouse.state.tables import judgement, judgement_undo

Verdict = Literal["same", "different", "unsure"]


def record_judgement(
    engine: sa.Engine, record_ids: tuple[str, str], verdict: Verdict, *, user: str, at: datetime, reason: str
) -> None:
    """Write a person's verdict on two records; `unsure` leaves the pair to the model.

    Raises WarehouseError, naming the chain, when it contradicts other judgements, and when both records
    are the same. Check and entry are one transaction: of two people at once the second is refused.
    """
    left, right = _ordered(record_ids)
    with write(engine) as con:
        refuse_contradiction(con, left, right, verdict)
        con.execute(
            judgement.insert().values(
                record_id_l=left,
                record_id_r=right,
                verdict=verdict,
                judged_by=user,
                judged_at=at,
                reason=reason,
            )
        )
        subject = f"pair:{left}|{right}"
        append_audit(con, at=at, actor=user, action=f"judgement.{verdict}", subject=subject, details={})


def undo_judgement(
    engine: sa.Engine, record_ids: tuple[str, str], *, user: str, at: datetime, reason: str
) -> Verdict | None:
    """Take back the verdict that counts on two records; return the one before it, which counts again, if any.

    Raises WarehouseError when there is none, or when the one before contradicts what was judged since.
    """
    left, right = _ordered(record_ids)
    with write(engine) as con:
        undone = _standing_on(con, left, right)
        if undone is None:
            raise WarehouseError(
                f"judgement: nothing is judged of {left} and {right}, so nothing can be taken back. "
                "`rundblick review --judged` lists what is."
            )
        values = {"judgement_seq": undone.seq, "undone_by": user, "undone_at": at, "reason": reason}
        con.execute(judgement_undo.insert().values(values))
        again = _standing_on(con, left, right)
        if again is not None:
            refuse_contradiction(con, left, right, again.verdict)
        subject = f"pair:{left}|{right}"
        append_audit(con, at=at, actor=user, action="judgement.undone", subject=subject, details={"seq": undone.seq})
    return None if again is None else again.verdict


def judgements(engine: sa.Engine) -> pa.Table:
    """Return the verdict that counts on each pair, `unsure` included: record_id_l, record_id_r, verdict,
    judged_by, judged_at, reason."""
    s = standing_judgements().subquery()
    columns = (s.c.record_id_l, s.c.record_id_r, s.c.verdict, s.c.judged_by, s.c.judged_at, s.c.reason)
    return read_table(engine, sa.select(*columns).order_by(s.c.record_id_l, s.c.record_id_r))


def standing_verdicts(engine: sa.Engine) -> dict[tuple[str, str], str]:
    """Return the verdict that counts on each pair, the smaller record first."""
    return verdicts_of(judgements(engine))


def verdicts_of(standing: pa.Table) -> dict[tuple[str, str], str]:
    """Return the verdict on each pair of what `judgements` returned."""
    columns = (standing[name].to_pylist() for name in ("record_id_l", "record_id_r", "verdict"))
    return {(left, right): verdict for left, right, verdict in zip(*columns, strict=True)}


def _ordered(record_ids: tuple[str, str]) -> tuple[str, str]:
    left, right = sorted(record_ids)
    if left == right:
        raise WarehouseError(f"judgement: {left} twice, two different records expected. Name another record.")
    return left, right


def _standing_on(con: sa.Connection, left: str, right: str) -> sa.Row | None:
    pair = (judgement.c.record_id_l == left) & (judgement.c.record_id_r == right)
    return con.execute(standing_judgements(pair)).first()
