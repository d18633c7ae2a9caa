"""`rundblick ui` and `rundblick dev`: the pages, and with them Dagster's UI, on loopback only."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from pipelines.dagster_home import prepare_dagster_home
from warehouse.settings import open_workspace, tell_children

LOOPBACK = "127.0.0.1"
CHECKOUT = Path(__file__).parents[2]  # where .streamlit/config.toml holds the look of the pages


def pages(workspace: Path | None, port: int) -> None:
    """Serve the pages until interrupted."""
    opened = open_workspace(workspace)
    print(f"Pages: http://{LOOPBACK}:{port}   (Ctrl-C ends)")
    tell_children(RUNDBLICK_WORKSPACE=str(opened.root))
    _serve([_pages_command(port)])


def everything(workspace: Path | None, port: int, dagster_port: int) -> None:
    """Serve the pages and Dagster's UI until interrupted."""
    opened = open_workspace(workspace)
    prepare_dagster_home(opened)
    dagster = [
        *(sys.executable, "-m", "dagster", "dev", "-m", "pipelines.definitions"),
        *("--host", LOOPBACK, "--port", str(dagster_port)),
    ]
    print(f"Pages:   http://{LOOPBACK}:{port}\nDagster: http://{LOOPBACK}:{dagster_port}   (Ctrl-C ends both)")
    tell_children(RUNDBLICK_WORKSPACE=str(opened.root))
    _serve([_pages_command(port), dagster])


def _pages_command(port: int) -> list[str]:
    flags = {
        "server.address": LOOPBACK,
        "server.port": str(port),
        "server.headless": "true",
        "browser.gatherUsageStats": "false",
        "client.disableDataExport": "true",
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": "false",
    }
    options = [part for name, value in flags.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(CHECKOUT / "dashboards" / "app.py"), *options]


def _serve(commands: list[list[str]]) -> None:
    """Run the commands, each in a process group of its own, and end all groups together."""
    processes = [subprocess.Popen(command, start_new_session=True, cwd=CHECKOUT) for command in commands]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        os.wait()
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            process.wait()
