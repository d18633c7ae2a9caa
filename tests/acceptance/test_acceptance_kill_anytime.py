"""Whatever is killed when: one clean run later all is as if nothing had happened."""

import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from acceptance_cli import PROGRAM, environment, simulated, succeed
from acceptance_contents import differences

SILOS = ("shop", "newsletter", "calls", "rates", "lists")
KILLS = 10  # in each of two tests
PATIENCE = 120


@dataclass(frozen=True)
class Kill:
    """When a run was killed: at the n-th line of its progress, and so long after it; None where it was too quick."""

    step: int
    after: float
    returncode: int


@dataclass(frozen=True)
class News:
    """A workspace with news that no run has seen, the same after one run in peace, and that run's lines of progress."""

    waiting: Path
    expected: Path
    lines: int


def with_expected(waiting: Path) -> News:
    expected = shutil.copytree(waiting, waiting.parent / f"{waiting.name}-in-peace")
    return News(waiting, expected, len(succeed("run", "--workspace", expected).err.splitlines()))


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> News:
    """A few hundred people in few silos, nothing loaded yet."""
    folder = tmp_path_factory.mktemp("kill")
    return with_expected(simulated(folder / "first", people=300, seed=7, sources=SILOS))


@pytest.fixture(scope="module")
def day_after(first_run: News) -> News:
    """The same people one day later: a snapshot is published, and there is news."""
    from connectors.demo.next_day import next_day

    waiting = shutil.copytree(first_run.expected, first_run.waiting.parent / "day-after")
    next_day(waiting)
    return with_expected(waiting)


def run_and_kill(folder: Path, step: int, after: float) -> Kill:
    """Start a run, and kill it with all its children when it has told of so many steps."""
    process = subprocess.Popen(
        [*PROGRAM, "run", "--workspace", str(folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment(), start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    with process.stderr as lines:
        for _, _ in zip(range(step), lines, strict=False):
            pass
        time.sleep(after)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return Kill(step, after, process.wait(PATIENCE))


@pytest.mark.parametrize("name", ["first_run", "day_after"])
def test_a_run_killed_ten_times_ends_as_one_left_in_peace(name, request, tmp_path):
    news: News = request.getfixturevalue(name)
    folder = shutil.copytree(news.waiting, tmp_path / "ws")
    dice = random.Random(f"kill {name}")
    # Later and later, so that each kill meets work that no run before it did; most of them soon after a line, for a
    # line is told before the step's work.
    steps = sorted(dice.sample(range(1, news.lines), KILLS))
    kills = [run_and_kill(folder, step, 0.4 * dice.random() ** 4) for step in steps]
    assert [kill for kill in kills if kill.returncode != -signal.SIGKILL] == []
    succeed("run", "--workspace", folder)
    assert differences(folder, news.expected) == ""
    assert not list((folder / "data" / "published").glob("*.part"))
