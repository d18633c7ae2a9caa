"""Identifiers and literals as SQL text."""


def identifier(name: str) -> str:
    """Return the name in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return the text in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def column_list(names: list[str] | tuple[str, ...]) -> str:
    """Return the quoted names, separated by commas."""
    return ", ".join(identifier(name) for name in names)
