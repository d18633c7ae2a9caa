"""The run's books in `serve`: what was loaded from where, and what every column means."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from warehouse import fingerprint
from warehouse.models import read_models
from warehouse.yamlfile import read_yaml

_OTHER_TABLES = Path(__file__).parent / "column_docs.yaml"

_SOURCE_STATUS = """
    create or replace table serve.source_status as
    with record as (
        select source, record_table, count(*) as records
        from clean.party
        group by source, record_table
    ),
    status as (
        select
            source, table_name, cast(sum(rows) as bigint) as rows, cast(sum(rejects) as bigint) as rejects,
            max(loaded_at) as last_loaded_at, max_by(name, batch_id) as last_delivery, max(as_of) as last_as_of
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


def loads_of(con: duckdb.DuckDBPyConnection, source: str) -> str:
    """Return a text that is the same only when the same contents were loaded from a source in the same order."""
    rows = con.execute(
        "select content_hash from raw.batch where source = ? order by batch_id, table_name", [source]
    ).fetchall()
    return f"{source}:{fingerprint.digest(content_hash for (content_hash,) in rows)}"


def write_source_status(con: duckdb.DuckDBPyConnection) -> int:
    """Write serve.source_status, one row a raw table; return how many there are."""
    con.execute(_SOURCE_STATUS)
    row = con.execute("select count(*) from serve.source_status").fetchone()
    return int(row[0]) if row else 0


def write_column_docs(con: duckdb.DuckDBPyConnection) -> None:
    """Write serve.column_doc: every column of `serve`, from the models' headers and column_docs.yaml."""
    docs = pl.DataFrame(  # noqa: F841 - read by the statement below
        [*_of_models(), *_of_other_tables()],
        schema=["table_name", "column_name", "description", "personal_class"],
        orient="row",
    )
    con.execute("create or replace table serve.column_doc as select * from docs order by table_name")


def _of_models() -> Iterator[tuple[str, str, str, str]]:
    for model in read_models().values():
        if model.schema == "serve":
            yield from ((model.name, c.name, c.description, c.personal_class) for c in model.columns)


def _of_other_tables() -> Iterator[tuple[str, str, str, str]]:
    for table, columns in read_yaml(_OTHER_TABLES).items():
        for column, (description, *personal_class) in columns.items():
            yield table, column, str(description), str((*personal_class, "none")[0])
