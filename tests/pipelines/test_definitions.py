"""One test loads every definition, so that a broken asset, job or sensor is found without a run."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

import connectors.demo
from connectors.source import read_sources
from pipelines import steps
from pipelines.definitions import JOB, definitions_of
from warehouse.models import read_models
from warehouse.settings import open_workspace

DEMO = Path(connectors.demo.__file__).parent / "workspace"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workspace") / "demo"
    shutil.copytree(DEMO, folder)
    return open_workspace(folder)


@pytest.fixture(scope="module")
def definitions(workspace):
    found = definitions_of(workspace)
    dg.Definitions.validate_loadable(found)
    return found


def keys(definitions) -> set[str]:
    return {key.to_user_string().replace("/", ".") for key in definitions.resolve_all_asset_keys()}


def test_every_source_and_every_model_is_an_asset(workspace, definitions):
    sources = {f"raw.{source.name}" for source in read_sources(workspace.root)}
    assert sources | set(read_models()) <= keys(definitions)


def test_no_asset_waits_for_a_table_that_nobody_makes(definitions):
    graph = definitions.resolve_asset_graph()
    assert [key.to_user_string() for key in graph.external_asset_keys] == []


def test_every_check_of_a_header_is_a_blocking_asset_check(definitions):
    graph = definitions.resolve_asset_graph()
    # Those of a table that a step writes stop the step itself.
    models = [model for table, model in read_models().items() if table not in steps.IDENTITY_TABLES]
    wanted = sum(len(model.all_checks) for model in models)
    blocking = [key for key in graph.asset_check_keys if graph.get_check_spec(key).blocking]
    assert len(blocking) == wanted


def test_the_job_runs_nightly_and_on_arrivals(definitions):
    assert definitions.resolve_job_def(JOB)
    (schedule,), (sensor,) = definitions.schedules, definitions.sensors
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 3 * * *", "Europe/Berlin")
    assert sensor.name == "arrivals"


def test_the_sensor_asks_for_a_run_once_for_each_change_of_the_files(workspace, definitions):
    (sensor,) = definitions.sensors
    inbox = workspace.root / "inbox" / "draws"
    inbox.mkdir(parents=True)
    (inbox / "a.csv").write_text("entry_id\n1\n")
    first = sensor.evaluate_tick(dg.build_sensor_context(cursor="nothing yet"))
    assert len(first.run_requests) == 1
    again = sensor.evaluate_tick(dg.build_sensor_context(cursor=first.cursor))
    assert again.run_requests == []
    (inbox / "b.csv").write_text("entry_id\n2\n")
    later = sensor.evaluate_tick(dg.build_sensor_context(cursor=first.cursor))
    assert len(later.run_requests) == 1


def test_every_table_that_a_step_writes_to_serve_is_documented():
    from warehouse.books import _of_models, _of_other_tables

    documented = {table for table, *_ in (*_of_models(), *_of_other_tables())}
    written = {
        table
        for table in (*steps.IDENTITY_TABLES, *steps.MEMBERSHIP_TABLES, *steps.RELEASE_TABLES)
        if table.startswith("serve.")
    }
    assert {table.removeprefix("serve.") for table in written} <= documented
