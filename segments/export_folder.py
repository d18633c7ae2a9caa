"""The folder of an export: complete and logged, or not there.

    data/exports/.<export_id>.part/   being written
    data/exports/<export_id>/         written; holds `.unlogged` until the log has it

A killed export leaves one of the first kind, or one with `.unlogged`; the next export deletes it, or
takes the mark off when the log has it after all. While exports run they share a lock, so that none
deletes another's.
"""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from warehouse.state.exports import exports_logged

MANIFEST = "manifest.json"
_UNLOGGED = ".unlogged"
_ASCII = {ord(a): b for a, b in zip("äöüßåøæ", ("ae", "oe", "ue", "ss", "aa", "oe", "ae"), strict=True)}


@contextmanager
def export_folders(exports: Path, state: sa.Engine) -> Iterator[None]:
    """Hold the exports' lock; clean up what killed exports left, unless another export is running."""
    exports.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(exports / ".lock", "w") as lock:
        if _alone(lock.fileno()):
            _clean_up(exports, state)
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def begin_folder(exports: Path, export_id: str) -> Path:
    """Make the folder that the export is written in."""
    folder = exports / f".{export_id}.part"
    folder.mkdir(mode=0o700)
    return folder


def settle_folder(part: Path, export_id: str) -> Path:
    """Give the written folder its name, marked as not logged yet, and bring it to disk."""
    (part / _UNLOGGED).touch()
    _sync(part)
    folder = part.with_name(export_id)
    part.rename(folder)
    _sync(folder.parent)
    return folder


def mark_logged(folder: Path) -> None:
    """Take the mark off: the log has the export."""
    (folder / _UNLOGGED).unlink()


def is_finished(folder: Path) -> bool:
    """Return whether the folder is that of a finished export."""
    return (folder / MANIFEST).exists() and not (folder / _UNLOGGED).exists()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def slug(text: str) -> str:
    """Return the text as a part of a file name: `Möbel & Haus GmbH` is `moebel-haus-gmbh`."""
    folded = text.lower().translate(_ASCII)
    return re.sub(r"[^a-z0-9_]+", "-", folded).strip("-") or "export"


def _alone(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _clean_up(exports: Path, state: sa.Engine) -> None:
    for part in exports.glob(".*.part"):
        shutil.rmtree(part)
    unlogged = {mark.parent.name: mark.parent for mark in exports.glob(f"*/{_UNLOGGED}")}
    logged = exports_logged(state, list(unlogged)) if unlogged else set()
    for name, folder in unlogged.items():
        if name in logged:
            mark_logged(folder)
        else:
            shutil.rmtree(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
