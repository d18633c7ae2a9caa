"""Text that is not in the declared encoding is refused, never read as something else."""

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from connectors.errors import ConnectorError

_CHUNK = 1 << 22
_CONTROLS = re.compile(rb"[\x80-\x9f]")


def check_encoding(content: Path | bytes, label: str, encoding: str) -> None:
    """Raise ConnectorError, with the line, when the text is not in `encoding`.

    A one-byte encoding fits nearly any file, so there the test is the other way round: text with
    umlauts that is flawless UTF-8 is UTF-8, whatever was declared.
    """
    line = _first_bad_line(content, encoding)
    if line is not None:
        raise ConnectorError(f"{label}: line {line} is not {encoding}. {_advice(content, encoding)}")
    if is_one_byte(encoding) and not _is_ascii(content) and _first_bad_line(content, "utf-8") is None:
        raise ConnectorError(f"{label}: this is utf-8, not {encoding}. Set options.encoding to utf-8.")
    if encoding.startswith(("iso8859", "latin")) and (line := _first_control(content)):
        raise ConnectorError(
            f"{label}: line {line} holds signs that {encoding} does not have. "
            "If the silo sends cp1252, set options.encoding to cp1252."
        )


def _first_bad_line(content: Path | bytes, encoding: str) -> int | None:
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    for chunk in (*_chunks(content), b""):
        try:
            line += decoder.decode(chunk, final=not chunk).count("\n")
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
    return None


def _first_control(content: Path | bytes) -> int | None:
    """The first line with a byte that ISO 8859 leaves to the control codes, where cp1252 has letters."""
    line = 1
    for chunk in _chunks(content):
        if found := _CONTROLS.search(chunk):
            return line + chunk.count(b"\n", 0, found.start())
        line += chunk.count(b"\n")
    return None


def _chunks(content: Path | bytes) -> Iterable[bytes]:
    if isinstance(content, bytes):
        return [content]
    return _file_chunks(content)


def _file_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _is_ascii(content: Path | bytes) -> bool:
    return all(chunk.isascii() for chunk in _chunks(content))


def is_one_byte(encoding: str) -> bool:
    """Whether every byte is a sign of its own, the lower half those of ASCII."""
    return encoding.startswith(("cp12", "iso8859", "latin"))


def _advice(content: Path | bytes, encoding: str) -> str:
    start = next(iter(_chunks(content)), b"")[:2]
    likely = "utf-16" if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "cp1252"
    if encoding == likely:
        likely = "utf-8"
    return f"If the silo sends {likely}, set options.encoding to {likely}."
