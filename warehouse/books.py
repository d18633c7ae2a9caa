"""The run's books in `serve`: what was loaded from where, and what every column means."""

import duckdb
import polars as pl

from warehouse.models import read_models

_SOURCE_STATUS = """
    create or replace table serve.source_status as
    with record as (
        select source, record_table, count(*) as records
        from clean.party
        group by source, record_table
    ),
    status as (
        select
            source, table_name, sum(rows) as rows, sum(rejects) as rejects, max(loaded_at) as last_loaded_at,
            max_by(name, batch_id) as last_delivery, max(as_of) as last_as_of
        from raw.batch
        group by source, table_name
    )
    select
        s.source, s.table_name, s.rows, s.rejects, coalesce(r.records, 0) as records, s.last_loaded_at,
        s.last_as_of, s.last_delivery
    from status as s
    left join record as r on r.source = s.source and r.record_table = s.table_name
    order by s.source, s.table_name
"""


def last_load(con: duckdb.DuckDBPyConnection, source: str) -> str:
    """Return a text that changes with every load of the source."""
    row = con.execute("select count(*), max(batch_id) from raw.batch where source = ?", [source]).fetchone()
    return f"{source}:{row}"


def write_source_status(con: duckdb.DuckDBPyConnection) -> int:
    """Write serve.source_status, one row a raw table; return how many there are."""
    con.execute(_SOURCE_STATUS)
    row = con.execute("select count(*) from serve.source_status").fetchone()
    return int(row[0]) if row else 0


def write_column_docs(con: duckdb.DuckDBPyConnection) -> None:
    """Write serve.column_doc from the headers of the models."""
    docs = pl.DataFrame(  # noqa: F841 - read by the statement below
        [
            (model.name, column.name, column.description, column.personal_class)
            for model in read_models().values()
            if model.schema == "serve"
            for column in model.columns
        ],
        schema=["table_name", "column_name", "description", "personal_class"],
        orient="row",
    )
    con.execute("create or replace table serve.column_doc as select * from docs order by table_name")
