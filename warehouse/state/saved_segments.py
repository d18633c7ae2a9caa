"""Segments saved in the user interface: append-only, the latest version of a name counts."""

import hashlib
from datetime import datetime

import sqlalchemy as sa

from warehouse.state.audit import append_audit
from warehouse.state.store import write
from warehouse.state.tables import saved_segment


def save_segment(engine: sa.Engine, name: str, yaml: str, *, user: str, at: datetime) -> None:
    """Write a new version of the segment's definition."""
    _append(engine, name, yaml, user, at)


def delete_segment(engine: sa.Engine, name: str, *, user: str, at: datetime) -> None:
    """Take the segment away; its versions stay."""
    _append(engine, name, None, user, at)


def saved_segments(engine: sa.Engine) -> dict[str, str]:
    """Return name → YAML of the latest version of every segment that is not deleted, by name."""
    latest = sa.select(sa.func.max(_c.seq)).group_by(_c.name)
    query = sa.select(_c.name, _c.yaml).where(_c.seq.in_(latest), _c.yaml.is_not(None)).order_by(_c.name)
    with engine.connect() as con:
        return {row.name: row.yaml for row in con.execute(query)}


def _append(engine: sa.Engine, name: str, yaml: str | None, user: str, at: datetime) -> None:
    digest = {"sha256": hashlib.sha256(yaml.encode()).hexdigest()} if yaml is not None else {}
    action = "segment.saved" if yaml is not None else "segment.deleted"
    with write(engine) as con:
        con.execute(saved_segment.insert().values(name=name, yaml=yaml, saved_by=user, saved_at=at))
        append_audit(con, at=at, actor=user, action=action, subject=f"segment:{name}", details=digest)


_c = saved_segment.c
