"""YAML files with errors that name the line."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from warehouse.errors import WarehouseError


def read_yaml(path: Path) -> Any:
    """Return the file's content; dicts and lists remember their lines for `explain`.

    Raises WarehouseError when the file is absent, not UTF-8 or not YAML.
    """
    try:
        return YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WarehouseError(f"{path}: not found.") from None
    except UnicodeDecodeError:
        raise WarehouseError(f"{path}: not UTF-8. Save the file as UTF-8.") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WarehouseError(f"{path}:{line}: not valid YAML: {error.problem}.") from None


def explain(path: Path, error: ValidationError) -> str:
    """Return one line on the first thing wrong: `path:line: key: what was expected`."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "file"
    return f"{path}:{_line(path, first['loc'])}: {place}: {first['msg']}."


def _line(path: Path, place: tuple[int | str, ...]) -> int:
    """The line of the deepest part of `place` that the file holds."""
    node, line = read_yaml(path), 1
    for part in place:
        try:
            line = (node.lc.key(part) if hasattr(node, "keys") else node.lc.item(part))[0] + 1
            node = node[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line
