"""Parquet: typed by the silo itself, streamed."""

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa
import pyarrow.parquet

from connectors.errors import ConnectorError
from connectors.formats.rows import SourceFile, check_columns
from connectors.source import Source
from warehouse.delivery import Rows


def read(files: Sequence[SourceFile], source: Source, con: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """Return the files' rows; a file may stand for one table only."""
    tables: dict[str, list[pyarrow.parquet.ParquetFile]] = {}
    for file in files:
        for name in file.tables:
            opened = _open(file)
            check_columns(file.label, opened.schema_arrow.names, source.tables[name])
            tables.setdefault(name, []).append(opened)
    return {name: _stream(parts) for name, parts in tables.items()}


def _open(file: SourceFile) -> pyarrow.parquet.ParquetFile:
    try:
        return pyarrow.parquet.ParquetFile(file.path)
    except (pa.ArrowInvalid, OSError):
        raise ConnectorError(f"{file.label}: not a whole Parquet file. Ask the silo to send it again.") from None


def _stream(parts: Sequence[pyarrow.parquet.ParquetFile]) -> pa.RecordBatchReader:
    schema = parts[0].schema_arrow

    def batches() -> Iterator[pa.RecordBatch]:
        for part in parts:
            for batch in part.iter_batches():
                batch.validate(full=True)  # Text that is not UTF-8 would bring the whole warehouse down.
                yield batch

    return pa.RecordBatchReader.from_batches(schema, batches())
