"""Publishing: immutable snapshots behind a pointer, and the candidate that becomes the next one.

    data/published/<run>.part/serve.duckdb   the candidate of a run that is under way
    data/published/<run>/serve.duckdb        a snapshot: nobody ever writes it again
    data/published/current                   the name of the snapshot that readers use

A kill at any moment leaves the pointer on a whole snapshot; what a killed run left is deleted by the next.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse import fingerprint
from warehouse.errors import WarehouseError

SNAPSHOTS_KEPT = 3
_FILE = "serve.duckdb"
_POINTER = "current"


def current_snapshot(published: Path) -> Path:
    """Return the resolved path of the published snapshot file.

    Raises WarehouseError when nothing has been published yet.
    """
    pointer = published / _POINTER
    if not pointer.exists():
        raise WarehouseError(f"{published}: nothing is published yet. Run `rundblick run` first.")
    return (published / pointer.read_text().strip() / _FILE).resolve()


def has_snapshot(published: Path) -> bool:
    """Return whether a snapshot has been published."""
    return (published / _POINTER).exists()


def snapshot_id(snapshot: Path) -> str:
    """Return the id of a snapshot: the name of its folder, which is the run's."""
    return snapshot.parent.name


@contextmanager
def candidate(con: duckdb.DuckDBPyConnection, published: Path, run_id: str) -> Iterator[Path]:
    """Attach a candidate, a copy of the published snapshot, as database `serve`; yield its folder.

    The caller publishes it with `publish`; on leaving without that it is detached and deleted.
    """
    clean_up(published)
    folder = published / f"{run_id}.part"
    folder.mkdir(parents=True)
    if has_snapshot(published):
        shutil.copyfile(current_snapshot(published), folder / _FILE)
    con.execute(f"attach '{_quoted(folder / _FILE)}' as serve")
    _create_kept_tables(con)
    try:
        yield folder
    finally:
        _detach(con)
        shutil.rmtree(folder, ignore_errors=True)


def publish(con: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    """Make the candidate in `folder` the published snapshot and return its path.

    Detaching checkpoints, so that no write-ahead log is left; then file, folder and pointer reach the disk
    in this order.
    """
    _detach(con)
    published, final = folder.parent, folder.with_suffix("")
    _sync(folder / _FILE)
    os.rename(folder, final)
    pointer = published / f"{_POINTER}.part"
    pointer.write_text(final.name)
    _sync(pointer)
    os.replace(pointer, published / _POINTER)
    _sync(published)
    _drop_old(published)
    return final / _FILE


def clean_up(published: Path) -> None:
    """Delete what killed runs left: candidates, and snapshots that the pointer never reached."""
    for leftover in published.glob("*.part"):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
    if not has_snapshot(published):
        for folder in published.glob("*/"):
            shutil.rmtree(folder)
        return
    current = current_snapshot(published).parent.name
    for folder in published.glob("*/"):
        if folder.name > current:
            shutil.rmtree(folder)


def _create_kept_tables(con: duckdb.DuckDBPyConnection) -> None:
    """The tables of `serve` that are added to, run by run, and so must be there before the first."""
    statements = (Path(__file__).parent / "kept_tables.sql").read_text(encoding="utf-8")
    con.execute(statements)
    fingerprint.prepare(con)


def _detach(con: duckdb.DuckDBPyConnection) -> None:
    attached = con.execute("select count(*) from duckdb_databases() where database_name = 'serve'").fetchone()
    if attached and attached[0]:
        con.execute("checkpoint serve")
        con.execute("detach serve")


def _drop_old(published: Path) -> None:
    current = current_snapshot(published).parent.name
    older = sorted(f.name for f in published.glob("*/") if f.name < current)
    for name in older[: max(0, len(older) - SNAPSHOTS_KEPT + 1)]:
        shutil.rmtree(published / name, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
