"""Serving the pages of a workspace, as `rundblick ui` does."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def environment(**more: str) -> dict[str, str]:
    """The environment without what would point the program elsewhere."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("RUNDBLICK_", "STREAMLIT_"))}
    return kept | more


@contextmanager
def serving(workspace: Path) -> Iterator[str]:
    """Serve the pages of a workspace and yield their address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "dashboards/app.py", "--server.port", str(port)],
        cwd=REPOSITORY, env=environment(RUNDBLICK_WORKSPACE=str(workspace)),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/_stcore/health")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(address: str) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
