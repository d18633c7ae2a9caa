"""Reading files by their format so that no library's failure passes: it becomes one line about the file."""

import binascii
import lzma
import struct
import zlib
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree
from zipfile import BadZipFile

import duckdb
import pyarrow as pa

from connectors.errors import ConnectorError
from connectors.formats.registry import FORMATS
from connectors.formats.rows import SourceFile
from connectors.source import Source
from warehouse.delivery import Rows

_FAILURES = (
    *(
        ArithmeticError,
        AttributeError,
        EOFError,
        LookupError,
        MemoryError,
        OSError,
        RuntimeError,
        TypeError,
        ValueError,
    ),
    *(BadZipFile, ElementTree.ParseError, binascii.Error, lzma.LZMAError, struct.error, zlib.error),
    *(duckdb.Error, pa.ArrowException),
)


def read_files(files: Sequence[SourceFile], source: Source, con: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """Return the tables of the files.

    Raises ConnectorError, and nothing else, when they cannot be read; so does what is streamed later.
    """
    assert source.format is not None
    try:
        tables = FORMATS[source.format](files, source, con)
    except _FAILURES as failure:
        raise _explained(_culprit(files, source, con), source, failure) from None
    return {name: _guarded(rows, files, source) for name, rows in tables.items()}


def _culprit(files: Sequence[SourceFile], source: Source, con: duckdb.DuckDBPyConnection) -> str:
    """The label of the first file that cannot be read by itself."""
    assert source.format is not None
    for file in files if len(files) > 1 else ():
        try:
            FORMATS[source.format]([file], source, con)
        except _FAILURES:
            return file.label
    return files[0].label if len(files) == 1 else f"{files[0].label} … {files[-1].path.name}"


def _guarded(rows: Rows, files: Sequence[SourceFile], source: Source) -> Rows:
    """The rows; a failure while they are streamed is told as one while the file was opened."""
    if isinstance(rows, pa.Table):
        return rows

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from rows
        except _FAILURES as failure:
            label = files[0].label if len(files) == 1 else f"{files[0].label} … {files[-1].path.name}"
            raise _explained(label, source, failure) from None

    return pa.RecordBatchReader.from_batches(rows.schema, batches())


def _explained(label: str, source: Source, failure: BaseException) -> ConnectorError:
    return ConnectorError(
        f"{label}: cannot be read as {source.format} ({type(failure).__name__}). Ask the silo to send it again; if it "
        f"opens elsewhere, compare its format with sources/{source.name}.yaml."
    )
