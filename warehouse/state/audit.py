"""The audit chain: who did what, each entry bound to the one before by its hash.

An entry's hash is SHA-256 over the SHA-256 of each of its fields and the hash before it. Details
hold names of things, counts and hashes, never a personal value.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from warehouse.state.read import read_table
from warehouse.state.tables import audit

FIRST_HASH = "0" * 64


@dataclass(frozen=True)
class AuditState:
    """What a check of the chain found: `broken_at` is the first entry that does not fit, if any."""

    entries: int
    head_hash: str
    broken_at: int | None

    @property
    def is_whole(self) -> bool:
        return self.broken_at is None


def append_audit(
    con: sa.Connection, *, at: datetime, actor: str, action: str, subject: str, details: Mapping[str, object]
) -> str:
    """Append one entry to the chain and return its hash. `con` comes from `store.write`."""
    last = con.execute(sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).first()
    seq, prev_hash = (last.seq + 1, last.hash) if last else (1, FIRST_HASH)
    text = json.dumps(details, sort_keys=True, ensure_ascii=False, default=str)
    fields = (str(seq), at.isoformat(timespec="microseconds"), actor, action, subject, text, prev_hash)
    entry_hash = _sha256("".join(map(_sha256, fields)))
    con.execute(
        audit.insert().values(
            seq=seq,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            details=text,
            prev_hash=prev_hash,
            hash=entry_hash,
        )
    )
    return entry_hash


def verify_audit(engine: sa.Engine) -> AuditState:
    """Check every entry's hash and its link to the one before. Entries cut off at the end are not seen:
    compare `head_hash` with one noted elsewhere."""
    from warehouse.db import connect_memory

    with connect_memory() as con:
        con.register("entry", read_table(engine, sa.select(audit)))
        row = con.execute(_CHECK, {"first_hash": FIRST_HASH}).fetchone()
    assert row is not None
    return AuditState(entries=row[0], head_hash=row[1] or FIRST_HASH, broken_at=row[2])


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_CHECK = """
with linked as (
    select
        seq, hash,
        seq = row_number() over (order by seq) as in_order,
        prev_hash = lag(hash, 1, $first_hash) over (order by seq) as follows,
        hash = sha256(
            sha256(seq::text) || sha256(strftime("at", '%Y-%m-%dT%H:%M:%S.%f')) || sha256(actor)
            || sha256(action) || sha256(subject) || sha256(details) || sha256(prev_hash)
        ) as fits
    from entry
)
select count(*), max_by(hash, seq), min(seq) filter (where not (in_order and follows and fits))
from linked
"""
