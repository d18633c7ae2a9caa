"""Kind `files`: what lies in the workspace's inbox, each file once.

A file is known by the SHA-256 of its bytes: one that the ledger has seen is not opened again, whatever
its name. Snapshots are one delivery a file, in the order of their names; small files whose tables are all
changes or events are grouped, so that hundreds of till days are one load.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

import duckdb

from connectors.errors import ConnectorError
from connectors.formats.registry import FORMATS, OPEN_SCHEMA
from connectors.formats.rows import SourceFile
from connectors.source import Source
from warehouse.delivery import Delivery

GROUP_BYTES = 64 << 20


def deliveries(
    source: Source, root: Path, seen: Callable[[str], bool], connect: Callable[[], duckdb.DuckDBPyConnection]
) -> Iterator[Delivery]:
    """Yield what is new among the source's files.

    Raises ConnectorError when there is no file at all, or at the first one that cannot be read.
    """
    new = list(_new_files(source, root, seen))
    if not new:
        return
    with connect() as con:
        for group in _groups(new, source):
            yield _deliver(group, source, con)


def _new_files(source: Source, root: Path, seen: Callable[[str], bool]) -> Iterator[SourceFile]:
    """The files not seen before; of files with the same bytes the first."""
    taken: set[str] = set()
    for path in _matching(source, root):
        content_hash = _hash(path)
        if content_hash not in taken and not seen(content_hash):
            taken.add(content_hash)
            label = str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
            yield SourceFile(path, label, content_hash, _tables_of(path, label, source))


def _matching(source: Source, root: Path) -> list[Path]:
    pattern = Path(source.path or "")
    base = Path(pattern.anchor) if pattern.is_absolute() else root
    found = sorted(base.glob(str(pattern.relative_to(pattern.anchor))))
    files = [path for path in found if path.is_file()]
    if not files:
        raise ConnectorError(
            f"sources/{source.name}.yaml: no file matches {source.path}. "
            "Put the silo's export there, or change `path`."
        )
    return files


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tables_of(path: Path, label: str, source: Source) -> tuple[str, ...]:
    tables = source.tables.items()
    names = tuple(name for name, table in tables if table.files is None or fnmatch(path.name, table.files))
    if not names:
        raise ConnectorError(
            f"{label}: no table of sources/{source.name}.yaml takes a file of this name. "
            "Add it to a table's `files`, or narrow `path`."
        )
    return names


def _groups(files: Sequence[SourceFile], source: Source) -> Iterator[list[SourceFile]]:
    """Snapshots alone; files of the same tables that hold changes or events together, up to GROUP_BYTES."""
    group: list[SourceFile] = []
    size = 0
    for file in files:
        file_size = file.path.stat().st_size
        fits = group and file.tables == group[0].tables and size + file_size <= GROUP_BYTES
        if group and not (fits and _may_be_grouped(file, source)):
            yield group
            group, size = [], 0
        group.append(file)
        size += file_size
    if group:
        yield group


def _may_be_grouped(file: SourceFile, source: Source) -> bool:
    return all(source.tables[name].delivery != "snapshot" for name in file.tables)


def _deliver(group: Sequence[SourceFile], source: Source, con: duckdb.DuckDBPyConnection) -> Delivery:
    assert source.format is not None
    tables = FORMATS[source.format](group, source, con)
    first, last = group[0], group[-1]
    alone = len(group) == 1
    parts = tuple((file.label, file.content_hash) for file in group)
    return Delivery(
        name=first.label if alone else f"{first.label} … {last.path.name} ({len(group)} files)",
        content_hash=first.content_hash if alone else _hash_of(parts),
        tables=tables,
        parts=() if alone else parts,
        open_schema=source.format in OPEN_SCHEMA or first.path.suffix == ".jsonl",
    )


def _hash_of(parts: Sequence[tuple[str, str]]) -> str:
    return hashlib.sha256("\n".join(content_hash for _, content_hash in parts).encode()).hexdigest()
