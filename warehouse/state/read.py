"""Queries of the state store as Arrow tables."""

import pyarrow as pa
import sqlalchemy as sa


def read_table(engine: sa.Engine, query: sa.Select) -> pa.Table:
    """Return the query's result as an Arrow table, typed by its columns even when it is empty."""
    with engine.connect() as con:
        rows = con.execute(query).all()
    schema = pa.schema([(column.name, _arrow_type(column.type)) for column in query.selected_columns])
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pa.table([pa.array(v, t) for v, t in zip(columns, schema.types, strict=True)], schema=schema)


def _arrow_type(column_type: sa.types.TypeEngine) -> pa.DataType:
    if isinstance(column_type, sa.Integer):
        return pa.int64()
    return pa.timestamp("us") if isinstance(column_type, sa.DateTime) else pa.string()
