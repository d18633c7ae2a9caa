"""Held candidates: what waits for a person is never seen by a reader, never lost by a kill, never released late."""

import shutil
from datetime import datetime

import pyarrow.parquet as pq
import pytest

from warehouse import held, publish
from warehouse.db import connect_memory, connect_snapshot
from warehouse.errors import WarehouseError
from warehouse.release import Decision, accept, reject
from warehouse.settings import Workspace
from warehouse.state.read import read_table
from warehouse.state.store import open_state
from warehouse.state.tables import audit

AT = datetime(2026, 5, 3, 12)
FINDING = {"measure": "customers_merged", "subject": "", "changed": 9, "of_count": 10, "allowed": 1}
DECISION = Decision("anna", "new rules", AT)


@pytest.fixture
def workspace(tmp_path):
    return Workspace(root=tmp_path)


@pytest.fixture
def published(workspace):
    return workspace.published_dir


def run(published, run_id, value, holds=False, **refusals):
    """One run that adds a value and is published or held; `refusals` are statements by event id."""
    with connect_memory() as con, publish.candidate(con, published, run_id) as folder:
        con.execute("create table if not exists serve.thing(x int)")
        con.execute(f"insert into serve.thing values ({value})")
        con.execute(f"insert or replace into serve.fingerprint values ('thing', '{value}')")
        for event_id, status in refusals.items():
            con.execute(
                "insert into serve.consent_event values (?, 'shop', 'r', 'email', 'a@b.de', 'email', 'marketing', ?, "
                "timestamp '2026-05-01', timestamp '2026-05-02', null, false)",
                [event_id, status],
            )
        if holds:
            return held.hold(con, folder, AT, [FINDING])
        publish.publish(con, folder)
        held.drop_all(published)
        return None


def things(published):
    with connect_snapshot(publish.current_snapshot(published)) as con:
        return [x for (x,) in con.execute("select x from serve.thing order by x").fetchall()]


def listed(published):
    return sorted(path.name for path in published.iterdir())


def audited(workspace):
    rows = read_table(open_state(workspace.state_url), audit.select()).to_pylist()
    return [(row["actor"], row["action"], row["subject"], row["details"]) for row in rows]


def test_a_held_candidate_is_kept_and_nobody_reads_it(published):
    run(published, "1", 10)
    found = run(published, "2", 20, holds=True)
    assert things(published) == [10]
    assert listed(published) == ["1", "2.held", "current"]
    assert sorted(path.name for path in found.folder.iterdir()) == ["held.json", "refusals.parquet", "serve.duckdb"]
    assert held.held_candidate(published) == found
    assert found.as_json() == {
        "run_id": "2", "base": "1", "held_at": "2026-05-03T12:00:00", "findings": [FINDING],
    }  # fmt: skip


def test_it_outlives_the_clean_up_of_the_next_run(published):
    run(published, "1", 10)
    found = run(published, "2", 20, holds=True)
    publish.clean_up(published)
    assert held.held_candidate(published) == found


def test_the_next_run_starts_from_the_published_snapshot_and_takes_the_place_of_the_held_one(published):
    run(published, "1", 10)
    run(published, "2", 20, holds=True)
    run(published, "3", 30, holds=True)
    assert listed(published) == ["1", "3.held", "current"]
    with connect_snapshot(held.held_candidate(published).snapshot) as con:
        assert con.execute("select x from serve.thing order by x").fetchall() == [(10,), (30,)]


def test_a_run_that_is_published_leaves_no_older_one_to_release(workspace, published):
    run(published, "1", 10)
    run(published, "2", 20, holds=True)
    run(published, "3", 30)
    assert listed(published) == ["1", "3", "current"]
    with pytest.raises(WarehouseError, match="nothing is held, so there is nothing to decide"):
        accept(workspace, DECISION)


def test_accepting_publishes_what_was_held_and_says_who_did_it(workspace, published):
    run(published, "1", 10)
    run(published, "2", 20, holds=True)
    assert accept(workspace, DECISION).run_id == "2"
    assert things(published) == [10, 20]
    assert publish.snapshot_id(publish.current_snapshot(published)) == "2"
    assert held.held_candidate(published) is None
    assert listed(published) == ["1", "2", "current"]
    assert audited(workspace) == [
        ("anna", "release.accepted", "run:2", '{"base": "1", "findings": 1, "reason": "new rules"}')
    ]


def test_rejecting_deletes_what_was_held_and_says_who_did_it(workspace, published):
    run(published, "1", 10)
    run(published, "2", 20, holds=True)
    reject(workspace, DECISION)
    assert (things(published), listed(published)) == ([10], ["1", "current"])
    assert audited(workspace) == [
        ("anna", "release.rejected", "run:2", '{"base": "1", "findings": 1, "reason": "new rules"}')
    ]


def test_a_decision_about_another_run_than_the_one_held_is_refused(workspace, published):
    run(published, "1", 10)
    run(published, "3", 30, holds=True)
    with pytest.raises(WarehouseError, match="run 2 is not held; run 3 is"):
        accept(workspace, Decision("anna", "looked at 2", AT, "2"))
    assert (things(published), audited(workspace)) == ([10], [])


def test_a_candidate_whose_base_is_no_longer_published_cannot_be_released(workspace, published):
    run(published, "1", 10)
    # By its name it is the newest: somebody set the clock.
    run(published, "9", 20, holds=True)
    kept = shutil.copytree(published / "9.held", published.parent / "kept")
    run(published, "3", 30)
    # As if a kill had come between the switch of the pointer and the deletion of what was held.
    shutil.copytree(kept, published / "9.held")
    with pytest.raises(WarehouseError, match="nothing is held"):
        accept(workspace, DECISION)
    assert things(published) == [10, 30]


@pytest.mark.parametrize("step", ["os.rename", "os.replace", "sync"])
def test_a_release_killed_at_any_step_can_be_repeated(workspace, published, monkeypatch, step):
    run(published, "1", 10)
    run(published, "2", 20, holds=True)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"warehouse.publish.{step}", killed)
        with pytest.raises(KeyboardInterrupt):
            accept(workspace, DECISION)
    assert things(published) == [10]
    assert held.held_candidate(published).run_id == "2"
    accept(workspace, DECISION)
    assert (things(published), listed(published)) == ([10, 20], ["1", "2", "current"])


def test_a_release_killed_before_the_pointer_survives_the_clean_up_of_the_next_run(published):
    run(published, "1", 10)
    run(published, "2", 20, holds=True)
    # Killed between the rename of the folder and the switch of the pointer.
    (published / "2.held").rename(published / "2")
    publish.clean_up(published)
    assert held.held_candidate(published).folder.name == "2.held"
    assert things(published) == [10]


def test_a_run_killed_while_it_holds_leaves_what_was_held_before(published, monkeypatch):
    run(published, "1", 10)
    first = run(published, "2", 20, holds=True)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("warehouse.held.os.rename", killed)
        with pytest.raises(KeyboardInterrupt):
            run(published, "3", 30, holds=True)
    publish.clean_up(published)
    assert held.held_candidate(published) == first


def test_of_two_held_candidates_the_newer_counts(published):
    run(published, "1", 10)
    run(published, "2", 20, holds=True)
    kept = shutil.copytree(published / "2.held", published.parent / "kept")
    run(published, "3", 30, holds=True)
    # As if a kill had come before the older one was deleted.
    shutil.copytree(kept, published / "2.held")
    assert held.held_candidate(published).run_id == "3"


def test_a_held_candidate_is_none_of_the_three_snapshots_that_are_kept(published):
    for day in (1, 2, 3):
        run(published, str(day), day)
    run(published, "4", 4, holds=True)
    run(published, "5", 5)
    assert listed(published) == ["2", "3", "5", "current"]


def test_the_same_inputs_are_known_again(published):
    run(published, "1", 10)
    found = run(published, "2", 20, holds=True)
    for value, same in ((20, True), (21, False)):
        with connect_memory() as con, publish.candidate(con, published, "3"):
            con.execute(f"insert or replace into serve.fingerprint values ('thing', '{value}')")
            assert held.is_same_again(con, found) is same


def test_only_refusals_that_the_snapshot_does_not_know_are_told(published):
    run(published, "1", 10, known="withdrawn")
    found = run(published, "2", 20, holds=True, no="objected", yes="confirmed", never="restricted", weak="requested")
    told = pq.read_table(found.folder / held.REFUSALS).to_pylist()
    assert [(row["event_id"], row["status"]) for row in told] == [("never", "restricted"), ("no", "objected")]
