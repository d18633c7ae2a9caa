"""Held candidates: a run whose result a person looks at before anybody else sees it.

    data/published/<run>.held/serve.duckdb     what the run would have published
    data/published/<run>.held/held.json        why it is held, with which snapshot it was compared: counts only
    data/published/<run>.held/refusals.parquet who said no since: the gate hears them at once

There is at most one, the newest run's, and it lasts while the snapshot that it was compared with is the
published one. A kill at any moment leaves it whole, released or gone.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse import publish

REFUSALS = "refusals.parquet"
_REFUSALS_SINCE = """
    select event_id, source, record_id, identifier_kind, identifier, channel, purpose, status,
        occurred_at, observed_at, evidence
    from serve.consent_event
    where status in ('denied', 'withdrawn', 'objected', 'restricted')
        and event_id not in (select event_id from published.consent_event)
    order by event_id
"""


@dataclass(frozen=True)
class Held:
    """A held candidate. `base` is the snapshot that it was compared with, `findings` what went beyond a limit."""

    folder: Path
    base: str
    held_at: datetime
    findings: tuple[Mapping[str, object], ...]

    @property
    def run_id(self) -> str:
        return self.folder.stem

    @property
    def snapshot(self) -> Path:
        """The file that the run would have published."""
        return self.folder / publish.FILE

    def as_json(self) -> dict[str, object]:
        """Return what a program may know of it."""
        return {
            "run_id": self.run_id,
            "base": self.base,
            "held_at": self.held_at.isoformat(),
            "findings": [dict(finding) for finding in self.findings],
        }


def held_candidate(published: Path) -> Held | None:
    """Return the held candidate that can still be released, if there is one."""
    if not publish.has_snapshot(published):
        return None
    current = publish.snapshot_id(publish.current_snapshot(published))
    # One whose release was killed before the pointer reached it already bears the run's name.
    folders = sorted(f.parent for f in published.glob(f"*/{publish.HELD_NOTE}") if f.parent.suffix != ".part")
    found = [held for held in map(_read, folders) if held and held.run_id > current and held.base == current]
    return found[-1] if found else None


def hold(con: duckdb.DuckDBPyConnection, folder: Path, at: datetime, findings: Sequence[Mapping[str, object]]) -> Held:
    """Keep the candidate in `folder` beside the published snapshot, in place of one that was held before."""
    published = folder.parent
    current = publish.current_snapshot(published)
    with published_beside(con, published):
        con.execute(f"copy ({_REFUSALS_SINCE}) to '{publish.quoted(folder / REFUSALS)}' (format parquet)")
    publish.detach(con)
    base = publish.snapshot_id(current)
    note = {"base": base, "held_at": at.isoformat(), "findings": list(findings)}
    (folder / publish.HELD_NOTE).write_text(json.dumps(note, indent=1), encoding="utf-8")
    for file in folder.iterdir():
        publish.sync(file)
    publish.sync(folder)
    final = folder.with_suffix(".held")
    os.rename(folder, final)
    publish.sync(published)
    drop_all(published, but=final)
    return Held(final, base, at, tuple(findings))


@contextmanager
def published_beside(con: duckdb.DuckDBPyConnection, published: Path) -> Iterator[None]:
    """Attach the published snapshot as database `published`, read-only, beside the candidate `serve`; an empty
    database when nothing has been published."""
    path = f"'{publish.quoted(publish.current_snapshot(published))}'" if publish.has_snapshot(published) else None
    con.execute(f"attach {path} as published (read_only)" if path else "attach ':memory:' as published")
    try:
        yield
    finally:
        con.execute("detach published")


def as_published(con: duckdb.DuckDBPyConnection, table: str, empty: str | None = None) -> str:
    """Return how SQL names a table of the published snapshot beside `serve`; where an older program had none or
    nothing is published, an empty one, by default made like the one in `serve`."""
    found = con.execute(
        "select 1 from duckdb_tables() where database_name = 'published' and table_name = ?", [table]
    ).fetchall()
    return f"published.{table}" if found else empty or f"(select * from serve.{table} limit 0)"


def is_same_again(con: duckdb.DuckDBPyConnection, held: Held) -> bool:
    """Return whether the attached candidate was made from the same inputs as the held one."""
    con.execute(f"attach '{publish.quoted(held.snapshot)}' as held (read_only)")
    try:
        differing = con.execute(
            "select count(*) from (from serve.fingerprint) as a full join (from held.fingerprint) as b "
            "using (table_name) where a.value is distinct from b.value"
        ).fetchall()
    finally:
        con.execute("detach held")
    return differing == [(0,)]


def release(published: Path, held: Held) -> Path:
    """Make a held candidate the published snapshot and return its path; the others are outdated with that."""
    snapshot = publish.point_to(published, held.folder)
    drop_all(published)
    return snapshot


def drop_all(published: Path, but: Path | None = None) -> None:
    """Delete the held candidates; one that is half deleted counts as gone."""
    for folder in published.glob("*.held"):
        if folder != but:
            publish.remove(published, folder)


def _read(folder: Path) -> Held | None:
    """None where a run is deleting the folder at this moment."""
    try:
        note = json.loads((folder / publish.HELD_NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Held(folder, note["base"], datetime.fromisoformat(note["held_at"]), tuple(note["findings"]))
