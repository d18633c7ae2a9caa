"""The demo workspace that the acceptance tests share: made once, by whichever worker comes first."""

import fcntl
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from acceptance_cli import Ended, succeed

PEOPLE, SEED = 3000, 20261122


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo of 3,000 people, made through the command line. Nobody may change it; take `demo_copy` for that."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    with open(shared / "demo.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = shared / "demo-told.json"
        if not told.exists():
            shutil.rmtree(shared / "demo", ignore_errors=True)
            ended = succeed("demo", shared / "demo", "--people", PEOPLE, "--seed", SEED, "--json")
            told.write_text(json.dumps([ended.out, ended.err]))
    return shared / "demo"


@pytest.fixture(scope="session")
def demo_told(demo: Path) -> Ended:
    """What `demo --json` printed."""
    return Ended(0, *json.loads((demo.parent / "demo-told.json").read_text()))


@pytest.fixture
def demo_copy(demo: Path, tmp_path: Path) -> Path:
    """The shared demo as a folder of one's own."""
    return shutil.copytree(demo, tmp_path / "demo", symlinks=True)


@pytest.fixture(scope="module")
def copy_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Return a function that copies a workspace into a new folder."""
    return lambda workspace: shutil.copytree(workspace, tmp_path_factory.mktemp("copy") / "ws", symlinks=True)
