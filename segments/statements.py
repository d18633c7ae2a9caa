"""The SQL statements of this package, one a file in `sql/`."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import duckdb

_FOLDER = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> str:
    """Return the text of `sql/<name>.sql`."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def run(con: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, object]) -> None:
    """Execute one statement with those of the values that it names as `$name`."""
    text = statement(name)
    wanted = set(re.findall(r"\$([a-z_]+)", text))
    con.execute(text, {key: value for key, value in values.items() if key in wanted})
