"""Publishing: readers see a whole snapshot or the one before, whatever happens in between."""

import duckdb
import pytest

from warehouse import publish
from warehouse.db import connect_memory, connect_snapshot
from warehouse.errors import WarehouseError
from warehouse.lock import write_lock


def run(published, run_id, value=None):
    """One run that writes serve.thing and publishes, or dies before with `value=None`."""
    with connect_memory() as con, publish.candidate(con, published, run_id) as folder:
        con.execute("create table if not exists serve.thing(x int)")
        if value is not None:
            con.execute(f"insert into serve.thing values ({value})")
            return publish.publish(con, folder)
    return None


def things(published):
    with connect_snapshot(publish.current_snapshot(published)) as con:
        return con.execute("select x from serve.thing order by x").fetchall()


def test_a_run_starts_from_the_snapshot_before(tmp_path):
    run(tmp_path, "1", 10)
    run(tmp_path, "2", 20)
    assert things(tmp_path) == [(10,), (20,)]


def test_a_run_that_does_not_publish_changes_nothing(tmp_path):
    run(tmp_path, "1", 10)
    run(tmp_path, "2")
    assert things(tmp_path) == [(10,)]
    assert not (tmp_path / "2.part").exists()


def test_what_a_killed_run_left_is_cleared_away(tmp_path):
    first = run(tmp_path, "1", 10)
    (tmp_path / "2.part").mkdir()
    # Killed between the rename of the folder and the switch of the pointer: never seen by a reader.
    (tmp_path / "2").mkdir()
    (tmp_path / "current.part").write_text("2")
    publish.clean_up(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["1", "current"]
    assert publish.current_snapshot(tmp_path) == first


@pytest.mark.parametrize("pointer", [None, "", "gone", "\udcff"])
def test_a_lost_pointer_deletes_nothing_and_the_newest_snapshot_is_gone_on_from(tmp_path, pointer):
    for day in (1, 2):
        run(tmp_path, str(day), day)
    (tmp_path / "current").unlink()
    if pointer is not None:
        (tmp_path / "current").write_bytes(pointer.encode("utf-8", "surrogateescape"))
    said = []
    with connect_memory() as con, publish.candidate(con, tmp_path, "3", said.append) as folder:
        con.execute("insert into serve.thing values (3)")
        publish.publish(con, folder)
    assert things(tmp_path) == [(1,), (2,), (3,)]
    assert said == ["the pointer to the published snapshot was lost: going on from the newest one, 2"]


def test_a_pointer_to_nothing_is_said_with_what_to_do(tmp_path):
    (tmp_path / "current").write_text("gone")
    with pytest.raises(WarehouseError, match=r"current: the snapshot that it names is not there.*backup"):
        publish.current_snapshot(tmp_path)
    with (
        pytest.raises(WarehouseError, match="not there"),
        connect_memory() as con,
        publish.candidate(con, tmp_path, "1"),
    ):
        pass
    assert [p.name for p in tmp_path.glob("*.part")] in ([], ["1.part"])  # the next run's clean-up takes it


def test_three_snapshots_are_kept(tmp_path):
    for day in range(1, 6):
        run(tmp_path, str(day), day)
    assert sorted(p.name for p in tmp_path.glob("*/")) == ["3", "4", "5"]


def test_no_write_ahead_log_is_left(tmp_path):
    assert [p.name for p in run(tmp_path, "1", 10).parent.iterdir()] == ["serve.duckdb"]


def test_a_snapshot_can_reach_nothing_and_write_nothing(tmp_path):
    path = run(tmp_path, "1", 10)
    with connect_snapshot(path) as con:
        for sql in (
            "insert into serve.thing values (1)",
            f"attach '{tmp_path}/other.db'",
            "select * from read_csv('/etc/passwd')",
            "copy serve.thing to '/tmp/thing.csv'",
            "set enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                con.execute(sql)


def test_nothing_published_is_said_with_what_to_do(tmp_path):
    with pytest.raises(WarehouseError, match=r"nothing is published yet. Run `rundblick run` first"):
        publish.current_snapshot(tmp_path)


def test_a_second_writer_is_refused_at_once(tmp_path):
    lock = tmp_path / ".lock"
    with write_lock(lock), pytest.raises(WarehouseError, match="another run is writing"), write_lock(lock):
        pass


def test_one_process_may_read_a_snapshot_twice_at_once(tmp_path):
    path = run(tmp_path, "1", 10)
    with connect_snapshot(path) as first, connect_snapshot(path) as second:
        for con in (first, second):
            assert con.execute("select x, current_setting('TimeZone') from serve.thing").fetchall() == [(10, "UTC")]
            with pytest.raises(duckdb.Error):
                con.execute("set global lock_configuration = false")
