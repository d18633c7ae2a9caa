"""The error of this package."""

from warehouse.errors import RundblickError


class SegmentError(RundblickError):
    """A segment, a legal basis or an export that cannot be used as it is."""
