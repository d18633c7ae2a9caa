"""What a person reads when a YAML file of this package is wrong: file, line, what was found and expected."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def explain(name: Path | str, data: Any, error: ValidationError) -> str:
    """Return one line on the first thing wrong in `data`, as read by `warehouse.yamlfile.read_yaml`."""
    first = error.errors()[0]
    line, key = _place(data, first["loc"])
    return f"{name}:{line}: {_message(key, first)}"


def _message(key: str, error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return f"`{error['loc'][-1]}` is missing. Add it."
    if error["type"] == "extra_forbidden":
        return f"`{error['loc'][-1]}` is not known here. Take it out, or correct its spelling."
    if error["type"] == "literal_error":
        allowed = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return f'{key} "{error["input"]}" is not one of {allowed}. Use one of those.'
    message = error["msg"].removeprefix("Value error, ")
    return message if message.endswith(".") else f"{key}: {message}."


def _place(data: Any, place: tuple[int | str, ...]) -> tuple[int, str]:
    """The line of the deepest part of `place` that the file holds, and its key. Parts that are only
    names of pydantic's own (tags of a union) are stepped over."""
    node, line, key = data, 1, "file"
    for part in place:
        try:
            line = (node.lc.key(part) if hasattr(node, "keys") else node.lc.item(part))[0] + 1
            node = node[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
        key = str(part) if isinstance(part, str) else key
    return line, key
