"""Everything that Dagster sees of one workspace: assets, the nightly job, its schedule and the sensor.

`dagster dev -m pipelines.definitions` reads the workspace that RUNDBLICK_WORKSPACE or the folder names.
"""

from collections.abc import Iterator, Mapping

import dagster as dg

from connectors.source import read_sources
from pipelines.model_assets import model_assets
from pipelines.source_assets import source_asset
from pipelines.step_assets import step_assets
from pipelines.triggers import arrivals_sensor, nightly_schedule
from warehouse.session import Session, open_session
from warehouse.settings import Workspace, open_workspace

JOB = "nightly"


def definitions_of(workspace: Workspace, loggers: Mapping[str, dg.LoggerDefinition] | None = None) -> dg.Definitions:
    """Return assets, job, schedule and sensor of a workspace; `loggers` stand in for Dagster's own."""
    sources = read_sources(workspace.root)
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Loads every silo, finds the customers, publishes a snapshot.",
    )
    return dg.Definitions(
        assets=[*(source_asset(s) for s in sources), *step_assets(sources), *model_assets()],
        jobs=[job],
        schedules=[nightly_schedule(job, workspace.config.timezone)],
        sensors=[arrivals_sensor(job, workspace, sources)],
        resources={"session": session_resource(workspace)},
        executor=dg.in_process_executor,
        loggers=loggers,
    )


def session_resource(workspace: Workspace) -> dg.ResourceDefinition:
    """Return the resource that opens a run's session when Dagster itself starts the run."""

    @dg.resource(description="The run's lock, connection and candidate snapshot.")
    def session(context: dg.InitResourceContext) -> Iterator[Session]:
        with open_session(workspace, report=lambda step: context.log.info(step) if context.log else None) as opened:
            yield opened

    return session


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` loads."""
    return definitions_of(open_workspace())
