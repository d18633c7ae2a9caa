"""The head of a CSV: a line that names the delimiter, titles, and the names of the columns."""

import csv
import io
import re
from dataclasses import dataclass

from connectors.errors import ConnectorError
from connectors.formats.text import Text
from connectors.source import Options

_HEAD_BYTES = 1 << 20


@dataclass(frozen=True)
class Top:
    """A text with the names of its columns, and where its rows begin: the place and the line's number."""

    text: Text
    start: int
    line: int
    names: list[str]


def read_header(text: Text, label: str, options: Options) -> Top:
    """Return the names of the columns, whatever stands above them.

    Raises ConnectorError when there are none, or the text names another delimiter.
    """
    head = bytes(text[:_HEAD_BYTES])
    skipped = options.skip_lines
    if sign := re.match(rb'"?sep=(.)"?\r?\n', head):
        if sign[1].decode(options.encoding) != options.delimiter:
            raise ConnectorError(f"{label}: its first line says which delimiter it has: set options.delimiter to it.")
        skipped += 1
    lines = head.splitlines(keepends=True)
    above, below = lines[:skipped], lines[skipped:]
    decoded = io.StringIO(b"".join(below).decode(options.encoding, errors="ignore"), newline="")
    if options.quote:
        reader = csv.reader(decoded, delimiter=options.delimiter, quotechar=options.quote)
    else:
        reader = csv.reader(decoded, delimiter=options.delimiter, quoting=csv.QUOTE_NONE)
    try:
        header = next(reader, None)
    except csv.Error:
        raise ConnectorError(f"{label}: the header cannot be read. Check its quotes, or ask the silo.") from None
    if not header or not any(name.strip() for name in header):
        raise ConnectorError(f"{label}: the file is empty, not even a header. Ask the silo to send it again.")
    names = [name.strip() or f"column_{number}" for number, name in enumerate(header, start=1)]
    start = sum(map(len, [*above, *below[: reader.line_num]]))
    return Top(text, start, skipped + reader.line_num + 1, names)
