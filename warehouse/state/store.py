"""Opening the state store, and the transaction in which it is written.

SQLite in WAL mode by default, PostgreSQL by URL. A writer holds the store's one write lock from
the first statement (BEGIN IMMEDIATE; an advisory lock on PostgreSQL), so that what it read before
it wrote is still true at its commit.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from warehouse.errors import WarehouseError

HEAD = "0002"
MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 10
_ADVISORY_LOCK = 0x52756E64


def open_state(url: str) -> sa.Engine:
    """Return the engine of the state store at `url`, made or upgraded to this program's tables.

    Opening an up-to-date store is one query. Raises WarehouseError when the store cannot be
    reached or was made by a newer program.
    """
    engine = _engine(url)
    try:
        if _revision(engine) != HEAD:
            _upgrade(engine)
    except sa.exc.DatabaseError as error:
        engine.dispose()
        raise WarehouseError(
            f"state store {engine.url!r}: cannot be opened ({type(error.orig).__name__}). "
            "Check that the path or server exists and that RUNDBLICK_STATE_URL is right."
        ) from None
    return engine


@contextmanager
def write(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection in a transaction that is the store's only writer until it ends."""
    with engine.connect() as con:
        con.execution_options(is_writer=True)
        with con.begin():
            if con.dialect.name == "postgresql":
                con.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
            yield con


def _engine(url: str) -> sa.Engine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_pre_ping=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, connect_args={"timeout": _BUSY_SECONDS})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _begin_sqlite does
    connection.execute("pragma synchronous = full")
    connection.execute("pragma foreign_keys = on")


def _begin_sqlite(con: sa.Connection) -> None:
    is_writer = con.get_execution_options().get("is_writer", False)
    con.exec_driver_sql("begin immediate" if is_writer else "begin")


def _revision(engine: sa.Engine) -> str | None:
    with engine.connect() as con:
        if not sa.inspect(con).has_table("alembic_version"):
            return None
        return con.execute(sa.text("select version_num from alembic_version")).scalar()


def _upgrade(engine: sa.Engine) -> None:
    """Bring the tables to HEAD. Of several processes one does it and the others wait."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with _file_lock(engine):
        _use_wal(engine)
        with write(engine) as con:
            config.attributes["connection"] = con
            try:
                command.upgrade(config, "head")
            except CommandError:
                raise WarehouseError(
                    f"state store {engine.url!r}: made by a newer Rundblick. Update this program."
                ) from None


def _use_wal(engine: sa.Engine) -> None:
    """Switch a SQLite file to WAL, which it then stays in, readable by its owner only."""
    if engine.dialect.name != "sqlite":
        return
    engine.dispose()
    with engine.connect() as con:
        con.rollback()
        con.connection.dbapi_connection.execute("pragma journal_mode = wal")  # type: ignore[union-attr]
    os.chmod(str(engine.url.database), 0o600)


def _file_lock(engine: sa.Engine) -> Any:
    """A lock beside the SQLite file: switching to WAL does not wait for other processes by itself."""
    return _flock(Path(f"{engine.url.database}.lock")) if engine.dialect.name == "sqlite" else nullcontext()


@contextmanager
def _flock(path: Path) -> Iterator[None]:
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
