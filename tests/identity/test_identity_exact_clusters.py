"""Exact clusters: what the figure counts."""

import duckdb
import polars as pl
import pytest

from identity.evaluate import measure


def test_a_cluster_counts_only_when_it_is_the_whole_person_and_nobody_else(con: duckdb.DuckDBPyConnection):
    records = ["a", "b", "c", "d", "e", "f"]
    # P1 is found whole; P2 is two clusters; P3 and P4 are one.
    found = pl.DataFrame({"record_id": records, "cluster_id": [1, 1, 2, 3, 4, 4]})
    truth = pl.DataFrame({"record_id": records, "person_id": ["P1", "P1", "P2", "P2", "P3", "P4"]})
    con.register("found", found)
    con.register("truth", truth)
    # One exact of four found and of four people.
    assert measure(con, "found", "truth").cluster_f1 == pytest.approx(0.25)
