"""The errors that reach a person: one line that says where, what was found, what was expected, what to do."""


class RundblickError(Exception):
    """Bad input or a refused action, with a message fit for a person. Never holds a personal value."""


class WarehouseError(RundblickError):
    """Settings, contracts, loading, models, publishing or the state store."""
