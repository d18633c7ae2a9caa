"""`rundblick demo`: the simulated retailer, the whole run on it, and what came of it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import connectors.demo
from pipelines.commands.audience import Order, export_named
from pipelines.commands.run import parse_as_of
from pipelines.errors import RUN_FAILED
from pipelines.execute import execute_run
from pipelines.progress import shown
from pipelines.story import Story, tell, text
from segments.export import ExportResult
from warehouse.errors import WarehouseError
from warehouse.settings import Workspace, open_workspace

_TEMPLATE = Path(connectors.demo.__file__).parent / "workspace"
# The first audience: people who bought nothing for a year, a letter each.
SEGMENT, CHANNEL = "lapsed", "letter"


def run(folder: Path, people: int, seed: int, next_day: bool, as_of: str | None, as_json: bool) -> None:
    """Simulate, run, export, tell. An existing demo is run again; its people and seed stay."""
    at = parse_as_of(as_of)
    with shown() as report:
        workspace = _prepare(folder, people, seed, next_day, report)
        done = execute_run(workspace, at, report)
        report(f"export {SEGMENT} by {CHANNEL}")
        exported = export_named(workspace, Order(SEGMENT, CHANNEL))
    if as_json:
        print(json.dumps(done.as_json() | {"exports": [str(file) for file in exported.files]}))
    else:
        _print_story(workspace, tell(workspace, done, at or workspace.now()), exported)
    if done.failed:
        raise SystemExit(RUN_FAILED)


def _prepare(folder: Path, people: int, seed: int, next_day: bool, report: Callable[[str], None]) -> Workspace:
    """Make the workspace with its silos, or open the one that is there, a day later if asked."""
    marker = folder / "demo.json"
    wanted = {"people": people, "seed": seed}
    found = json.loads(marker.read_text()) if marker.exists() else None
    if next_day:
        if found is None:
            raise WarehouseError(f"{folder}: no demo here to add a day to. Run `rundblick demo {folder}` first.")
        _add_day(folder, report)
    elif found is None or not found["complete"]:
        if found is None and folder.exists() and any(folder.iterdir()):
            raise WarehouseError(f"{folder}: is not empty and holds no demo. Name another folder.")
        _simulate(folder, wanted, marker, report)
    elif found != wanted | {"complete": True}:
        raise WarehouseError(
            f"{folder}: holds a demo of {found['people']} people, seed {found['seed']}. "
            "Name another folder, or delete this one."
        )
    return open_workspace(folder)


def _simulate(folder: Path, wanted: dict[str, int], marker: Path, report: Callable[[str], None]) -> None:
    """Write the silos. The marker comes first, so that a demo killed half-way is known as one and begun anew."""
    from connectors.demo.simulate import simulate

    report(f"simulate {wanted['people']:,} people")
    folder.mkdir(parents=True, exist_ok=True)
    marker.write_text(json.dumps(wanted | {"complete": False}))
    shutil.copytree(_TEMPLATE, folder, dirs_exist_ok=True)
    simulate(folder, people=wanted["people"], seed=wanted["seed"])
    marker.write_text(json.dumps(wanted | {"complete": True}))


def _add_day(folder: Path, report: Callable[[str], None]) -> None:
    from connectors.demo.next_day import next_day

    report("simulate the next day")
    next_day(folder)


def _print_story(workspace: Workspace, story: Story, exported: ExportResult) -> None:
    from pipelines.commands.run import summary

    here = f"--workspace {workspace.root}"
    first = next((file for file in exported.files if file.suffix == ".xlsx"), exported.files[0])
    print(summary(story.run), "\n", text(story), sep="\n")
    print("WHERE TO LOOK")
    print(f"  Open      {first}  ({exported.rows:,} {SEGMENT} customers, a {CHANNEL} each)")
    print(f"  Ask why   .venv/bin/rundblick why --export {first} --row 1 {here}")
    print(f"  Pages     .venv/bin/rundblick ui {here}")
    print(f"  Tomorrow  .venv/bin/rundblick demo {workspace.root} --next-day")
