"""A delivery's rows as the temporary table `batch`: typed, the bad ones sent to raw.reject, one row a key."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from warehouse.column_types import as_sent, declared_type, typed
from warehouse.contract import Contract, Table
from warehouse.delivery import BAD_LINE, BAD_PLACE, Rows
from warehouse.errors import RundblickError
from warehouse.quoting import column_list, identifier, literal
from warehouse.row_rules import reason

_READ = """
create temp table batch as
with sent as (select _row_no, {sent}, {bad_line} as _bad_line, {bad_place} as _bad_place from delivered),
read as (select _row_no, {typed}, {bad} as _bad, {pack} as _sent, _bad_line, _bad_place from sent),
judged as (
    select * exclude (_bad), case when _bad_line is not null then 'not readable' else {reason} end as _reason
    from read
)
select
    * exclude (_sent, _reason, _bad_line, _bad_place), _reason,
    case
        when _bad_place is not null
            then cast(to_json({{'_bad_line': _bad_line, '_bad_place': _bad_place}}) as varchar)
        when _bad_line is not null then cast(to_json({{'_bad_line': _bad_line}}) as varchar)
        when _reason is not null then cast(to_json(_sent) as varchar)
    end as _sent
from judged
"""


def read_batch(
    con: duckdb.DuckDBPyConnection, contract: Contract, name: str, rows: Rows, columns: list[str], zone: str
) -> None:
    """Fill the temporary table `batch` from a delivery, each row with the reason why it is bad, if it is.

    columns are those of the raw table; one that the delivery lacks is null. What the delivery has
    beside them is left out.
    """
    table = contract.tables[name]
    arrow_types = {column.lower(): kind for column, kind in zip(rows.schema.names, rows.schema.types, strict=True)}
    types = {column: arrow_types.get(column.lower(), pa.null()) for column in columns}
    sent = [column for column in columns if column.lower() in arrow_types]
    declared = {column: declared_type(contract, table, column) for column in columns}
    values = {c: typed(c, declared[c], types[c], zone) for c in columns}
    texts = {c: as_sent(c, declared[c], types[c]) if c in sent else "cast(null as varchar)" for c in columns}
    marks = {name: name if name in rows.schema.names else "cast(null as varchar)" for name in (BAD_LINE, BAD_PLACE)}
    statement = _READ.format(
        sent=_aliased(texts),
        bad_line=marks[BAD_LINE],
        bad_place=marks[BAD_PLACE],
        typed=_aliased(values),
        bad=_struct({c: _is_bad(c, values[c]) for c in columns if declared[c].type != "text"}),
        pack=_struct({c: identifier(c) for c in sent}),
        reason=reason(table, declared),
    )
    _scan(con, rows, statement)


def send_rejects(con: duckdb.DuckDBPyConnection, contract: Contract, name: str, batch_id: int) -> int:
    """Move the bad rows of `batch` to raw.reject; their keys stay in `rejected_key`. Returns their number."""
    key = column_list(contract.tables[name].key)
    con.execute(f"create temp table rejected_key as select {key} from batch where _reason is not null")
    con.execute(
        "insert into raw.reject select ?, ?, ?, _row_no, _reason, sha256(_sent), _sent"
        " from batch where _reason is not null order by _row_no",
        [contract.name, name, batch_id],
    )
    return _deleted(con, "_reason is not null")


def drop_older_duplicates(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    """Keep one row a key: the newest by version, then the last sent; of events the first sent.

    Returns the number of rows dropped.
    """
    key = column_list(table.key)
    again = f"select {key} from batch group by {key} having count(*) > 1"
    if not con.execute(f"select 1 from ({again}) limit 1").fetchall():
        return 0
    newest = f"{identifier(table.version)} desc nulls last, " if table.version else ""
    sent = "asc" if table.delivery == "events" else "desc"
    return _deleted(
        con,
        f"_row_no in (select _row_no from batch where ({key}) in ({again})"
        f" qualify row_number() over (partition by {key} order by {newest}_row_no {sent}) > 1)",
    )


def drop_batch(con: duckdb.DuckDBPyConnection) -> None:
    """Drop the temporary tables of one batch."""
    con.execute("drop table batch; drop table rejected_key")


def _aliased(values: dict[str, str]) -> str:
    return ", ".join(f"{value} as {identifier(name)}" for name, value in values.items())


def _struct(values: dict[str, str]) -> str:
    return "{" + (", ".join(f"{literal(name)}: {value}" for name, value in values.items()) or "'_none': false") + "}"


def _is_bad(name: str, value: str) -> str:
    return f"{identifier(name)} is not null and {value} is null"


def _deleted(con: duckdb.DuckDBPyConnection, condition: str) -> int:
    return int(con.execute(f"delete from batch where {condition}").fetchall()[0][0])


def _scan(con: duckdb.DuckDBPyConnection, rows: Rows, statement: str) -> None:
    """Run a statement over the delivery as the view `delivered`, raising what its reader raised.

    The rows are numbered here, from 1: a window over all of them would run on one thread.
    """
    failures: list[RundblickError] = []
    con.register("delivered", _numbered(rows, failures))
    try:
        con.execute(statement)
    except duckdb.Error:
        if failures:
            raise failures[0] from None
        raise
    con.unregister("delivered")


def _numbered(rows: Rows, failures: list[RundblickError]) -> Rows:
    """The rows with their numbers; keeps the error of a connector that DuckDB would make its own."""
    if isinstance(rows, pa.Table):
        return rows.append_column("_row_no", _numbers(1, rows.num_rows))
    schema = rows.schema.append(pa.field("_row_no", pa.int64()))

    def batches() -> Iterator[pa.RecordBatch]:
        first = 1
        try:
            for batch in rows:
                numbers = _numbers(first, batch.num_rows)
                yield pa.RecordBatch.from_arrays([*batch.columns, numbers], schema=schema)
                first += batch.num_rows
        except RundblickError as error:
            failures.append(error)
            raise

    return pa.RecordBatchReader.from_batches(schema, batches())


def _numbers(first: int, count: int) -> pa.Array:
    import numpy as np

    return pa.array(np.arange(first, first + count, dtype=np.int64))
