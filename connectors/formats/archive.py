"""ZIP files, with one clear line for those that were cut off on the way."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from connectors.errors import ConnectorError

MAX_MEMBER_BYTES = 4 << 30


@contextmanager
def open_zip(path: Path, label: str) -> Iterator[ZipFile]:
    """Yield the archive. Raises ConnectorError when it is not whole, also when a member is read."""
    try:
        with ZipFile(path) as archive:
            yield archive
    except (BadZipFile, zlib.error, EOFError):
        raise ConnectorError(
            f"{label}: not a whole ZIP file, probably cut off on the way. Ask the silo to send it again."
        ) from None


def read_member(archive: ZipFile, name: str, label: str) -> bytes:
    """Return a member's bytes. Raises ConnectorError when it is encrypted or absurdly large."""
    info = archive.getinfo(name)
    if info.flag_bits & 1:
        raise ConnectorError(f"{label}: {name} is encrypted. Ask the silo for a ZIP without password.")
    if info.file_size > MAX_MEMBER_BYTES:
        raise ConnectorError(f"{label}: {name} would be {info.file_size >> 30} GiB. Ask for smaller files.")
    return archive.read(name)
