"""Kind `files`: what lies in the workspace's inbox, each file once.

Changes and events are known by the SHA-256 of a file's bytes: what the ledger has seen is not opened
again, whatever its name; small files are grouped, so that hundreds of till days are one load. A
snapshot is known by its name too, since a silo may return to an earlier state; of several the order of
their names is the order of time. Its parts are one delivery when `options.snapshot_part` tells them.
"""

import errno
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from itertools import groupby, takewhile
from pathlib import Path

import duckdb

from connectors.errors import ConnectorError
from connectors.formats.reading import read_files
from connectors.formats.registry import OPEN_SCHEMA
from connectors.formats.rows import SourceFile
from connectors.formats.worker import FORMATS_THAT_ABORT, WORKER
from connectors.source import Source
from warehouse.delivery import Delivery

GROUP_BYTES = 64 << 20
_ENDS_BY_LINE = ("csv", "shopify_csv")
_LINE_END = "line end"
"""Cursor of a snapshot that ends by a line end: one that does not was cut off, when it comes after it."""
_WILDCARD = re.compile(r"[*?\[]")
_ARRIVING = (".part", ".tmp", ".filepart", ".crdownload")


def deliveries(
    source: Source,
    root: Path,
    seen: Callable[[str], bool],
    cursor: Callable[[str], str | None],
    connect: Callable[[], duckdb.DuckDBPyConnection],
) -> Iterator[Delivery]:
    """Yield what is new among the source's files.

    cursor gives that of a table's latest delivery. Raises ConnectorError when there is no file at all, or at the
    first one that cannot be read.
    """
    files = [_source_file(path, source, root) for path in _matching(source, root)]
    snapshots = [file for file in files if _is_snapshot(file, source)]
    others = [file for file in files if not _is_snapshot(file, source)]
    new = [*_new_snapshots(snapshots, source, seen), *_groups(_unseen(others, seen))]
    if not new:
        return
    with connect() as con:
        for group in new:
            by_line = source.format in _ENDS_BY_LINE and _is_snapshot(group[0], source)
            if by_line:
                _require_end(group, cursor)
            ended = by_line and all(_has_end(file.path) for file in group)
            yield replace(_deliver(group, source, con), cursor=_LINE_END if ended else None)


def arrivals(source: Source, root: Path) -> list[str]:
    """Return a line for every file that is there: its name, size and time."""
    stats = [(path, path.stat()) for path in _found(source, root)]
    return [f"{path}|{stat.st_size}|{stat.st_mtime_ns}" for path, stat in stats]


def _source_file(path: Path, source: Source, root: Path) -> SourceFile:
    label = str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
    _refuse_doubtful(path, label, source, root)
    return SourceFile(path, label, _hash(path, label), _tables_of(path, label, source))


def _refuse_doubtful(path: Path, label: str, source: Source, root: Path) -> None:
    """Raise ConnectorError for a name that cannot be written down, and for a link that leads out of the folder."""
    shown = label.encode("utf-8", errors="backslashreplace").decode()
    if shown != label:
        raise ConnectorError(f"{shown}: the file's name is not UTF-8. Rename it.")
    if not path.resolve().is_relative_to(_base(source, root).resolve()):
        raise ConnectorError(
            f"{label}: a link to a file outside of {_base(source, root)}. Put the file itself there, or write the "
            f"folder where it lies into `path` of sources/{source.name}.yaml, from / on."
        )


def _base(source: Source, root: Path) -> Path:
    """The folder whose files a source may read: the workspace, or the one that an absolute `path` names."""
    pattern = Path(source.path or "")
    if not pattern.is_absolute():
        return root
    named = list(takewhile(lambda part: not _WILDCARD.search(part), pattern.parts[:-1]))
    return Path(*named)


def _is_snapshot(file: SourceFile, source: Source) -> bool:
    return any(source.tables[name].delivery == "snapshot" for name in file.tables)


def _new_snapshots(
    files: Sequence[SourceFile], source: Source, seen: Callable[[str], bool]
) -> Iterator[list[SourceFile]]:
    """The snapshots, each with all its parts, that are not loaded and are not the one before once more."""
    part = source.reading.snapshot_part or "$"

    def whole(file: SourceFile) -> tuple[tuple[str, ...], Path]:
        return file.tables, file.path.with_name(re.sub(part, "", file.path.stem))

    before: dict[tuple[str, ...], list[str]] = {}
    for (tables, _), parts in groupby(sorted(files, key=whole), key=whole):
        group = list(parts)
        hashes = [file.content_hash for file in group]
        repeated = before.get(tables) == hashes
        before[tables] = hashes
        named = [replace(file, content_hash=_hash_of([file.label, file.content_hash])) for file in group]
        if not repeated and not all(seen(file.content_hash) for file in named):
            yield named


def _require_end(group: Sequence[SourceFile], cursor: Callable[[str], str | None]) -> None:
    """Raise ConnectorError when a snapshot lacks the line end that the one before it had."""
    cut = next((file for file in group if not _has_end(file.path)), None)
    if cut and any(cursor(table) == _LINE_END for table in cut.tables):
        raise ConnectorError(
            f"{cut.label}: no line end after its last row, which the delivery before had, so it was probably cut off "
            "on the way. Ask the silo to send it again; if it is whole, add the line end."
        )


def _has_end(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 2))
        return any(sign in b"\r\n" for sign in file.read()) or path.suffix in (".gz", ".jsonl")


def _unseen(files: Sequence[SourceFile], seen: Callable[[str], bool]) -> list[SourceFile]:
    """The files not loaded before; of files with the same bytes the first."""
    first = {file.content_hash: file for file in reversed(files)}
    return [file for file in files if first[file.content_hash] is file and not seen(file.content_hash)]


def _found(source: Source, root: Path) -> list[Path]:
    pattern = Path(source.path or "")
    base = Path(pattern.anchor) if pattern.is_absolute() else root
    found = base.glob(str(pattern.relative_to(pattern.anchor)))
    whole = [path for path in found if path.is_file() and not _is_arriving(path)]
    return sorted(whole, key=lambda path: (path.parent, path.stem, path.suffix))


def _is_arriving(path: Path) -> bool:
    """Whether the name says that the file is still being written, or is none of the silo's."""
    return path.name.startswith(".") or path.suffix in _ARRIVING


def _matching(source: Source, root: Path) -> list[Path]:
    files = _found(source, root)
    if not files:
        raise ConnectorError(
            f"sources/{source.name}.yaml: no file matches {source.path}. Put the silo's export there, or change `path`."
        )
    return files


def _hash(path: Path, label: str) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = os.strerror(error.errno or errno.EIO).lower()
        raise ConnectorError(f"{label}: {reason}. Give Rundblick the right to read it, or take it away.") from None


def _tables_of(path: Path, label: str, source: Source) -> tuple[str, ...]:
    tables = source.tables.items()
    names = tuple(name for name, table in tables if table.files is None or fnmatch(path.name, table.files))
    if not names:
        raise ConnectorError(
            f"{label}: no table of sources/{source.name}.yaml takes a file of this name. "
            "Add it to a table's `files`, or narrow `path`."
        )
    return names


def _groups(files: Sequence[SourceFile]) -> Iterator[list[SourceFile]]:
    """Files of the same tables that follow each other, up to GROUP_BYTES."""
    group: list[SourceFile] = []
    size = 0
    for file in files:
        file_size = file.path.stat().st_size
        if group and (file.tables != group[0].tables or size + file_size > GROUP_BYTES):
            yield group
            group, size = [], 0
        group.append(file)
        size += file_size
    if group:
        yield group


def _deliver(group: Sequence[SourceFile], source: Source, con: duckdb.DuckDBPyConnection) -> Delivery:
    in_worker = source.format in FORMATS_THAT_ABORT
    tables = WORKER.read(group, source) if in_worker else read_files(group, source, con)
    first, last = group[0], group[-1]
    alone = len(group) == 1
    parts = tuple((file.label, file.content_hash) for file in group)
    return Delivery(
        name=first.label if alone else f"{first.label} … {last.path.name} ({len(group)} files)",
        content_hash=first.content_hash if alone else _hash_of([content_hash for _, content_hash in parts]),
        tables=tables,
        parts=() if alone else parts,
        open_schema=source.format in OPEN_SCHEMA or first.path.suffix == ".jsonl",
    )


def _hash_of(texts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
