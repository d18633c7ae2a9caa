"""Running the nightly job in this process, on the instance that Dagster's UI shows."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from pipelines.checking import check_workspace
from pipelines.errors import RunFailedError
from pipelines.report import RunReport, count_records
from segments.findings import segment_counts
from warehouse.db import connect_snapshot
from warehouse.publish import current_snapshot, has_snapshot, snapshot_id
from warehouse.session import Session, open_session
from warehouse.settings import Workspace


def execute_run(
    workspace: Workspace, as_of: datetime | None = None, report: Callable[[str], None] = lambda _: None
) -> RunReport:
    """Run the nightly job and return what it did.

    A source that fails is told in the report. Raises RunFailedError when a step failed, the published snapshot
    then stays as it was; another RundblickError, before anything is done, for a mistake in the workspace.
    """
    started = time.monotonic()
    check_workspace(workspace)
    with open_session(workspace, as_of, report) as session:
        _execute(workspace, session)
    return _report(workspace, session, time.monotonic() - started)


def _execute(workspace: Workspace, session: Session) -> None:
    session.report("start Dagster")
    import dagster as dg

    from pipelines.dagster_home import prepare_dagster_home
    from pipelines.definitions import JOB, definitions_of

    prepare_dagster_home(workspace)
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    job = definitions_of(workspace, loggers={"quiet": quiet_logger()}).resolve_job_def(JOB)
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(
            instance=instance,
            resources={"session": session},
            raise_on_error=False,
            run_config={"loggers": {"quiet": {}}},
        )
    if not result.success:
        raise RunFailedError(_first_failure(result))


def _first_failure(result) -> str:
    """One line on the first step that failed: its own words where they are ours, else the error's kind only,
    for another's words may quote a value."""
    for event in result.all_events:
        if event.is_step_failure:
            failure = event.step_failure_data
            error = failure.error.cause or failure.error
            words = (failure.user_failure_data.description if failure.user_failure_data else None) or (
                error.message.strip().splitlines()[0].partition(": ")[2] if _is_ours(error.cls_name) else error.cls_name
            )
            return f"{event.step_key}: {words} Nothing was published; the last snapshot stays."
    return "The run failed before its first step. See Dagster's UI with `rundblick dev`."


def _is_ours(class_name: str | None) -> bool:
    names = {"RundblickError", "WarehouseError", "ConnectorError", "IdentityError", "SegmentError"}
    return class_name in names


def quiet_logger():
    """Return a logger for the console that says nothing: progress is told by the session."""
    import dagster as dg

    @dg.logger
    def quiet(_) -> logging.Logger:
        logger = logging.getLogger("rundblick.quiet")
        logger.setLevel(logging.CRITICAL + 1)
        return logger

    return quiet


def _report(workspace: Workspace, session: Session, seconds: float) -> RunReport:
    if not has_snapshot(workspace.published_dir):
        first = next((o.error for o in session.outcomes.values() if o.error), "the workspace has no source.")
        raise RunFailedError(f"run: nothing could be loaded, so nothing was published: {first}")
    snapshot = current_snapshot(workspace.published_dir)
    with connect_snapshot(snapshot) as con:
        records, customers = count_records(con)
        segments = segment_counts(con)
    return RunReport(
        session.run_id,
        session.as_of,
        snapshot_id(snapshot),
        seconds,
        session.outcomes,
        records,
        customers,
        segments,
        session.contradictory_judgements,
        session.held,
        session.held_before,
    )
