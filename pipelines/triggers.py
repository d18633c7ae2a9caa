"""What starts the nightly job: the clock, or files that have arrived."""

from typing import Any

import dagster as dg

from connectors.read import arrived_files
from connectors.source import Source
from warehouse.settings import Workspace

Job = Any  # Dagster does not export the type of what `define_asset_job` returns.


def nightly_schedule(job: Job, timezone: str) -> dg.ScheduleDefinition:
    """Return the schedule of the job: every night at 3, in the workspace's zone."""
    return dg.ScheduleDefinition(job=job, cron_schedule="0 3 * * *", execution_timezone=timezone)


def arrivals_sensor(job: Job, workspace: Workspace, sources: list[Source]) -> dg.SensorDefinition:
    """Return the sensor that starts the job when a source's files are others than at its last look."""

    @dg.sensor(job=job, name="arrivals", minimum_interval_seconds=60)
    def arrivals(context: dg.SensorEvaluationContext):
        """Files that came in since the last look."""
        state = arrived_files(sources, workspace.root)
        if state == context.cursor:
            yield dg.SkipReason("No file has arrived.")
            return
        context.update_cursor(state)
        yield dg.RunRequest(run_key=state)

    return arrivals
