"""The lines of a text that could not be read as rows, each with its place, `file:line`."""

import bisect
from itertools import accumulate

from connectors.formats.quoting import Text

_MAX_SHOWN = 500
_BLOCK_BYTES = 16 << 20


class BadLines:
    """Collects bad lines while a text is read, and says at the end where they stand."""

    def __init__(self, label: str, encoding: str) -> None:
        self._label, self._encoding = label, encoding
        self._known: list[tuple[int, str]] = []
        self._found: list[str] = []

    def add(self, text: str) -> None:
        """Keep a line of which only the text is known."""
        self._found.append(text)

    def add_lines(self, stretch: bytes, first_line: int) -> None:
        """Keep every line of a stretch of the text."""
        lines = stretch.decode(self._encoding, errors="replace").split("\n")
        filled = ((number, line.rstrip("\r")) for number, line in enumerate(lines, start=first_line))
        self._known += [(number, line) for number, line in filled if line]

    def placed(self, text: Text, start: int, first_line: int) -> tuple[list[str], list[str]]:
        """Return the lines in order, and their places; where a line cannot be found again, the file alone."""
        offsets = self._offsets(text, start)
        numbers = _line_numbers(text, start, first_line, [offset for offset in offsets if offset >= 0])
        found = [line for line, offset in zip(self._found, offsets, strict=True) if offset >= 0]
        lost = [line for line, offset in zip(self._found, offsets, strict=True) if offset < 0]
        every = sorted([*self._known, *zip(numbers, found, strict=True)])
        lines = [line[:_MAX_SHOWN] for line in [*(line for _, line in every), *lost]]
        return lines, [*(f"{self._label}:{number}" for number, _ in every), *([self._label] * len(lost))]

    def _offsets(self, text: Text, start: int) -> list[int]:
        """Where each found line stands, -1 where it does not; the reader met them in the text's order."""
        offsets = []
        end = b"\r\n" if text.find(b"\r\n", start) >= 0 else b"\n"
        position = start
        for line in self._found:
            sought = line.encode(self._encoding, errors="replace")
            if text[position : position + len(sought) + len(end)] == sought + end:
                offset = position
            elif (offset := text.find(b"\n" + sought + end, max(position - 1, 0))) >= 0:
                offset += 1
            elif text[max(len(text) - len(sought) - 1, 0) :] == b"\n" + sought:
                offset = len(text) - len(sought)
            offsets.append(offset)
            position = offset + len(sought) + len(end) if offset >= 0 else position
        return offsets


def _line_numbers(text: Text, start: int, first_line: int, offsets: list[int]) -> list[int]:
    """The number of the line that each offset stands in."""
    ordered = sorted(set(offsets))
    parts = [bytes(text[a:b]).count(b"\n") for a, b in zip([start, *ordered], ordered, strict=False)]
    numbers = list(accumulate(parts, initial=first_line))[1:]
    return [numbers[bisect.bisect_left(ordered, offset)] for offset in offsets]
