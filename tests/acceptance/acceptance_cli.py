"""The command line as a person uses it, and what a workspace then holds."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

import connectors.demo
from warehouse.db import connect_memory
from warehouse.publish import current_snapshot

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
DEMO_TEMPLATE = Path(connectors.demo.__file__).parent / "workspace"
PROGRAM = [str(Path(sys.executable).parent / "rundblick")]
TIMEOUT = 300


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)

    @property
    def text(self) -> str:
        return self.out + self.err


def environment(**more: str) -> dict[str, str]:
    """The environment without what would point the program elsewhere."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("RUNDBLICK_", "DAGSTER_"))}
    return kept | more


def rundblick(*words: object, folder: Path | None = None, **env: str) -> Ended:
    """Run one command of the program and return how it ended."""
    done = subprocess.run(
        [*PROGRAM, *map(str, words)],
        cwd=folder, env=environment(**env), capture_output=True, text=True, timeout=TIMEOUT, check=False,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


def succeed(*words: object, folder: Path | None = None, **env: str) -> Ended:
    """Run a command that must end well."""
    ended = rundblick(*words, folder=folder, **env)
    assert ended.status == 0, f"rundblick {' '.join(map(str, words))}: {ended.status}\n{ended.text[-3000:]}"
    return ended


def workspace_of_example(name: str, folder: Path) -> Path:
    """Make a workspace by `rundblick init` and put the example's files into it; its own source goes."""
    succeed("init", folder)
    (folder / "sources" / "customers.yaml").unlink()
    shutil.copytree(EXAMPLES / name, folder, dirs_exist_ok=True)
    (folder / "inbox").mkdir(exist_ok=True)
    return folder


@contextmanager
def databases(workspace: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that reads the warehouse (raw, stage, clean …) and the published `serve`."""
    con = connect_memory()
    try:
        con.execute(f"attach '{workspace / 'data' / 'warehouse.duckdb'}' as warehouse (read_only)")
        con.execute(f"attach '{current_snapshot(workspace / 'data' / 'published')}' as serve (read_only)")
        con.execute("use warehouse")
        yield con
    finally:
        con.close()


def simulated(folder: Path, people: int, seed: int, sources: tuple[str, ...] = ()) -> Path:
    """Write a demo workspace that no run has touched; with `sources`, only these silos are declared."""
    from connectors.demo.simulate import simulate

    shutil.copytree(DEMO_TEMPLATE, folder)
    simulate(folder, people=people, seed=seed)
    for file in (folder / "sources").glob("*.yaml"):
        if sources and file.stem not in sources:
            file.unlink()
    return folder
