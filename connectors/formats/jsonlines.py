"""JSON lines and JSON lists: one object a row, nested objects flattened to dotted names, lists kept as JSON.

The columns are those that the objects really bear and those that the contract names. A line that is
no JSON object (half a line at the end of a file that was still being written) is kept as a bad line.
"""

import json
from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from connectors.errors import ConnectorError
from connectors.formats.delimited import read_csv
from connectors.formats.encoding import check_encoding
from connectors.formats.rows import SourceFile
from connectors.source import Options, Source
from warehouse.contract import Table
from warehouse.delivery import BAD_LINE, Rows
from warehouse.quoting import identifier, literal

MAX_COLUMNS = 1000
_IS_FLAT = """
    case
        when length(line) - length(replace(replace(line, '[', ''), '{', '')) < 100 then true
        else try(json_structure(line)) is not null
    end
"""
"""Not nested so deeply that DuckDB refuses the whole query."""

Shape = dict[str, "Shape"] | None
"""The keys of an object, each with its own shape; None for a value or a list."""


def read(files: Sequence[SourceFile], source: Source, con: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """Return the tables of the files: by file name, or by the value of the key `options.table_key`."""
    by_tables: dict[tuple[str, ...], list[SourceFile]] = {}
    for file in files:
        by_tables.setdefault(file.tables, []).append(file)
    tables: dict[str, Rows] = {}
    for names, group in by_tables.items():
        lines = pa.concat_tables([read_lines(file, source) for file in group])
        tables |= split_tables(lines, names, source, con)
    return tables


def read_lines(file: SourceFile, source: Source) -> pa.Table:
    """Return the file's objects as text, one a row: columns line and _bad_line."""
    if not file.path.stat().st_size:
        raise ConnectorError(f"{file.label}: the file is empty. Ask the silo to send it again.")
    encoding = source.reading.encoding
    if source.format == "json":
        check_encoding(file.path, file.label, encoding)
        return _listed(file.path.read_text(encoding=encoding), file.label, source.reading.records)
    whole_line = Options(delimiter="\x01", quote=None, header=False, encoding=encoding)
    return read_csv(file.path, file.label, whole_line, names=["line"])


def split_tables(
    lines: pa.Table, names: Sequence[str], source: Source, con: duckdb.DuckDBPyConnection
) -> dict[str, Rows]:
    """Return the lines as the tables `names`; with several, `options.table_key` says which is whose.

    A line of no table is a bad line of the first one, so that it is counted.
    """
    key = source.reading.table_key
    con.register("_lines", lines)
    table_name = f"json_extract_string(line, {literal(_path((key,)))})" if key else literal(names[0])
    known = ", ".join(literal(name) for name in names)
    con.execute(f"""
        create or replace temp table _object as
        with valid as (
            select line, _bad_line,
                case when json_valid(line) then json_type(line) = 'OBJECT' and {_IS_FLAT} else false end as is_object
            from _lines
        ),
        named as (
            select line, _bad_line, case when is_object then {table_name} end as table_name from valid
        )
        select
            case when table_name in ({known}) then line end as line,
            case when table_name in ({known}) then null else coalesce(line, _bad_line) end as _bad_line,
            case when table_name in ({known}) then table_name else {literal(names[0])} end as table_name
        from named
    """)
    con.unregister("_lines")
    present = con.sql("select distinct table_name from _object order by 1").fetchall()
    tables = {name: _flatten(name, source.tables[name], con) for (name,) in present}
    con.execute("drop table _object")
    return tables


def _flatten(name: str, contract: Table, con: duckdb.DuckDBPyConnection) -> pa.Table:
    """The objects of one table as columns of text."""
    mine = f"from _object where table_name = {literal(name)}"
    shapes = con.sql(f"select distinct json_structure(line)::varchar {mine} and line is not null").fetchall()
    found = {".".join(path): path for path in _leaves(_merge([_shape(json.loads(s)) for (s,) in shapes]))}
    if len(found) > MAX_COLUMNS:
        raise ConnectorError(
            f"table {name}: {len(found)} different keys, at most {MAX_COLUMNS} are kept. "
            "An id seems to be used as a key: ask the silo for a list instead."
        )
    columns = sorted({*found, *contract.columns} - {BAD_LINE})
    paths = ", ".join(literal(_path(found.get(column, (column,)))) for column in columns)
    with_nul = con.sql(f"select 1 {mine} and contains(line, '\\u0000') limit 1").fetchall()
    value = "replace(v[{}], chr(0), '')" if with_nul else "v[{}]"
    picked = ", ".join(f"{value.format(number)} as {identifier(name)}" for number, name in enumerate(columns, start=1))
    values = f"select json_extract_string(line, [{paths}]) as v, _bad_line {mine}"
    return con.sql(f"select {picked}, _bad_line from ({values})").to_arrow_table()


def _listed(text: str, label: str, records: str | None) -> pa.Table:
    """A JSON list, or the list under the key `records`, as lines."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ConnectorError(
            f"{label}: line {error.lineno}: not valid JSON. "
            "Ask the silo to send it again; if it holds one object a line, the format is jsonl."
        ) from None
    found = document.get(records) if records and isinstance(document, dict) else document
    if not isinstance(found, list):
        where = f'under "{records}"' if records else "at the top"
        raise ConnectorError(f"{label}: no list {where}. Set options.records to the key that holds it.")
    lines = pa.array([json.dumps(item, ensure_ascii=False) for item in found], pa.string())
    return pa.table({"line": lines, BAD_LINE: pa.nulls(len(lines), pa.string())})


def _shape(structure: object) -> Shape:
    """The shape that DuckDB's json_structure tells; a key that is null or {} ("JSON") says nothing about its own."""
    if not isinstance(structure, dict):
        return None
    return {key: _shape(value) for key, value in structure.items() if value not in ("NULL", "JSON")}


def _merge(shapes: Sequence[Shape]) -> Shape:
    """The shape that holds all: a key that is an object here and a value there stays whole, as JSON."""
    objects = [shape for shape in shapes if shape is not None]
    keys = sorted({key for shape in objects for key in shape})
    return {key: _merge_key([shape[key] for shape in objects if key in shape]) for key in keys}


def _merge_key(shapes: Sequence[Shape]) -> Shape:
    return None if any(shape is None for shape in shapes) else _merge(shapes)


def _leaves(shape: Shape, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, below in (shape or {}).items():
        if below:
            yield from _leaves(below, (*path, key))
        else:
            yield (*path, key)


def _path(keys: Sequence[str]) -> str:
    return "$" + "".join('."' + key.replace("\\", "\\\\").replace('"', '\\"') + '"' for key in keys)
