"""What the release page asks: the difference of a snapshot from the one before, and how much changed run by run."""

import duckdb
import polars as pl

from segments.release_report import Measure, release_causes, release_measures


def difference(con: duckdb.DuckDBPyConnection) -> list[Measure]:
    """Return every measure of the snapshot's own run."""
    return release_measures(con)


def causes(con: duckdb.DuckDBPyConnection) -> list[str] | None:
    """Return what people changed since the snapshot before; None where that is not known."""
    return release_causes(con)


def merged_into(con: duckdb.DuckDBPyConnection, customer_ids: tuple[int, ...]) -> dict[int, list[int]]:
    """Return, for customers of the snapshot's last run, the ids that its run merged into each."""
    rows = con.execute(
        """
        select h.other_customer_id, list(h.customer_id order by h.customer_id)
        from serve.customer_id_history as h
        where h.event = 'merged' and list_contains($customer_ids, h.other_customer_id)
            and h.run_id = (select run_id from serve.run order by finished_at desc, run_id desc limit 1)
        group by h.other_customer_id
        """,
        {"customer_ids": list(customer_ids)},
    ).fetchall()
    return dict(rows)


def changed_by_run(con: duckdb.DuckDBPyConnection, runs: int = 60) -> pl.DataFrame:
    """Return finished_at, customers changed and their share of the last runs that had one before, oldest first."""
    return (
        con.sql(
            """
        select r.finished_at, c.changed as customers, c.changed / nullif(c.of_count, 0) as share
        from serve.release_check as c
        inner join serve.run as r on r.run_id = c.run_id
        where c.measure = 'customers_changed' and c.of_count > 0
        order by r.finished_at desc
        limit $runs
        """,
            params={"runs": runs},
        )
        .pl()
        .sort("finished_at")
    )
