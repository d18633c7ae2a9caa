"""A text file as bytes in an encoding whose commas, quotes and line ends are those of ASCII."""

import gzip
import mmap
import zlib
from pathlib import Path

from connectors.errors import ConnectorError
from connectors.formats.encoding import check_encoding, is_one_byte

Text = bytes | mmap.mmap

STREAMED_BYTES = 256 << 20
MAX_UNPACKED_BYTES = 4 << 30
_UTF_8_MARK = b"\xef\xbb\xbf"


def open_text(content: Path | bytes, label: str, encoding: str) -> tuple[Text, str]:
    """Return the text without byte order mark and NUL, its lines ending in LF or CRLF, and the encoding it is in now.

    Raises ConnectorError when it is not in `encoding`, or a `.gz` is not whole. A large file is
    mapped, not read.
    """
    if isinstance(content, Path) and content.suffix == ".gz":
        content = _unpacked(content, label)
    check_encoding(content, label, encoding)
    text = content if isinstance(content, bytes) else _bytes(content)
    if encoding not in ("utf-8", "utf-8-sig") and not is_one_byte(encoding):
        text, encoding = bytes(text).decode(encoding).encode("utf-8"), "utf-8"
    if text[:3] == _UTF_8_MARK:
        text = text[3:] if isinstance(text, bytes) else bytes(text[3:])
    if text.find(b"\0") >= 0:
        text = bytes(text).replace(b"\0", b"")
    if text.find(b"\n") < 0 and text.find(b"\r") >= 0:
        text = bytes(text).replace(b"\r", b"\n")
    return text, encoding.removesuffix("-sig")


def _bytes(path: Path) -> Text:
    if path.stat().st_size <= STREAMED_BYTES:
        return path.read_bytes()
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _unpacked(path: Path, label: str) -> bytes:
    try:
        with gzip.open(path) as file:
            text = file.read(MAX_UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise ConnectorError(f"{label}: not a whole gzip file. Ask the silo to send it again.") from None
    if len(text) > MAX_UNPACKED_BYTES:
        raise ConnectorError(f"{label}: unpacks to more than 4 GiB. Ask the silo for smaller files.")
    return text
