"""From raw tables to entities: the views of schema stage, one an entity, made from every source's `map:`.

Each view is the UNION ALL of the mappings of all sources, columns cast to the types of entities.yaml
and null where a source has none. Rows deleted from a snapshot are left out.
"""

from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
from sqlglot import exp, parse_one

from warehouse.column_types import declared_type, sql_type
from warehouse.contract import Contract, Mapping
from warehouse.entities import ADDED_COLUMNS, Entity, entities
from warehouse.errors import WarehouseError
from warehouse.mapping_sql import columns_read, parse_expression, parse_select, raw_tables
from warehouse.quoting import identifier, literal
from warehouse.raw_table import OWN_COLUMNS, raw_name

RawColumns = ReadOnly[str, ReadOnly[str, str]]


@dataclass(frozen=True)
class Place:
    """Where a mapping stands, for errors."""

    source: str
    entity: str
    number: int

    def __str__(self) -> str:
        return f"sources/{self.source}.yaml: map.{self.entity}[{self.number}]"


def known_raw_columns(con: duckdb.DuckDBPyConnection) -> RawColumns:
    """Return the columns, with types, of every raw table that exists."""
    found = con.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'raw' order by table_name, column_index"
    ).fetchall()
    known: dict[str, dict[str, str]] = {}
    for table, column, kind in found:
        known.setdefault(table, {})[column] = kind
    return known


def create_stage(con: duckdb.DuckDBPyConnection, contracts: Sequence[Contract]) -> dict[str, str]:
    """Make every view of schema stage and return its SQL by entity.

    Raises WarehouseError that names source, entity and column when a mapping does not fit.
    """
    known = known_raw_columns(con)
    con.execute("create schema if not exists stage")
    stage = {name: stage_sql(contracts, name, known) for name in entities()}
    for name, sql in stage.items():
        try:
            con.execute(f"create or replace view stage.{identifier(name)} as {sql}")
        except duckdb.Error as error:
            _blame(con, contracts, name, known)
            raise WarehouseError(f"stage.{name}: {_first_line(error)}") from None
    return stage


def stage_sql(contracts: Sequence[Contract], entity: str, known: RawColumns) -> str:
    """Return the SELECT of `stage.<entity>`: every source's mappings of it, or an empty table of its types.

    known are the raw tables that exist; one that never loaded reads as empty.
    """
    arms = [arm for contract in contracts for _, arm in _arms(contract, entities()[entity], known)]
    return "\nunion all\n".join(arms or [_empty(entities()[entity])])


def check_mappings(contract: Contract) -> None:
    """Raise WarehouseError when a mapping of the source is wrong, as far as can be told without data."""
    if unknown := [name for name in contract.map if name not in entities()]:
        raise WarehouseError(
            f"sources/{contract.name}.yaml: map.{unknown[0]} is no entity. Use one of {', '.join(entities())}."
        )
    for entity in entities().values():
        _arms(contract, entity, {})


def missing_columns(contracts: Sequence[Contract], known: RawColumns) -> list[str]:
    """Return a line for every mapped column that its loaded raw table lacks; it reads as null."""
    return [
        f'{Place(contract.name, entity, number)}: column "{column}" is in no delivery of {table} yet; it reads as null.'
        for contract in contracts
        for entity, mappings in contract.map.items()
        for number, mapping in enumerate(mappings, start=1)
        for table, columns in _columns_read(contract, mapping, Place(contract.name, entity, number)).items()
        for column in columns
        if table in known and not _has(known[table], column)
    ]


def _arms(contract: Contract, entity: Entity, known: RawColumns) -> list[tuple[Place, str]]:
    """The SELECTs of one source for one entity."""
    arms = []
    for number, mapping in enumerate(contract.map.get(entity.name, []), start=1):
        place = Place(contract.name, entity.name, number)
        build = _from_columns if mapping.sql is None else _from_select
        arms.append((place, build(contract, entity, mapping, place, known)))
    return arms


def _from_columns(contract: Contract, entity: Entity, mapping: Mapping, place: Place, known: RawColumns) -> str:
    """The SELECT of a mapping by columns."""
    table = _declared(contract, mapping.from_ or "", place)
    read = _columns_read(contract, mapping, place)[raw_name(contract.name, table)]
    columns = {name: _duckdb(text, f"{place}: {name}") for name, text in mapping.columns.items()}
    _default_record_table(contract, entity, columns, table if entity.name == "party" else None, place)
    _refuse_unmapped(entity, columns, place)
    source = f"cast({literal(contract.name)} as text) as source"
    lines = [*_cast(entity, columns), source, "_batch_id as batch_id", "_loaded_at as loaded_at"]
    where = f"\nwhere {_duckdb(mapping.where, f'{place}: where')}" if mapping.where else ""
    rows = _present_rows(contract, table, read, known)
    return f"select {', '.join(lines)}\nfrom {rows} as {identifier(table)}{where}"


def _from_select(contract: Contract, entity: Entity, mapping: Mapping, place: Place, known: RawColumns) -> str:
    """The SELECT around a mapping's own SELECT."""
    query = parse_select(mapping.sql or "", f"{place}: sql", _own_tables(contract))
    named = query.named_selects
    _refuse_unknown(entity, [n for n in named if n not in ADDED_COLUMNS], place)
    tables = sorted({table.name for table in raw_tables(query)})
    columns = {name: f"mapped.{identifier(name)}" for name in named}
    own = _own_tables(contract)[tables[0]] if entity.name == "party" and len(tables) == 1 else None
    _default_record_table(contract, entity, columns, own, place)
    _refuse_unmapped(entity, columns, place)
    if tables and not any(table in known for table in tables):
        return _empty(entity)
    source = f"cast({literal(contract.name)} as text) as source"
    added = ("batch_id", "loaded_at")
    batch = [f"cast({columns.get(name, 'null')} as {ADDED_COLUMNS[name]}) as {name}" for name in added]
    inner = _with_present_rows(contract, query, known)
    return f"select {', '.join([*_cast(entity, columns), source, *batch])}\nfrom (\n{inner}\n) as mapped"


def _cast(entity: Entity, values: dict[str, str]) -> list[str]:
    """Every column of the entity, in order and type."""
    return [f"cast({values.get(c.name, 'null')} as {c.type}) as {c.name}" for c in entity.columns]


def _with_present_rows(contract: Contract, query: exp.Query, known: RawColumns) -> str:
    """The query as SQL, its raw tables replaced by their rows that are not deleted."""
    read = columns_read(query)
    for column in query.find_all(exp.Column):
        if column.db == "raw":
            column.set("db", None)
    for table in raw_tables(query):
        alias = table.alias or table.name
        rows = _present_rows(contract, _own_tables(contract)[table.name], read.get(table.name, []), known)
        present = parse_one(rows, dialect="duckdb")
        present.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
        present.set("joins", table.args.get("joins"))
        table.replace(present)
    return query.sql(dialect="duckdb", comments=False)


def _present_rows(contract: Contract, table: str, read: Sequence[str], known: RawColumns) -> str:
    """A subquery of the rows not deleted, with null for columns that are read and not there."""
    name = raw_name(contract.name, table)
    there = known.get(name, {})
    declared = contract.tables[table]
    wanted = [*declared.key, *declared.columns, *read] if not there else read
    absent = [c for c in dict.fromkeys(wanted) if not _has(there, c) and c not in OWN_COLUMNS]
    types = {c: sql_type(declared_type(contract, declared, c)) for c in absent}
    if not there:
        types |= OWN_COLUMNS
    nulls = [f"cast(null as {kind}) as {identifier(column)}" for column, kind in types.items()]
    if not there:
        return f"(select {', '.join(nulls)} where false)"
    return f"(select {', '.join(['*', *nulls])} from raw.{identifier(name)} where _deleted_at is null)"


def _columns_read(contract: Contract, mapping: Mapping, place: Place) -> dict[str, list[str]]:
    """The columns that a mapping reads of each raw table."""
    if mapping.sql is not None:
        return columns_read(parse_select(mapping.sql, f"{place}: sql", _own_tables(contract)))
    written = {f"{place}: {name}": text for name, text in mapping.columns.items()}
    if mapping.where:
        written[f"{place}: where"] = mapping.where
    trees = [parse_expression(text, where) for where, text in written.items()]
    names = [column.name for tree in trees for column in tree.find_all(exp.Column)]
    table = _declared(contract, mapping.from_ or "", place)
    return {raw_name(contract.name, table): list(dict.fromkeys(names))}


def _default_record_table(
    contract: Contract, entity: Entity, columns: dict[str, str], own: str | None, place: Place
) -> None:
    """Fill in record_table: a party's own raw table, otherwise that of the source's only party mapping."""
    if "record_table" not in entity.column_names or "record_table" in columns:
        return
    if own is not None:
        columns["record_table"] = literal(own)
    elif "record_key" in columns or entity.name == "party":
        tables = {mapping.from_ for mapping in contract.map.get("party", [])}
        if len(tables) != 1 or None in tables or entity.name == "party":
            raise WarehouseError(
                f"{place}: record_table is not mapped, and the source's party mappings do not settle it."
                " Map record_table to the raw table that the record came from, e.g. \"'customer'\"."
            )
        columns["record_table"] = literal(str(tables.pop()))


def _refuse_unmapped(entity: Entity, columns: dict[str, str], place: Place) -> None:
    _refuse_unknown(entity, [name for name in columns if name not in ADDED_COLUMNS], place)
    if missing := [column.name for column in entity.columns if column.required and column.name not in columns]:
        raise WarehouseError(f"{place}: {', '.join(missing)} must be mapped too.")


def _refuse_unknown(entity: Entity, names: Sequence[str], place: Place) -> None:
    if unknown := [name for name in names if name not in entity.column_names]:
        raise WarehouseError(
            f"{place}: {entity.name} has no column {unknown[0]}. It has {', '.join(entity.column_names)}."
        )


def _declared(contract: Contract, table: str, place: Place) -> str:
    if table not in contract.tables:
        raise WarehouseError(
            f"{place}: from: {table} is no table of this source. Use one of {', '.join(contract.tables)}."
        )
    return table


def _own_tables(contract: Contract) -> dict[str, str]:
    return {raw_name(contract.name, table): table for table in contract.tables}


def _has(columns: ReadOnly[str, str], name: str) -> bool:
    return name.lower() in {column.lower() for column in columns}


def _duckdb(expression: str, where: str) -> str:
    """A mapping's expression as DuckDB writes it."""
    return parse_expression(expression, where).sql(dialect="duckdb", comments=False)


def _empty(entity: Entity) -> str:
    types = {column.name: column.type for column in entity.columns} | ADDED_COLUMNS
    return f"select {', '.join(f'cast(null as {kind}) as {name}' for name, kind in types.items())} where false"


def _blame(con: duckdb.DuckDBPyConnection, contracts: Sequence[Contract], entity: str, known: RawColumns) -> None:
    """Raise the error of the first mapping that does not run by itself."""
    for contract in contracts:
        for place, arm in _arms(contract, entities()[entity], known):
            try:
                con.execute(f"describe {arm}")
            except duckdb.Error as error:
                raise WarehouseError(f"{place}{_culprit(con, contract, place, known)}: {_first_line(error)}") from None


def _culprit(con: duckdb.DuckDBPyConnection, contract: Contract, place: Place, known: RawColumns) -> str:
    """The first column of a mapping by columns that does not run by itself, as ` column`."""
    mapping = contract.map[place.entity][place.number - 1]
    if mapping.from_ is None:
        return ": sql"
    read = _columns_read(contract, mapping, place)[raw_name(contract.name, mapping.from_)]
    rows = _present_rows(contract, mapping.from_, read, known)
    types = {column.name: column.type for column in entities()[place.entity].columns}
    for name, text in {**mapping.columns, **({"where": mapping.where} if mapping.where else {})}.items():
        value = f"cast({_duckdb(text, '')} as {types.get(name, 'boolean')})"
        try:
            con.execute(f"describe select {value} from {rows} as {identifier(mapping.from_)}")
        except duckdb.Error:
            return f": {name}"
    return ""


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]
