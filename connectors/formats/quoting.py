"""Quotes that swallow lines: a stray one makes the reader take the rows behind it for one value.

A value may hold line ends, so every stretch from a line that leaves a quote open to the line that closes
it is judged: it is swallowed when it is never closed, when text stands right behind the closing quote, or
when most of its lines look like rows. Lines whose quotes are all in order are passed over in bulk.
"""

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

Text = bytes | mmap.mmap

_BLOCK_BYTES = 16 << 20
_LOOKED_AT = 200
_UNUSUAL_BYTES = 1 << 20
_TELLING_FIELDS = 4
"""With so many fields a line of prose hardly has the right number of delimiters by chance."""
_LF, _CR = 10, 13
_IDENTIFIER = re.compile(rb"[^\s,;]+")


@dataclass(frozen=True)
class Stretch:
    """Lines whose quoting cannot be trusted: their place in the text, the first one's number from 1."""

    start: int
    end: int
    first_line: int
    closed: bool
    rows_inside: bool


@dataclass(frozen=True)
class Lines:
    """The lines of a CSV below its header."""

    text: Text
    start: int
    first_line: int
    delimiter: bytes
    quote: bytes
    columns: int

    @cached_property
    def _closing(self) -> re.Pattern[bytes]:
        """What is inside a quoted field, from behind its opening quote to the closing one."""
        return re.compile(b'(?:[^"]|"")*+"'.replace(b'"', re.escape(self.quote)))

    def swallowed(self) -> tuple[list[Stretch], Stretch | None]:
        """Return the stretches whose quoting swallows lines, in order, and the last one that is a value."""
        found: list[Stretch] = []
        value = None
        done = self.start
        for start, number in self._doubtful() if self.quote else ():
            if start >= done and self._walk(self._line(start), inside=False)[1]:
                stretch, trusted = self._stretch(start, number)
                done = stretch.end
                if trusted:
                    value = stretch
                else:
                    found.append(stretch)
        return found, value

    def is_cut_off(self, swallowed: list[Stretch], value: Stretch | None) -> bool:
        """Return whether the text ends inside a row: a quote left open, or too few fields and no line end."""
        if swallowed and swallowed[-1].end == len(self.text):
            return not swallowed[-1].closed and not swallowed[-1].rows_inside
        if self.text[-1:] in (b"\n", b"\r", b"") or len(self.text) <= self.start:
            return False
        last = self._line(max(self.text.rfind(b"\n") + 1, self.start))
        if value and value.end == len(self.text):
            before = self._walk(self._line(value.start), inside=False)[0] - 1
            return before + self._walk(last, inside=True)[0] < self.columns
        return self._walk(last, inside=False)[0] < self.columns

    def _doubtful(self) -> Iterator[tuple[int, int]]:
        """Start and number of the lines whose quotes do not open and close as they should."""
        start, number = self.start, self.first_line
        while start < len(self.text):
            end = self._block_end(start)
            block = np.frombuffer(self.text[start:end], dtype=np.uint8)
            ends = np.flatnonzero(block == _LF)
            starts = np.concatenate([[0], ends + 1])
            for line in self._disordered(block, ends):
                yield start + int(starts[line]), number + int(line)
            start, number = end, number + len(ends)

    def _block_end(self, start: int) -> int:
        end = self.text.find(b"\n", min(start + _BLOCK_BYTES, len(self.text)))
        return len(self.text) if end < 0 else end + 1

    def _disordered(self, block: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Index of the lines with an odd quote, or one that opens or closes inside text."""
        quotes = np.flatnonzero(block == self.quote[0])
        if not len(quotes):
            return quotes
        first = np.searchsorted(quotes, np.concatenate([[0], ends + 1]))
        count = np.diff(np.append(first, len(quotes)))
        place = np.arange(len(quotes)) - np.repeat(first, count)
        edge = np.zeros(256, dtype=bool)
        edge[[self.delimiter[0], self.quote[0], _LF, _CR]] = True
        neighbour = quotes + 2 * (place & 1) - 1
        wrong = ~edge[block.take(neighbour, mode="clip")] & (neighbour >= 0) & (neighbour < len(block))
        misplaced = np.searchsorted(ends, quotes[wrong])
        return np.unique(np.concatenate([misplaced, np.flatnonzero(count & 1)]))

    def _stretch(self, start: int, number: int) -> tuple[Stretch, bool]:
        """The stretch that a line opens, and whether it is a value with line ends."""
        end = self._line_end(start)
        while (quote := self.text.find(self.quote, end)) >= 0:
            line_start = self.text.rfind(b"\n", end, quote) + 1 or end
            line = self._line(line_start)
            end = self._line_end(line_start)
            _, inside, clean = self._walk(line, inside=True)
            if not inside:
                rows = self._holds_rows(start, end)
                usual = end - start <= _UNUSUAL_BYTES
                return Stretch(start, end, number, True, rows), clean and usual and not rows
        rows = self._holds_rows(start, len(self.text))
        return Stretch(start, len(self.text), number, False, rows), False

    def _holds_rows(self, start: int, end: int) -> bool:
        """Whether most lines of a stretch, the one that opens it apart, look like rows."""
        opening, *others = self.text[start:end].splitlines()
        others = others[:: max(1, len(others) // _LOOKED_AT)]
        alike = sum(self._looks_like_row(line, opening) for line in others)
        return bool(others) and 2 * alike >= len(others)

    def _looks_like_row(self, line: bytes, opening: bytes) -> bool:
        if line.count(self.delimiter) != self.columns - 1:
            return False
        if self.columns >= _TELLING_FIELDS:
            return True
        first, known = (text.split(self.delimiter)[0].strip(self.quote) for text in (line, opening))
        return _alike(first, known)

    def _line(self, start: int) -> bytes:
        return bytes(self.text[start : self._line_end(start)]).rstrip(b"\r\n")

    def _line_end(self, start: int) -> int:
        end = self.text.find(b"\n", start)
        return len(self.text) if end < 0 else end + 1

    def _walk(self, line: bytes, inside: bool) -> tuple[int, bool, bool]:
        """The line's fields, whether a quote is open at its end, and whether the first quote closed well.

        As the reader does: a quote opens at the start of a field only, and what follows a closing
        quote still belongs to the field.
        """
        position, fields, clean = 0, 0, True
        while True:
            if self.quote and (inside or line.startswith(self.quote, position)):
                closed = self._closing.match(line, position if inside else position + 1)
                if not closed:
                    return fields + 1, True, False
                position = closed.end()
                if inside:
                    clean = position == len(line) or line.startswith(self.delimiter, position)
                inside = False
            fields += 1
            position = line.find(self.delimiter, position) + 1
            if not position:
                return fields, False, clean


def _alike(field: bytes, known: bytes) -> bool:
    """Whether two fields look like values of one column: written alike, or two identifiers as long as each other."""
    if _shape(field) == _shape(known):
        return True
    long_alike = 2 * min(len(field), len(known)) > max(len(field), len(known))
    return long_alike and all(_IDENTIFIER.fullmatch(text) and re.search(rb"[0-9@]", text) for text in (field, known))


def _shape(field: bytes) -> bytes:
    """A field's kind of text: digits as 9, letters as a, each run once."""
    digits = re.sub(rb"[0-9]+", b"9", field)
    return re.sub(rb"[A-Za-z\x80-\xff]+", b"a", digits)
