"""The segments that a workspace has: the retail pack, and its own, which add or override by name."""

from pathlib import Path

from segments.definition import Segment, read_segment
from segments.errors import SegmentError

_PACK = Path(__file__).parent / "definitions"


def read_segments(workspace_root: Path | None = None) -> dict[str, Segment]:
    """Return the segments by name: of the retail pack, then of `<workspace>/segments/*.yaml`.

    Raises SegmentError, naming file and line, for one that is not valid.
    """
    found = {file.stem: read_segment(file) for file in sorted(_PACK.glob("*.yaml"))}
    if workspace_root is not None:
        found |= {file.stem: read_segment(file) for file in sorted((workspace_root / "segments").glob("*.yaml"))}
    return dict(sorted(found.items()))


def segment_named(segments: dict[str, Segment], name: str) -> Segment:
    """Return the segment of that name. Raises SegmentError that lists the names there are."""
    if name not in segments:
        raise SegmentError(f'segment "{name}" is not known. Use one of {", ".join(segments)}.')
    return segments[name]
