"""How a command ends: 0 well, 1 a run that failed, 2 bad input with one clear line."""

from warehouse.errors import RundblickError

RUN_FAILED = 1
BAD_INPUT = 2


class RunFailedError(RundblickError):
    """A run in which a step failed; what was published before stays."""
