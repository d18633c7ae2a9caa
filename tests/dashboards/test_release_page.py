"""A held run on the pages: the overview says so, the release page shows why and carries the decision out."""

import re
import subprocess
import sys
from pathlib import Path

from pages_served import environment
from playwright.sync_api import Page, expect

from warehouse.held import held_candidate
from warehouse.publish import current_snapshot, snapshot_id
from warehouse.release import decisions
from warehouse.settings import open_workspace
from warehouse.state.store import open_state

MERGES_A_LOT = "match_weight: -12\nrelease: {customers_merged: {share: 0, at_least: 0}}\n"


def hold_a_run(workspace: Path) -> str:
    """Run with rules that merge a lot; returns the id of the run that is held then."""
    with open(workspace / "identity.yaml", "a", encoding="utf-8") as file:
        file.write(MERGES_A_LOT)
    program = Path(sys.executable).parent / "rundblick"
    command = [str(program), "run", "-w", str(workspace)]
    subprocess.run(command, check=True, capture_output=True, env=environment(), timeout=300)
    held = held_candidate(workspace / "data" / "published")
    assert held is not None
    return held.run_id


def test_a_held_run_is_told_looked_at_and_published(page: Page, address: str, workspace: Path):
    page.goto(f"{address}/release")
    expect(page.get_by_text("this is the first snapshot")).to_be_visible()
    run_id = hold_a_run(workspace)
    page.goto(address)
    expect(page.get_by_text("The last run is held since")).to_be_visible()
    page.get_by_role("link", name="Look at the difference and decide").click()
    expect(page.get_by_text("A run waits for you since")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Customers merged into others: \d+"))).to_be_visible()
    expect(page.get_by_role("button", name="Publish this run")).to_be_disabled()
    page.get_by_label("Why do you decide so?").fill("better rules")
    page.get_by_label("Why do you decide so?").press("Enter")
    page.get_by_role("button", name="Publish this run").click()
    expect(page.get_by_text("Published: pages and exports use the new snapshot.")).to_be_visible()
    expect(page.get_by_text("Nothing waits", exact=True)).to_be_visible()
    expect(page.locator(".rb-table", has_text="better rules")).to_be_visible()
    assert snapshot_id(current_snapshot(workspace / "data" / "published")) == run_id
    (decided,) = decisions(open_state(open_workspace(workspace).state_url))
    assert (decided.action, decided.run_id, decided.reason) == ("accepted", run_id, "better rules")
    page.goto(address)
    expect(page.locator(".rb-figure", has_text="Customers").first).to_be_visible()
    expect(page.get_by_text("The last run is held since")).not_to_be_visible()
