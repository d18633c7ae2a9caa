"""What people decided about pairs of records: append-only, the latest verdict on a pair counts."""

from datetime import datetime
from typing import Literal

import pyarrow as pa
import sqlalchemy as sa

from warehouse.errors import WarehouseError
from warehouse.state.audit import append_audit
from warehouse.state.read import read_table
from warehouse.state.store import write
from warehouse.state.tables import judgement

Verdict = Literal["same", "different", "unsure"]


def record_judgement(
    engine: sa.Engine, record_ids: tuple[str, str], verdict: Verdict, *, user: str, at: datetime, reason: str
) -> None:
    """Write a person's verdict on two records; `unsure` takes an earlier one back.

    Raises WarehouseError when both records are the same.
    """
    left, right = sorted(record_ids)
    if left == right:
        raise WarehouseError(f"judgement: {left} twice, two different records expected. Name another record.")
    with write(engine) as con:
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


def judgements(engine: sa.Engine) -> pa.Table:
    """Return the verdict that counts on each pair: record_id_l, record_id_r, verdict, judged_by, judged_at,
    reason. Pairs last judged `unsure` are left out."""
    latest = sa.select(sa.func.max(_c.seq)).group_by(_c.record_id_l, _c.record_id_r)
    query = (
        sa.select(_c.record_id_l, _c.record_id_r, _c.verdict, _c.judged_by, _c.judged_at, _c.reason)
        .where(_c.seq.in_(latest), _c.verdict != "unsure")
        .order_by(_c.record_id_l, _c.record_id_r)
    )
    return read_table(engine, query)


_c = judgement.c
