"""What a run is made from besides the silos' data, so that a change on purpose is told from one that came by itself."""

from collections.abc import Mapping
from datetime import datetime

import duckdb
import polars as pl

from segments.compile import Segments, members_sql
from warehouse import fingerprint
from warehouse.held import as_published

# Any time will do: a definition is the same when its SQL for one and the same time is.
_AT = datetime(2000, 1, 1)


def write_basis(con: duckdb.DuckDBPyConnection, segments: Segments, rules: Mapping[str, str]) -> None:
    """Write serve.release_basis: each of `rules` and of the segments' definitions by its hash, and whether it is
    another than in the published snapshot; null where that did not note it."""
    definitions = [fingerprint.digest([members_sql(s, _AT, segments), s.purpose]) for s in segments.values()]
    basis = pl.DataFrame(  # noqa: F841 - read by the statement below
        {
            "kind": ["rule"] * len(rules) + ["segment"] * len(definitions),
            "name": [*rules, *segments],
            "value_sha256": [*rules.values(), *definitions],
        },
        schema=dict.fromkeys(("kind", "name", "value_sha256"), pl.String),
    )
    con.execute("create or replace temp table release_now as select * from basis")
    con.execute(f"""
        create or replace table serve.release_basis as
        select n.kind, n.name, n.value_sha256,
            case when (select count(*) from {_basis_before(con)}) > 0
                then n.value_sha256 is distinct from b.value_sha256 end as is_changed
        from release_now as n
        left join {_basis_before(con)} as b on b.kind = n.kind and b.name = n.name
        order by n.kind, n.name""")


def _basis_before(con: duckdb.DuckDBPyConnection) -> str:
    return as_published(con, "release_basis", "(select * from release_now limit 0)")
