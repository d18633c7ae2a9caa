"""The rules of the house that no linter knows."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("pipelines", "dashboards", "segments", "connectors", "identity", "warehouse")


def python_files() -> list[Path]:
    return [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]


def files_with(pattern: str) -> set[str]:
    found = re.compile(pattern)
    return {str(p.relative_to(ROOT)) for p in python_files() if found.search(p.read_text(encoding="utf-8"))}


def test_imports_run_downward():
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_only_one_module_opens_a_database():
    assert files_with(r"duckdb\.connect\(") == {"warehouse/db.py"}


def test_only_the_settings_read_the_environment():
    assert files_with(r"os\.environ|os\.getenv|BaseSettings") == {"warehouse/settings.py"}


def test_nothing_is_inserted_row_by_row():
    assert files_with(r"\.executemany\(") == set()


def test_no_error_is_swallowed():
    assert files_with(r"except Exception|except:") == set()


def test_beside_the_rooms_stand_only_the_agreed_names():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    names = {line.split("/")[0] for line in listed.stdout.splitlines()}
    rest = {"tests", "docs", "benchmarks", "pyproject.toml", "uv.lock", "Makefile", "README.md"}
    rest |= {"CHANGELOG.md", "LICENSE", "dagster.yaml"}
    assert {name for name in names if not name.startswith(".")} <= rest | set(ROOMS)


def test_help_is_there_for_every_command():
    from typer.main import get_command

    from pipelines.cli import app

    commands = get_command(app).commands
    assert [name for name, command in commands.items() if not command.help] == []
    readme = "\n".join(p.read_text(encoding="utf-8") for p in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    assert [name for name in commands if f"rundblick {name}" not in readme] == []
