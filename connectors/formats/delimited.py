"""CSV: any delimiter, quote and encoding; every field text; lines that do not fit are kept as bad lines."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from connectors.errors import ConnectorError
from connectors.formats.badlines import BadLines
from connectors.formats.header import Top, read_header
from connectors.formats.quoting import Lines
from connectors.formats.rows import SourceFile, check_columns
from connectors.formats.text import STREAMED_BYTES, Text, open_text
from connectors.source import Options, Source
from warehouse.delivery import BAD_LINE, BAD_PLACE, Rows
from warehouse.quoting import identifier

_BLOCK_BYTES = 8 << 20
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
    may_end_early: bool = True,
) -> pa.Table:
    """Return a whole CSV as a table of text. `names` are the columns where there is no header."""
    reader = open_csv(content, label, options, names, check_names, may_end_early)
    return reader.read_all()


def open_csv(
    content: Path | bytes,
    label: str,
    options: Options,
    names: Sequence[str] | None = None,
    check_names: CheckNames | None = None,
    may_end_early: bool = True,
) -> pa.RecordBatchReader:
    """Return a CSV as a stream of batches; the last one holds the bad lines.

    Raises ConnectorError when it is empty, not in the declared encoding, or bears wrong names, and, unless
    it may_end_early, when it was cut off inside its last row.
    """
    text, encoding = open_text(content, label, options.encoding)
    options = options.model_copy(update={"encoding": encoding})
    if options.delimiter == WHITESPACE:
        text, options = _tabbed(text, encoding), options.model_copy(update={"delimiter": "\t"})
    top = Top(text, 0, 1, list(names or [])) if not options.header else read_header(text, label, options)
    if check_names:
        check_names(top.names)
    header, bad_lines = top.names, BadLines(label, encoding)
    kept = _without_swallowed(top, label, options, bad_lines, may_end_early)
    batches: Iterator[pa.RecordBatch] = map(_without_empty, _batches(kept, label, options, header, bad_lines))
    if options.trim:
        batches = map(_trimmed, batches)
    if options.row_number:
        header, batches = [*header, options.row_number], _numbered(batches, options.row_number)
    schema = pa.schema([(name, pa.string()) for name in (*header, BAD_LINE, BAD_PLACE)])
    return pa.RecordBatchReader.from_batches(schema, _with_bad_lines(batches, schema, bad_lines, top))


def _read_file(file: SourceFile, table: str, source: Source) -> Rows:
    contract, options = source.tables[table], source.reading
    added = [name for name in (options.row_number, options.row_hash) if name]

    def check_names(found: Sequence[str]) -> None:
        check_columns(file.label, found, contract, options.delimiter, added)

    names = [name for name in contract.columns if name not in added]
    reader = open_csv(file.path, file.label, options, names, check_names, contract.delivery != "snapshot")
    return reader if file.path.stat().st_size > STREAMED_BYTES else reader.read_all()


def _without_swallowed(
    top: Top, label: str, options: Options, bad_lines: BadLines, may_end_early: bool
) -> pa.Buffer | bytes:
    """The text below the header, without the lines whose quoting swallows others: they are bad lines."""
    text, start = top.text, top.start
    quote = options.quote.encode(options.encoding) if options.quote else b""
    lines = Lines(text, start, top.line, options.delimiter.encode(options.encoding), quote, len(top.names))
    swallowed, value = lines.swallowed()
    if not may_end_early and lines.is_cut_off(swallowed, value):
        raise ConnectorError(
            f"{label}: the file ends inside its last row, probably cut off on the way. Ask the silo to send it again."
        )
    if not swallowed:
        return pa.py_buffer(text)[start:]
    kept = []
    for stretch in swallowed:
        kept.append(bytes(text[start : stretch.start]))
        bad_lines.add_lines(bytes(text[stretch.start : stretch.end]), stretch.first_line)
        start = stretch.end
    return b"".join([*kept, bytes(text[start:])])


def _batches(
    rows: pa.Buffer | bytes, label: str, options: Options, header: list[str], bad_lines: BadLines
) -> Iterator[pa.RecordBatch]:
    """The rows, block by block; lines with a wrong number of fields go to `bad_lines`."""
    if not len(rows):
        return

    def keep_bad_line(row: pyarrow.csv.InvalidRow) -> str:
        bad_lines.add(row.text)
        return "skip"

    try:
        yield from pyarrow.csv.open_csv(
            pa.BufferReader(rows),
            read_options=pyarrow.csv.ReadOptions(
                column_names=header, block_size=_BLOCK_BYTES, encoding=options.encoding
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
    except pa.ArrowInvalid:
        raise ConnectorError(
            f"{label}: a row is longer than {_BLOCK_BYTES >> 20} MiB, so a line end is missing or a value holds a "
            "whole file. Ask the silo to leave that value out."
        ) from None


def _without_empty(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The rows that hold a value: `;;;` is an empty line, with blanks too."""
    filled = pa.scalar(False)
    for column in batch.columns:
        filled = pc.or_(filled, pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(column), ""), False))
        if pc.all(filled).as_py():
            return batch
    return batch.filter(filled)


def _tabbed(content: Text, encoding: str) -> bytes:
    """The text with a tab for every run of blanks, and none at the ends of a line."""
    text = bytes(content).decode(encoding)
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
    texts = ", ".join(
        f"coalesce({identifier(column)}, '')" for column in rows.schema.names if column not in (BAD_LINE, BAD_PLACE)
    )
    con.register("_rows", rows)
    hashed = con.sql(f"select *, sha256(concat_ws(chr(31), {texts})) as {identifier(name)} from _rows").to_arrow_table()
    con.unregister("_rows")
    return hashed


def _with_bad_lines(
    batches: Iterator[pa.RecordBatch], schema: pa.Schema, bad_lines: BadLines, top: Top
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        none = pa.nulls(batch.num_rows, pa.string())
        yield pa.RecordBatch.from_arrays([*batch.columns, none, none], schema=schema)
    texts, places = bad_lines.placed(top.text, top.start, top.line)
    if texts:
        nulls = pa.nulls(len(texts), pa.string())
        lines = [pa.array(column, pa.string()) for column in (texts, places)]
        yield pa.RecordBatch.from_arrays([nulls] * (len(schema) - 2) + lines, schema=schema)


def _concat(parts: Sequence[Rows]) -> pa.Table:
    whole = [part if isinstance(part, pa.Table) else part.read_all() for part in parts]
    return pa.concat_tables(whole, promote_options="default")
