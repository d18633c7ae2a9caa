"""`rundblick identity train`: a model of one's own, learned from the records at hand without labels."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import duckdb

from identity.model import MODEL_FILE
from identity.model_report import report_lines, report_page
from identity.threshold import check_labels
from identity.train import Training, train
from warehouse.db import connect_memory
from warehouse.errors import WarehouseError
from warehouse.settings import Workspace, open_workspace
from warehouse.state.judgements import standing_verdicts
from warehouse.state.store import open_state


def run(
    where: Path | None,
    party: Path | None,
    labels: Path | None,
    out: Path | None,
    version: str | None,
    match_weight: float | None,
    as_json: bool,
) -> None:
    """Write the model and, beside it, its report; say what was learned."""
    workspace = None if party is not None and where is None else open_workspace(where)
    target = out or (Path(MODEL_FILE) if workspace is None else workspace.root / MODEL_FILE)
    if not target.parent.is_dir():
        raise WarehouseError(f"--out: there is no folder {target.parent}. Make it, or name another file.")
    with _records(workspace, party) as con:
        judged = _labels(con, workspace, labels)
        name = version or f"own, of {con.execute('select count(*) from clean.party').fetchall()[0][0]} records"
        training = train(con, name, match_weight, judged, lambda step: print(f"  {step}", file=sys.stderr))
    target.write_text(training.model.model_dump_json(indent=1) + "\n", encoding="utf-8")
    report = target.with_suffix(".html")
    report.write_text(report_page(training), encoding="utf-8")
    if as_json:
        print(json.dumps(_told(training, target, report)))
        return
    print("\n".join(report_lines(training)))
    print(f"Model:  {target}\nReport: {report}")


@contextmanager
def _records(workspace: Workspace | None, party: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with clean.party, of a file or of the workspace's last run."""
    con = connect_memory()
    try:
        con.execute("create schema clean")
        if party is not None:
            con.execute(f"create table clean.party as from read_parquet('{party}')")
        elif workspace is not None:
            con.execute(f"attach '{workspace.warehouse_path}' as warehouse (read_only)")
            con.execute("create table clean.party as from warehouse.clean.party")
            con.execute("detach warehouse")
        yield con
    except (duckdb.IOException, duckdb.CatalogException) as error:
        name = party or (workspace.warehouse_path.name if workspace else "records")
        raise WarehouseError(f"{name}: {str(error).splitlines()[0]} Is the file there, and no run going on?") from None
    finally:
        con.close()


def _labels(con: duckdb.DuckDBPyConnection, workspace: Workspace | None, labels: Path | None) -> str | None:
    """The table of judged pairs: of a file, else what people judged in the workspace."""
    import polars as pl

    if labels is not None:
        read = "read_parquet" if labels.suffix == ".parquet" else "read_csv"
        con.execute(f"create table label as from {read}('{labels}')")
        check_labels(con, "label", str(labels))
        return "label"
    verdicts = {} if workspace is None else standing_verdicts(open_state(workspace.state_url))
    if not verdicts:
        return None
    rows = [(left, right, verdict) for (left, right), verdict in verdicts.items()]
    con.register("label", pl.DataFrame(rows, schema=["record_id_l", "record_id_r", "verdict"], orient="row"))
    return "label"


def _told(training: Training, target: Path, report: Path) -> dict[str, object]:
    model = training.model
    return {
        "model": str(target),
        "report": str(report),
        "version": model.version,
        "records": model.records,
        "pairs": training.pairs,
        "labels": training.labelled,
        "pairs_per_record": model.pairs_per_record,
        "match_weight": model.match_weight,
        "suppressed_values": model.suppressed_values,
        "curve": [asdict(row) for row in training.curve],
    }
