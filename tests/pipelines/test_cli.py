"""The command line: every bad input ends in one line that says what to do, and exit status 2."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RUNDBLICK = Path(sys.executable).parent / "rundblick"


def call(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([RUNDBLICK, *map(str, arguments)], capture_output=True, text=True, cwd=cwd)


@pytest.fixture
def workspace(tmp_path):
    call("init", tmp_path / "shop", "--company", 'Käse "Möller" & Co', "--country", "at")
    return tmp_path / "shop"


def test_init_makes_a_workspace_that_check_finds_in_order(workspace):
    done = call("check", "-w", workspace, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["sources"]) == (0, ["customers"])
    assert "lapsed" in found["segments"]
    settings = (workspace / "rundblick.yaml").read_text(encoding="utf-8")
    assert 'company: "Käse \\"Möller\\" & Co"' in settings
    assert "country: AT" in settings


def test_the_key_is_nobody_elses_to_read(workspace):
    assert (workspace / "data" / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["check", "-w", "nowhere"], "nowhere: no rundblick.yaml here."),
        (["init", "shop"], "shop: already holds a rundblick.yaml."),
        (["init", "new", "--country", "Germany"], '--country: "Germany" is no ISO-2 code.'),
        (["run", "-w", "shop", "--as-of", "yesterday"], '--as-of: "yesterday" is no time.'),
        (["preview", "lapsed", "-w", "shop"], "nothing is published yet. Run `rundblick run` first."),
        (["query", "select 1", "-w", "shop"], "nothing is published yet."),
        (["privacy", "forget", "C1", "--reason", "x", "-w", "shop"], '"forget" is not one of object, restrict, lift.'),
        (["privacy", "object", "Anna", "--reason", "x", "-w", "shop"], "is no customer number. Write it like C000123."),
        (["demo", "shop"], "shop: is not empty and holds no demo."),
        (["demo", "none", "--next-day"], "none: no demo here to add a day to."),
        (["why", "C1", "--at", "May", "-w", "shop"], '--at: "May" is no time. Write it like 2026-05-03'),
        (["why", "-w", "shop"], "Name a customer (C000123), one or two records, or --export FILE --row N."),
    ],
)
def test_bad_input_is_one_line_and_status_2(workspace, arguments, line):
    done = call(*arguments, cwd=workspace.parent)
    assert done.returncode == 2
    assert line in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_setting_that_is_wrong_is_named_with_its_line(workspace):
    file = workspace / "rundblick.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("country: AT", "country: Austria"), encoding="utf-8")
    done = call("check", "-w", workspace)
    assert done.returncode == 2
    assert "rundblick.yaml:3: country: " in done.stderr


def test_help_is_quick_because_nothing_heavy_is_imported():
    assert call("--help").returncode == 0
    code = (
        "import sys, pipelines.cli; print([m for m in ('dagster', 'duckdb', 'polars', 'splink') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
