"""What a connector hands over: the rows of one file, of a group of small files or of one SQL pull."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa

Rows: TypeAlias = pa.Table | pa.RecordBatchReader

BAD_LINE = "_bad_line"
"""Column of a delivery with a line that could not be read as a row; the row's other columns are null."""

BAD_PLACE = "_bad_place"
"""Column of a delivery with the place of such a line, `file:line`, where the connector knows it."""


@dataclass(frozen=True)
class Delivery:
    """One thing that is loaded wholly or not at all.

    tables maps a table of the contract to its rows, column names as sent. Text as sent (never
    parsed by the connector); typed Arrow columns only where the silo itself is typed (SQL).
    A line that could not be read comes in the column BAD_LINE, and is rejected as `not readable`.
    content_hash is the SHA-256 (hex) of the file's bytes, or of the rows of a SQL pull.
    parts names every file of a group with its hash: `(name, hash)`. Empty means the delivery is
    one file, its name and hash those of the delivery.
    open_schema is true for formats such as JSON, whose rows leave out what they do not have: an
    absent column then reads as null instead of stopping the source.
    """

    name: str
    content_hash: str
    tables: Mapping[str, Rows]
    cursor: str | None = None
    parts: tuple[tuple[str, str], ...] = ()
    open_schema: bool = False

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """Every file of this delivery as (name, content hash)."""
        return self.parts or ((self.name, self.content_hash),)
