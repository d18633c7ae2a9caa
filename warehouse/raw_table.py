"""The raw tables: one a table of a source, with the columns that were sent and four of its own."""

import duckdb
import pyarrow as pa

from warehouse.column_types import declared_type, sql_type, typed
from warehouse.contract import Contract, Table
from warehouse.delivery import BAD_LINE, BAD_PLACE
from warehouse.errors import WarehouseError
from warehouse.quoting import identifier

OWN_COLUMNS = {
    "_source": "VARCHAR",
    "_batch_id": "BIGINT",
    "_loaded_at": "TIMESTAMP",
    "_deleted_at": "TIMESTAMP",
}
RESERVED = {*OWN_COLUMNS, "_row_no", "_reason", "_sent", "_bad", BAD_LINE, BAD_PLACE}


def raw_name(source: str, table: str) -> str:
    """Return the name, within schema raw, of a source's table."""
    return f"{source}_{table}"


def raw_columns(con: duckdb.DuckDBPyConnection, source: str, table: str) -> dict[str, str]:
    """Return the sent columns of a raw table with their SQL types; empty when it never loaded."""
    found = con.execute(
        "select column_name, data_type from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'raw' and table_name = ?"
        " order by column_index",
        [raw_name(source, table)],
    ).fetchall()
    return {name: kind for name, kind in found if name not in OWN_COLUMNS}


def agree_on_columns(
    con: duckdb.DuckDBPyConnection, contract: Contract, name: str, schema: pa.Schema, open_schema: bool
) -> list[str]:
    """Make or widen the raw table so that it holds a delivery, and return its columns.

    Raises WarehouseError on a promised column that is missing, one that earlier deliveries had, two
    columns of one name, and on a new column where the contract says stop.
    """
    table, where = contract.tables[name], f"{contract.name}.{name}"
    names = [column for column in schema.names if column not in (BAD_LINE, BAD_PLACE)]
    _refuse_doubtful_names(where, names)
    known = raw_columns(con, contract.name, name)
    sent = [_known_spelling(column, known, table) for column in names]
    _refuse_missing(where, table, sent, [] if open_schema else list(known))
    if known:
        sent = _without_new(where, table, sent, known)
    _hold(con, contract, name, known, [*sent, *(c for c in table.columns if c not in sent)])
    return list(raw_columns(con, contract.name, name))


def retype(con: duckdb.DuckDBPyConnection, contract: Contract, name: str, zone: str) -> None:
    """Bring a raw table's column types in line with the contract, when somebody has changed it.

    Raises WarehouseError when a stored value cannot be read as the newly declared type.
    """
    table = contract.tables[name]
    target = f"raw.{identifier(raw_name(contract.name, name))}"
    for column, stored in raw_columns(con, contract.name, name).items():
        declared = declared_type(contract, table, column)
        if _same_type(stored, sql_type(declared)):
            continue
        con.execute(f"alter table {target} alter column {identifier(column)} type varchar")
        was_text = stored == "VARCHAR"
        reading = declared if was_text else declared.model_copy(update={"format": None})
        value = typed(column, reading, pa.string(), zone if was_text else "UTC")
        lost = con.sql(
            f"select count(*) from {target} where {identifier(column)} is not null and {value} is null"
        ).fetchall()[0][0]
        if lost:
            raise WarehouseError(
                f'{contract.name}.{name}: column "{column}" is now declared {declared.type}, but {lost:,}'
                " stored values cannot be read so. Correct the type or its format."
            )
        change = f"set data type {sql_type(declared)} using {value}"
        con.execute(f"alter table {target} alter column {identifier(column)} {change}")


def _same_type(stored: str, declared: str) -> bool:
    return stored.replace(" ", "") == declared.replace(" ", "")


def _known_spelling(column: str, known: dict[str, str], table: Table) -> str:
    """The name under which a sent column is kept: SQL takes `Email` and `email` for one."""
    for spelling in (*known, *table.columns, *table.key):
        if spelling.lower() == column.lower():
            return spelling
    return column


def _refuse_doubtful_names(where: str, names: list[str]) -> None:
    lower = [name.lower() for name in names]
    if doubled := [name for name in names if lower.count(name.lower()) > 1]:
        raise WarehouseError(f'{where}: the delivery has two columns "{doubled[0]}". Rename one at the silo.')
    if taken := [name for name in names if name.lower() in RESERVED]:
        raise WarehouseError(f'{where}: a column may not be named "{taken[0]}", Rundblick uses it. Rename it.')
    if "" in lower:
        raise WarehouseError(f"{where}: column {lower.index('') + 1} of the delivery has no name. Give it one.")


def _refuse_missing(where: str, table: Table, sent: list[str], known: list[str]) -> None:
    optional = {name for name, column in table.columns.items() if column.optional}
    wanted = [name for name in dict.fromkeys([*table.promised_columns, *known]) if name not in optional]
    if missing := [name for name in wanted if name not in sent]:
        raise WarehouseError(
            f"{where}: {_listed('column', missing)} missing; found {_listed('column', sent)}."
            " Check the delimiter and the export, or declare the column optional."
        )


def _without_new(where: str, table: Table, sent: list[str], known: dict[str, str]) -> list[str]:
    new = [name for name in sent if name not in known and name not in table.columns]
    if new and table.on_new_column == "stop":
        raise WarehouseError(
            f"{where}: {_listed('new column', new)}, and on_new_column is stop."
            " Set it to keep or drop, or ask the silo."
        )
    return [name for name in sent if name not in new] if table.on_new_column == "drop" else sent


def _listed(noun: str, names: list[str]) -> str:
    """At most twelve names as one phrase."""
    shown = ", ".join(f'"{name}"' for name in names[:12]) + (" …" if len(names) > 12 else "")
    return f"{noun}{'s' if len(names) != 1 else ''} {shown or 'none'}"


def _hold(
    con: duckdb.DuckDBPyConnection, contract: Contract, name: str, known: dict[str, str], columns: list[str]
) -> None:
    """Make the raw table, or add to it the columns that it lacks."""
    target = f"raw.{identifier(raw_name(contract.name, name))}"
    table = contract.tables[name]
    types = {column: sql_type(declared_type(contract, table, column)) for column in columns}
    if not known:
        every = {**types, **OWN_COLUMNS}
        con.execute(f"create table {target} ({', '.join(f'{identifier(c)} {t}' for c, t in every.items())})")
        return
    for column in (c for c in columns if c not in known):
        con.execute(f"alter table {target} add column {identifier(column)} {types[column]}")
