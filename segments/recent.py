"""What was said since the published snapshot and counts at once: at the desk, and no to contact in a held run."""

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from segments.gate import EVENT_SCHEMA
from warehouse.held import REFUSALS, held_candidate
from warehouse.settings import Workspace
from warehouse.state.consents import all_desk_events


def recent_events(workspace: Workspace, state: sa.Engine) -> pa.Table:
    """Return the desk's events and the held run's refusals, in the columns of serve.consent_event.

    A run that is held for its merges may also hold a withdrawal: that must not wait for a person. Permissions wait.
    """
    tables = [all_desk_events(state), *_refusals(workspace)]
    return pa.concat_tables([table.select(EVENT_SCHEMA.names).cast(EVENT_SCHEMA) for table in tables])


def _refusals(workspace: Workspace) -> list[pa.Table]:
    held = held_candidate(workspace.published_dir)
    if held is None:
        return []
    try:
        return [pq.read_table(held.folder / REFUSALS)]
    except FileNotFoundError:  # decided this very moment: the snapshot that is read next holds them, or nobody does
        return []
