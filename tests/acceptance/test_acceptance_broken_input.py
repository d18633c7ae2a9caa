"""A broken delivery ends in one clear line that names its source, or in counted rejects; nothing else suffers.

Every silo meets every breakage that its kind of file can suffer. A round breaks several silos at once, each in
another way, and leaves at least a third of them alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from acceptance_breakage import MARK, PARTS, break_it, breakages_of
from acceptance_cli import Ended, databases, rundblick, simulated, succeed
from acceptance_contents import Contents, contents

BROKEN_AT_ONCE = 9  # of thirteen
# How each breakage may end: the source stops with a line, rows are counted as rejects, or nothing is new.
STOPS = {"truncated", "wrong_delimiter", "not_utf_8", "empty"}
STOPS_OR_REJECTS = {"missing_column", "bad_dates", "half_line"}


def rounds() -> list[dict[str, str]]:
    """Silo → breakage, so that each pair comes once and each round leaves silos alone."""
    left = {silo: breakages_of(silo) for silo in PARTS}
    plan = []
    while any(left.values()):
        silos = sorted((s for s in left if left[s]), key=lambda s: (-len(left[s]), s))[:BROKEN_AT_ONCE]
        plan.append({silo: left[silo].pop(0) for silo in silos})
    return plan


@dataclass(frozen=True)
class Round:
    """What was broken, how the run ended, and what the workspace held before and after."""

    broken: dict[str, str]
    ended: Ended
    before: Contents
    after: Contents
    workspace: Path

    def raw(self, held: Contents, silo: str) -> Contents:
        return {table: digest for table, digest in held.items() if table.startswith(f"raw.{silo}_")}


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo that ran well."""
    folder = simulated(tmp_path_factory.mktemp("broken") / "healthy", people=250, seed=19)
    succeed("run", "--workspace", folder)
    return folder


@pytest.fixture(scope="module")
def personal(healthy: Path) -> list[str]:
    """Values of people of the demo that may stand in no output."""
    with databases(healthy) as con:
        found = con.execute("""
            select email from clean.party where email is not null
            union select phone from stage.party where length(phone) > 6
            union select street from stage.party where length(street) > 8
            union select given_name || ' ' || family_name from clean.party where family_name is not null
        """).fetchall()
    return [value for (value,) in found if value]


@pytest.fixture(scope="module", params=rounds(), ids=lambda plan: "-".join(sorted(set(plan.values()))))
def a_round(request: pytest.FixtureRequest, healthy: Path, copy_of: Callable[[Path], Path]) -> Round:
    """A run after new deliveries, some of them broken."""
    folder = copy_of(healthy)
    before = contents(folder)
    for silo, breakage in request.param.items():
        break_it(folder, silo, breakage)
    ended = rundblick("run", "--json", "--workspace", folder)
    return Round(request.param, ended, before, contents(folder), folder)


def test_no_breakage_is_lost_without_a_word(a_round):
    told = a_round.ended.json["sources"]
    wrong = {}
    for silo, breakage in a_round.broken.items():
        line, rejected = told[silo].get("error"), told[silo]["rejected"]
        unchanged = a_round.raw(a_round.after, silo) == a_round.raw(a_round.before, silo)
        if breakage in STOPS:
            well = line is not None
        elif breakage in STOPS_OR_REJECTS:
            well = line is not None or rejected > 0
        else:  # the same file again, or no rows: a line, or nothing is gone
            well = line is not None or (unchanged and rejected == 0)
        if not well:
            wrong[f"{silo}: {breakage}"] = told[silo]
    assert wrong == {}


def test_a_source_that_stops_says_so_in_one_line_that_names_it(a_round):
    lines = {silo: told["error"] for silo, told in a_round.ended.json["sources"].items() if "error" in told}
    assert [line for silo, line in lines.items() if silo not in line or "\n" in line or len(line) > 500] == []
    assert a_round.ended.status == (1 if lines else 0)


def test_a_source_that_stops_keeps_its_last_good_data(a_round):
    stopped = [silo for silo, told in a_round.ended.json["sources"].items() if "error" in told]
    assert [s for s in stopped if a_round.raw(a_round.after, s) != a_round.raw(a_round.before, s)] == []


def test_the_other_sources_are_unharmed(a_round):
    told = a_round.ended.json["sources"]
    well = told.keys() - a_round.broken.keys()
    assert len(well) >= 4
    assert {silo: told[silo] for silo in well} == {silo: {"rows": 0, "rejected": 0} for silo in well}
    assert [s for s in well if a_round.raw(a_round.after, s) != a_round.raw(a_round.before, s)] == []


def test_no_traceback_and_nothing_personal_is_printed(a_round, personal):
    text = a_round.ended.text
    assert "Traceback" not in text
    assert [value for value in [MARK, *personal] if value in text] == []


def test_nothing_personal_of_a_failing_row_is_written_outside_the_databases(a_round):
    assert files_with(a_round.workspace, MARK) == []


def files_with(workspace: Path, value: str) -> list[str]:
    """The files that hold a value, but for the two kinds that may: the silos' own, and the databases of the data."""
    found = []
    for path in workspace.rglob("*"):
        place = path.relative_to(workspace)
        if not path.is_file() or place.parts[0] in ("inbox", "truth") or ".duckdb" in path.name:
            continue
        if value.encode() in path.read_bytes():
            found.append(str(place))
    return found


def test_broken_at_the_first_run_the_healthy_silos_are_loaded_all_the_same(tmp_path):
    folder = simulated(tmp_path / "ws", people=250, seed=19)
    broken = {
        "shop": "wrong_delimiter", "newsletter": "truncated", "erp": "truncated", "forms": "empty",
        "loyalty": "missing_column", "calls": "not_utf_8",
    }  # fmt: skip
    for silo, breakage in broken.items():
        break_it(folder, silo, breakage)
    ended = rundblick("run", "--workspace", folder)
    assert ended.status == 1
    failed = [line for line in ended.out.splitlines() if line.startswith("FAILED")]
    assert len(failed) == len(broken)
    assert [silo for silo in broken if not any(silo in line for line in failed)] == []
    with databases(folder) as con:
        assert con.execute("select count(*) from serve.main.customer").fetchall()[0][0] > 0
