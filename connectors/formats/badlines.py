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
        """Return the lines in order, and their places."""
        offsets: list[int] = []
        behind: dict[str, int] = {}
        for line in self._found:
            sought = line.encode(self._encoding, errors="replace")
            offset = text.find(sought, behind.get(line, start))
            while offset > start and text[offset - 1 : offset] not in (b"\n", b"\r"):
                offset = text.find(sought, offset + 1)
            offsets.append(max(offset, start))
            behind[line] = offset + len(sought) if offset >= 0 else start
        numbers = _line_numbers(text, start, first_line, offsets)
        every = sorted([*self._known, *zip(numbers, self._found, strict=True)])
        return [line[:_MAX_SHOWN] for _, line in every], [f"{self._label}:{number}" for number, _ in every]


def _line_numbers(text: Text, start: int, first_line: int, offsets: list[int]) -> list[int]:
    """The number of the line that each offset stands in."""
    ordered = sorted(set(offsets))
    parts = [bytes(text[a:b]).count(b"\n") for a, b in zip([start, *ordered], ordered, strict=False)]
    numbers = list(accumulate(parts, initial=first_line))[1:]
    return [numbers[bisect.bisect_left(ordered, offset)] for offset in offsets]
