"""Publishing: immutable snapshots behind a pointer, and the candidate that becomes the next one.

    data/published/<run>.part/serve.duckdb   the candidate of a run that is under way
    data/published/<run>.held/               a candidate that waits for a person (`warehouse.held`)
    data/published/<run>/serve.duckdb        a snapshot: nobody ever writes it again
    data/published/current                   the name of the snapshot that readers use

A kill at any moment leaves the pointer on a whole snapshot; what a killed run left is deleted by the next.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse import fingerprint
from warehouse.errors import WarehouseError

SNAPSHOTS_KEPT = 3
FILE = "serve.duckdb"
HELD_NOTE = "held.json"
_POINTER = "current"


def current_snapshot(published: Path) -> Path:
    """Return the resolved path of the published snapshot file.

    Raises WarehouseError when nothing has been published yet, or what the pointer names is gone.
    """
    pointer = published / _POINTER
    if not pointer.exists():
        raise WarehouseError(f"{published}: nothing is published yet. Run `rundblick run` first.")
    snapshot = (published / pointer.read_text(encoding="utf-8", errors="replace").strip() / FILE).resolve()
    if not snapshot.is_file():
        raise WarehouseError(
            f"{pointer}: the snapshot that it names is not there. `rundblick run` goes on from the newest one that is;"
            " where there is none, bring the folder back from a backup, or delete `current` to begin anew with new ids."
        )
    return snapshot


def has_snapshot(published: Path) -> bool:
    """Return whether a snapshot has been published."""
    return (published / _POINTER).exists()


def snapshot_id(snapshot: Path) -> str:
    """Return the id of a snapshot: the name of its folder, which is the run's."""
    return snapshot.parent.name


@contextmanager
def candidate(
    con: duckdb.DuckDBPyConnection, published: Path, run_id: str, report: Callable[[str], None] = lambda _: None
) -> Iterator[Path]:
    """Attach a candidate, a copy of the published snapshot, as database `serve`; yield its folder.

    The caller publishes it with `publish`; on leaving without that it is detached and deleted. `report` hears
    when the pointer was lost and which snapshot took its place.
    """
    if adopted := adopt(published):
        report(f"the pointer to the published snapshot was lost: going on from the newest one, {adopted}")
    clean_up(published)
    folder = published / f"{run_id}.part"
    folder.mkdir(parents=True)
    if has_snapshot(published):
        shutil.copyfile(current_snapshot(published), folder / FILE)
    con.execute(f"attach '{quoted(folder / FILE)}' as serve")
    _create_kept_tables(con)
    try:
        yield folder
    finally:
        detach(con)
        shutil.rmtree(folder, ignore_errors=True)


def publish(con: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    """Make the candidate in `folder` the published snapshot and return its path.

    Detaching checkpoints, so that no write-ahead log is left; then file, folder and pointer reach the disk
    in this order.
    """
    detach(con)
    sync(folder / FILE)
    return point_to(folder.parent, folder)


def point_to(published: Path, folder: Path) -> Path:
    """Give the folder of a candidate its run's name, switch the pointer to it and return the snapshot's path."""
    final = folder.with_suffix("")
    os.rename(folder, final)
    _point(published, final.name)
    _drop_old(published)
    return final / FILE


def adopt(published: Path) -> str | None:
    """Point to the newest snapshot where the pointer is lost or names one that is gone; return its id, else None.

    A lost pointer is no order to delete what it pointed to: ids, consents and histories stand nowhere else.
    """
    pointer = published / _POINTER
    if (
        pointer.exists()
        and (published / pointer.read_text(encoding="utf-8", errors="replace").strip() / FILE).is_file()
    ):
        return None
    whole = [f.name for f in _snapshots(published) if (f / FILE).is_file() and not (f / HELD_NOTE).exists()]
    if not whole:
        return None
    _point(published, max(whole))
    return max(whole)


def _point(published: Path, name: str) -> None:
    pointer = published / f"{_POINTER}.part"
    pointer.write_text(name)
    sync(pointer)
    os.replace(pointer, published / _POINTER)
    sync(published)


def clean_up(published: Path) -> None:
    """Delete what killed runs left: candidates, and snapshots that the pointer never reached. A held candidate
    stays, also one whose release was killed before the pointer reached it; without a pointer nothing but candidates
    goes (`adopt` comes first)."""
    for leftover in published.glob("*.part"):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
    if not has_snapshot(published):
        return
    current = current_snapshot(published).parent.name
    for folder in _snapshots(published):
        if folder.name > current and (folder / HELD_NOTE).exists():
            os.rename(folder, folder.with_suffix(".held"))
        elif folder.name > current:
            shutil.rmtree(folder)


def remove(published: Path, folder: Path) -> None:
    """Delete a folder so that, killed half-way, the next run's clean-up deletes the rest."""
    part = folder.with_suffix(".part")
    os.rename(folder, part)
    sync(published)
    shutil.rmtree(part)


def _create_kept_tables(con: duckdb.DuckDBPyConnection) -> None:
    """The tables of `serve` that are added to, run by run, and so must be there before the first."""
    statements = (Path(__file__).parent / "kept_tables.sql").read_text(encoding="utf-8")
    con.execute(statements)
    fingerprint.prepare(con)


def detach(con: duckdb.DuckDBPyConnection) -> None:
    """Detach the candidate where it is attached; what was written to it is in its file then."""
    if con.execute("select 1 from duckdb_databases() where database_name = 'serve'").fetchall():
        con.execute("checkpoint serve")
        con.execute("detach serve")


def _snapshots(published: Path) -> list[Path]:
    """Folders of snapshots, published or about to be."""
    return [folder for folder in published.glob("*/") if not folder.suffix]


def _drop_old(published: Path) -> None:
    current = current_snapshot(published).parent.name
    older = sorted(f.name for f in _snapshots(published) if f.name < current)
    for name in older[: max(0, len(older) - SNAPSHOTS_KEPT + 1)]:
        shutil.rmtree(published / name, ignore_errors=True)


def sync(path: Path) -> None:
    """Have a file or folder reach the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def quoted(path: Path) -> str:
    """Return a path as it stands in a SQL text."""
    return str(path).replace("'", "''")
