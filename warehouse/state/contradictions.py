"""Judgements that cannot all be true: A = B, B = C, and A ≠ C."""

import sqlalchemy as sa

from warehouse.errors import WarehouseError
from warehouse.state.standing import standing_judgements
from warehouse.state.tables import judgement

# Records already reached → the record that each was reached from.
_Reached = dict[str, str | None]


def refuse_contradiction(con: sa.Connection, left: str, right: str, verdict: str) -> None:
    """Raise WarehouseError, naming the chain, when `verdict` on two records contradicts other judgements.

    What was judged of the two themselves before does not count: the new verdict takes its place.
    """
    if verdict == "different":
        chain = _chain_of_same(con, left, right)
        if chain:
            raise WarehouseError(
                f"judgement: {left} and {right} cannot be different people, they were judged to be the same: "
                f"{' = '.join(chain)}. {_advice(chain)}"
            )
    if verdict == "same":
        chain = _chain_to_different(con, left, right)
        if chain:
            raise WarehouseError(
                f"judgement: {left} and {right} cannot be the same person, for then {' = '.join(chain)}, although "
                f"{chain[0]} ≠ {chain[-1]} was judged. Take that back first: "
                f"rundblick judge {chain[0]} {chain[-1]} --undo."
            )


def _advice(chain: list[str]) -> str:
    which = "that" if len(chain) == 2 else "one of these"
    return f"Take {which} back first, such as: rundblick judge {chain[0]} {chain[1]} --undo."


def _chain_of_same(con: sa.Connection, left: str, right: str) -> list[str]:
    """The records from one to the other by judgements of `same`, the shortest way; empty when there is none."""
    reached = _reach(con, left, (left, right), stop_at=right)
    return _way(reached, right) if right in reached else []


def _chain_to_different(con: sa.Connection, left: str, right: str) -> list[str]:
    """The records from one end of a `different` to its other end that `left` = `right` would join."""
    ours, theirs = _reach(con, left, (left, right)), _reach(con, right, (left, right))
    both = [*ours, *theirs]
    query = standing_judgements(judgement.c.record_id_l.in_(both) & judgement.c.record_id_r.in_(both))
    for row in con.execute(query.order_by(judgement.c.seq)):
        ends = (row.record_id_l, row.record_id_r)
        if row.verdict != "different" or ends == (left, right):
            continue
        for start, end in (ends, ends[::-1]):
            if start in ours and end in theirs:
                return [*_way(ours, start)[::-1], *_way(theirs, end)]
    return []


def _reach(con: sa.Connection, start: str, apart_from: tuple[str, str], stop_at: str | None = None) -> _Reached:
    """Every record that is judged the same as `start`, layer by layer, `apart_from` the judgement of that pair."""
    reached: _Reached = {start: None}
    layer = [start]
    while layer and stop_at not in reached:
        touching = judgement.c.record_id_l.in_(layer) | judgement.c.record_id_r.in_(layer)
        rows = con.execute(standing_judgements(touching).order_by(judgement.c.seq)).all()
        edges = [(r.record_id_l, r.record_id_r) for r in rows if r.verdict == "same"]
        layer = []
        for ends in edges:
            if ends == apart_from:
                continue
            for here, there in (ends, ends[::-1]):
                if here in reached and there not in reached:
                    reached[there] = here
                    layer.append(there)
    return reached


def _way(reached: _Reached, end: str) -> list[str]:
    """The records from the start of `reached` to `end`."""
    way, at = [end], reached[end]
    while at is not None:
        way.append(at)
        at = reached[at]
    return way[::-1]
