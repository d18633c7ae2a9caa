"""DuckDB connections: the one place that opens a database.

A warehouse file has one writer, which holds the workspace's lock (`warehouse.lock`). Published
snapshots are immutable files that anybody may read, each opened by its resolved path: inside one
process a second connect to the same path would return the old cached database.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import duckdb

from warehouse.settings import threads

_OPENING = threading.Lock()
_HARDENED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def connect_memory() -> duckdb.DuckDBPyConnection:
    """Return an empty in-memory database with the session settings that every connection has."""
    return _prepare(duckdb.connect(":memory:"))


def connect_warehouse(path: Path) -> duckdb.DuckDBPyConnection:
    """Return the writing connection to the warehouse file, made when absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return _prepare(duckdb.connect(str(path)))


@contextmanager
def connect_snapshot(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a read-only connection to a published snapshot that can reach nothing else.

    No file, network or extension access, and the settings are locked, so that SQL from people
    can run on it. Tables are found as `serve.<table>`: the file's stem is the database's name.
    Several connections of one process to one snapshot share its settings, so only the first may set them.
    """
    with _OPENING:
        con = duckdb.connect(str(path.resolve()), read_only=True, config=_HARDENED)
        if con.execute("select current_setting('lock_configuration')").fetchall() == [(False,)]:
            _prepare(con, "set global").execute("set global lock_configuration = true")
    try:
        yield con
    finally:
        con.close()


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit at the end, roll back on any error or interrupt."""
    con.begin()
    try:
        yield
        con.commit()
    except BaseException:
        con.rollback()
        raise


def _prepare(con: duckdb.DuckDBPyConnection, put: str = "set") -> duckdb.DuckDBPyConnection:
    con.execute(f"{put} timezone = 'UTC'")
    con.execute("set enable_progress_bar = false")
    if (count := threads()) is not None:
        con.execute(f"{put} threads = {count}")
    return con


@lru_cache(maxsize=1024)
def _parsed(statements: str) -> tuple[duckdb.Statement, ...]:
    return tuple(duckdb.extract_statements(statements))


class _ParsingOnce:
    """A connection whose statements are parsed once a process: parsing takes some .1 ms for each 100 characters."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def execute(self, statements: str, values: object = None) -> duckdb.DuckDBPyConnection:
        for statement in _parsed(statements):
            self._con.execute(statement, values)
        return self._con

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)


def parsing_once(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return `con` with its statements kept in parsed form, for steps of many statements that run again and again."""
    return con if isinstance(con, _ParsingOnce) else cast("duckdb.DuckDBPyConnection", _ParsingOnce(con))
