"""CSV: any delimiter, quote and encoding; every field text; lines that do not fit are kept as bad lines."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from connectors.errors import ConnectorError
from connectors.formats.encoding import check_encoding
from connectors.formats.rows import SourceFile, check_columns
from connectors.source import Options, Source
from warehouse.delivery import BAD_LINE, Rows
from warehouse.quoting import identifier

STREAMED_BYTES = 256 << 20
_BLOCK_BYTES = 8 << 20
_HEAD_BYTES = 1 << 20
_MAX_BAD_LINE = 500
WHITESPACE = "whitespace"

CheckNames = Callable[[Sequence[str]], None]


def read(files: Sequence[SourceFile], source: Source, con: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """Return one table a raw table; files of the same table follow each other."""
    tables: dict[str, list[Rows]] = {}
    for file in files:
        for name in file.tables:
            tables.setdefault(name, []).append(_read_file(file, name, source))
    joined = {name: parts[0] if len(parts) == 1 else _concat(parts) for name, parts in tables.items()}
    hashed = source.reading.row_hash
    return {name: _with_row_hash(rows, hashed, con) for name, rows in joined.items()} if hashed else joined


def read_csv(
    content: Path | bytes,
    label: str,
    options: Options,
    names: Sequence[str] | None = None,
    check_names: CheckNames | None = None,
) -> pa.Table:
    """Return a whole CSV as a table of text. `names` are the columns where there is no header."""
    reader = open_csv(content, label, options, names, check_names)
    return reader.read_all()


def open_csv(
    content: Path | bytes,
    label: str,
    options: Options,
    names: Sequence[str] | None = None,
    check_names: CheckNames | None = None,
) -> pa.RecordBatchReader:
    """Return a CSV as a stream of batches; the last one holds the bad lines.

    Raises ConnectorError when it is empty, not in the declared encoding, or bears wrong names.
    """
    check_encoding(content, label, options.encoding)
    if options.delimiter == WHITESPACE:
        content, options = _tabbed(content, options.encoding), options.model_copy(update={"delimiter": "\t"})
    header, header_lines = (list(names or []), 0) if not options.header else _header(content, label, options)
    if check_names:
        check_names(header)
    bad_lines: list[str] = []
    batches = _batches(content, options, header, header_lines, bad_lines)
    if options.trim:
        batches = map(_trimmed, batches)
    if options.row_number:
        header, batches = [*header, options.row_number], _numbered(batches, options.row_number)
    schema = pa.schema([(name, pa.string()) for name in (*header, BAD_LINE)])
    return pa.RecordBatchReader.from_batches(schema, _with_bad_lines(batches, schema, bad_lines))


def _read_file(file: SourceFile, table: str, source: Source) -> Rows:
    contract, options = source.tables[table], source.reading
    added = [name for name in (options.row_number, options.row_hash) if name]

    def check_names(found: Sequence[str]) -> None:
        check_columns(file.label, found, contract, options.delimiter, added)

    names = [name for name in contract.columns if name not in added]
    reader = open_csv(file.path, file.label, options, names, check_names)
    return reader if file.path.stat().st_size > STREAMED_BYTES else reader.read_all()


def _header(content: Path | bytes, label: str, options: Options) -> tuple[list[str], int]:
    """The column names, and how many lines they take."""
    head = content[:_HEAD_BYTES] if isinstance(content, bytes) else _head(content)
    text = io.StringIO(head.decode(options.encoding, errors="ignore").removeprefix("\ufeff"), newline="")
    if options.quote:
        lines = csv.reader(text, delimiter=options.delimiter, quotechar=options.quote)
    else:
        lines = csv.reader(text, delimiter=options.delimiter, quoting=csv.QUOTE_NONE)
    header = next(lines, None)
    if not header:
        raise ConnectorError(f"{label}: the file is empty, not even a header. Ask the silo to send it again.")
    names = [name.strip() or f"column_{number}" for number, name in enumerate(header, start=1)]
    return names, lines.line_num


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _batches(
    content: Path | bytes, options: Options, header: list[str], header_lines: int, bad_lines: list[str]
) -> Iterator[pa.RecordBatch]:
    """The rows, block by block; lines with a wrong number of fields go to `bad_lines`."""

    def keep_bad_line(row: pyarrow.csv.InvalidRow) -> str:
        bad_lines.append(row.text[:_MAX_BAD_LINE])
        return "skip"

    reader = pyarrow.csv.open_csv(
        io.BytesIO(content) if isinstance(content, bytes) else content,
        read_options=pyarrow.csv.ReadOptions(
            column_names=header, skip_rows=header_lines, block_size=_BLOCK_BYTES, encoding=options.encoding
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=options.delimiter,
            quote_char=options.quote or False,
            newlines_in_values=True,
            invalid_row_handler=keep_bad_line,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={name: pa.string() for name in header}, strings_can_be_null=True, null_values=[""]
        ),
    )
    yield from reader


def _tabbed(content: Path | bytes, encoding: str) -> bytes:
    """The text with a tab for every run of blanks, and none at the ends of a line."""
    text = (content if isinstance(content, bytes) else content.read_bytes()).decode(encoding)
    lines = re.sub(r"^[ \t]+|[ \t]+(?=\r?$)", "", text, flags=re.MULTILINE)
    return re.sub(r"[ \t]+", "\t", lines).encode(encoding)


def _trimmed(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = [pc.utf8_trim_whitespace(column) for column in batch.columns]
    texts = [pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column) for column in columns]
    return pa.RecordBatch.from_arrays(texts, names=batch.schema.names)


def _numbered(batches: Iterator[pa.RecordBatch], name: str) -> Iterator[pa.RecordBatch]:
    """The batches with the number of each readable row, from 1."""
    before = 0
    for batch in batches:
        numbers = pa.array(range(before + 1, before + 1 + batch.num_rows)).cast(pa.string())
        before += batch.num_rows
        yield batch.append_column(name, numbers)


def _with_row_hash(rows: Rows, name: str, con: duckdb.DuckDBPyConnection) -> pa.Table:
    """The rows with the SHA-256 of all their fields, which is the same as long as the row is."""
    texts = ", ".join(f"coalesce({identifier(column)}, '')" for column in rows.schema.names if column != BAD_LINE)
    con.register("_rows", rows)
    hashed = con.sql(f"select *, sha256(concat_ws(chr(31), {texts})) as {identifier(name)} from _rows").to_arrow_table()
    con.unregister("_rows")
    return hashed


def _with_bad_lines(
    batches: Iterator[pa.RecordBatch], schema: pa.Schema, bad_lines: list[str]
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        no_bad_line = pa.nulls(batch.num_rows, pa.string())
        yield pa.RecordBatch.from_arrays([*batch.columns, no_bad_line], schema=schema)
    if bad_lines:
        nulls = pa.nulls(len(bad_lines), pa.string())
        lines = pa.array(sorted(bad_lines), pa.string())
        yield pa.RecordBatch.from_arrays([nulls] * (len(schema) - 1) + [lines], schema=schema)


def _concat(parts: Sequence[Rows]) -> pa.Table:
    whole = [part if isinstance(part, pa.Table) else part.read_all() for part in parts]
    return pa.concat_tables(whole, promote_options="default")
