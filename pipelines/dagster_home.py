"""The workspace's Dagster home, which command line and UI share."""

import shutil
from pathlib import Path

from warehouse.settings import Workspace, tell_children

_INSTANCE_FILE = Path(__file__).parent.parent / "dagster.yaml"


def prepare_dagster_home(workspace: Workspace) -> Path:
    """Make the workspace's Dagster home, with the instance settings of this checkout, and name it to Dagster.

    Without DAGSTER_HOME Dagster reads no instance file at all, and would send telemetry.
    """
    home = workspace.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_INSTANCE_FILE, home / "dagster.yaml")
    tell_children(DAGSTER_HOME=str(home), DAGSTER_DISABLE_TELEMETRY="1")
    return home
