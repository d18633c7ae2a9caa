"""The error of this package."""

from warehouse.errors import RundblickError


class ConnectorError(RundblickError):
    """A source, a format or a channel file that cannot be used as it is."""
