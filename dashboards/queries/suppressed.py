"""What a snapshot tells of values that are no evidence for a match: counts by kind and reason, never the values."""

import duckdb
import polars as pl


def suppressed_values(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return kind, reason, found (values, or records of nobody) and records that hold them; most records first."""
    return con.sql(
        """
        select
            kind,
            reason,
            count(*) as found,
            sum(coalesce(try_cast(regexp_extract(evidence, 'records=([0-9]+)', 1) as bigint), 1))::bigint as records
        from serve.bad_value
        group by kind, reason
        order by records desc, kind, reason
        """
    ).pl()
