"""`rundblick query`: one SELECT of an analyst on the published snapshot."""

import sys
from pathlib import Path

from warehouse.analyst import run_select
from warehouse.db import connect_snapshot
from warehouse.publish import current_snapshot
from warehouse.settings import open_workspace


def run(sql: str, csv: bool, workspace: Path | None, as_json: bool) -> None:
    """Print the result as a table, as CSV or as JSON rows."""
    opened = open_workspace(workspace)
    with connect_snapshot(current_snapshot(opened.published_dir)) as con:
        rows = run_select(con, sql)
    if csv:
        sys.stdout.write(rows.write_csv())
    elif as_json:
        sys.stdout.write(rows.write_json() + "\n")
    else:
        import polars as pl

        with pl.Config(
            tbl_rows=50, tbl_cols=-1, tbl_width_chars=160, tbl_hide_dataframe_shape=True, fmt_str_lengths=60
        ):
            print(rows)
        print(f"{rows.height:,} rows")
