"""The release gate from end to end: new matching rules merge a lot, and nobody sees it before a person has looked."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import connectors.demo
from connectors.demo.simulate import simulate
from pipelines.commands.run import summary
from pipelines.execute import execute_run
from pipelines.report import RunReport
from pipelines.story import tell
from warehouse.db import connect_snapshot
from warehouse.publish import current_snapshot, snapshot_id
from warehouse.settings import open_workspace

RUNDBLICK = Path(sys.executable).parent / "rundblick"
SILOS = ("shop", "newsletter", "rates")
# So few merges are seen: whoever lowers the weight below which records are linked merges more.
MERGES_A_LOT = "match_weight: -12\nrelease: {customers_merged: {share: 0, at_least: 0}}\n"


def call(*arguments: object, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([RUNDBLICK, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert done.returncode == status, done.stdout + done.stderr
    return done


def run(workspace: Path) -> RunReport:
    return execute_run(open_workspace(workspace))


def published(workspace: Path) -> str:
    return snapshot_id(current_snapshot(workspace / "data" / "published"))


def customers(workspace: Path) -> int:
    with connect_snapshot(current_snapshot(workspace / "data" / "published")) as con:
        return con.execute("select count(distinct customer_id) from serve.customer_record").fetchall()[0][0]


def held_folders(workspace: Path) -> list[str]:
    return sorted(path.name for path in (workspace / "data" / "published").glob("*.held"))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few hundred people in four silos, run once."""
    folder = tmp_path_factory.mktemp("release") / "first"
    shutil.copytree(Path(connectors.demo.__file__).parent / "workspace", folder)
    simulate(folder, people=300, seed=3)
    for file in (folder / "sources").glob("*.yaml"):
        if file.stem not in SILOS:
            file.unlink()
    told = run(folder)
    assert (told.held, told.held_before) == (None, None)
    return folder


@pytest.fixture(scope="module")
def held(first: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with rules that merge a lot: the run is held."""
    folder = shutil.copytree(first, tmp_path_factory.mktemp("release") / "held")
    with open(folder / "identity.yaml", "a", encoding="utf-8") as file:
        file.write(MERGES_A_LOT)
    run(folder)
    return folder


@pytest.fixture
def copy(held: Path, tmp_path: Path) -> Path:
    return shutil.copytree(held, tmp_path / "ws")


def test_a_run_that_merges_a_lot_is_held_and_readers_keep_the_old_snapshot(first, held):
    assert published(held) == published(first)
    assert len(held_folders(held)) == 1
    counted = "select count(distinct customer_id) as n from serve.customer_record"
    assert json.loads(call("query", counted, "--json", "-w", held).stdout) == [{"n": customers(first)}]


def test_the_run_says_that_it_is_held_and_what_to_do_and_the_same_again_stays(copy):
    (before,) = held_folders(copy)
    done = run(copy)
    told = summary(done)
    assert done.as_json()["held"]["run_id"] + ".held" == before
    assert "HELD, not published" in told
    assert "customers merged: " in told
    assert "this one found the same, so nothing is new" in told
    assert '`rundblick release --accept --reason "…"`' in told
    assert held_folders(copy) == [before]
    # The demo's story is of the snapshot, which does not know the held run.
    assert tell(open_workspace(copy), done, done.as_of).changes is None


def test_where_nothing_is_held_the_last_run_is_shown(first):
    assert call("release", "-w", first).stdout.splitlines() == [
        f"Nothing is held. Snapshot {published(first)}, compared with the one before it:",
        "Nothing to compare: this is the first snapshot.",
    ]


def test_the_difference_is_shown_in_numbers_and_customer_ids(held):
    shown = call("release", "-w", held).stdout
    told = json.loads(call("release", "--json", "-w", held).stdout)
    (merged,) = [m for m in told["measures"] if m["measure"] == "customers_merged"]
    assert told["held"]["run_id"] + ".held" in held_folders(held)
    assert [f["measure"] for f in told["held"]["findings"]] == ["customers_merged"]
    assert merged["is_beyond"]
    assert merged["changed"] > 0
    assert f"C{merged['examples'][0][0]:06d}" in shown
    assert "is HELD since" in shown


def test_after_release_readers_see_the_new_snapshot_and_the_next_run_has_nothing_new(first, copy):
    run_id = json.loads(call("release", "--json", "-w", copy).stdout)["held"]["run_id"]
    call("release", run_id, "--accept", "--reason", "wanted", "--user", "anna", "-w", copy)
    assert published(copy) == run_id
    assert customers(copy) < customers(first)
    assert held_folders(copy) == []
    told = run(copy)
    assert (told.held, told.snapshot, customers(copy)) == (None, run_id, told.customers)


def test_after_rejection_the_published_snapshot_stays(first, copy):
    call("release", "--reject", "--reason", "wrong weight", "-w", copy)
    assert (published(copy), held_folders(copy)) == (published(first), [])


def test_a_newer_run_within_the_limits_drops_what_was_held(first, copy):
    (folder,) = held_folders(copy)
    shutil.copy(first / "identity.yaml", copy / "identity.yaml")
    told = summary(run(copy))
    assert f"Run {folder.removesuffix('.held')}, which was held, is dropped" in told
    assert held_folders(copy) == []
    assert customers(copy) == customers(first)


def test_with_the_gate_open_every_run_is_published(first, copy):
    file = copy / "identity.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("release: {", "release: {hold: false, "), encoding="utf-8")
    assert run(copy).held is None
    assert customers(copy) < customers(first)


def test_a_run_killed_while_it_is_held_changes_nothing(copy, first):
    file = copy / "identity.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("-12", "-11"), encoding="utf-8")
    process = subprocess.Popen(
        [RUNDBLICK, "run", "-w", copy],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    with process.stderr as lines:
        next(line for line in lines if line.strip().endswith("publish"))
        time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(60)
    assert published(copy) == published(first)
    assert held_folders(copy) != []
    told = run(copy)
    assert told.held is not None
    assert held_folders(copy) == [told.held.folder.name]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--accept"], 'a decision needs its reason for the record. Add --reason "…".'),
        (["--accept", "--reject", "--reason", "x"], "--accept and --reject at once. Choose one."),
        (["--accept", "--reason", "x"], "nothing is held, so there is nothing to decide."),
    ],
)
def test_a_decision_that_cannot_be_made_is_one_line_and_status_2(first, arguments, line):
    done = call("release", *arguments, "-w", first, status=2)
    assert line in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
