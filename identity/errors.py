"""The error of this package."""

from warehouse.errors import RundblickError


class IdentityError(RundblickError):
    """Linking, customer ids or judgements that cannot be used as it is."""
