"""A judgement from end to end: it beats the model, and taking it back restores exactly what was there before."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from segments.gate import AUDIENCE, decide
from warehouse.db import connect_snapshot
from warehouse.publish import current_snapshot
from warehouse.settings import open_workspace
from warehouse.state.store import open_state, write
from warehouse.state.tables import judgement

RUNDBLICK = Path(sys.executable).parent / "rundblick"
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "bring-your-own"


def call(*arguments: object, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([RUNDBLICK, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert done.returncode == status, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def bookshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bookshop's card index, run once. 1001 confirmed the newsletter, 1005 has objected to all marketing."""
    folder = shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("judgements") / "bookshop")
    call("run", "-w", folder)
    call("privacy", "object", f"C{customer_of(folder, '1005'):06d}", "--reason", "letter", "-w", folder)
    call("run", "-w", folder)
    return folder


@pytest.fixture
def copy(bookshop: Path, tmp_path: Path) -> Path:
    return shutil.copytree(bookshop, tmp_path / "ws")


def ask(workspace: Path, sql: str) -> list[tuple]:
    with connect_snapshot(current_snapshot(workspace / "data" / "published")) as con:
        return con.execute(sql).fetchall()


def customer_of(workspace: Path, number: str) -> int:
    [(customer_id,)] = ask(workspace, f"select customer_id from serve.party where customer_no = '{number}'")
    return customer_id


def record_of(workspace: Path, number: str) -> str:
    [(record_id,)] = ask(workspace, f"select record_id from serve.party where customer_no = '{number}'")
    return record_id


def mailable(workspace: Path) -> set[str]:
    """Numbers in the card index of those whom the gate lets be mailed."""
    opened = open_workspace(workspace)
    with connect_snapshot(current_snapshot(opened.published_dir)) as con:
        everybody = "select customer_id from serve.customer"
        decide(con, everybody, purpose="marketing", channel="email", as_of=opened.now())
        found = con.execute(f"select customer_no from serve.party inner join {AUDIENCE} using (customer_id)").fetchall()
    return {number for (number,) in found}


def state(workspace: Path) -> dict[str, Any]:
    """All that an undo must restore: who is who under which id, since when, and who may be mailed."""
    tables = ("customer_record", "customer", "party", "contact_point", "customer_link", "membership", "review_queue")
    found: dict[str, Any] = {table: ask(workspace, f"select * from serve.{table} order by all") for table in tables}
    return found | {"mailable": mailable(workspace)}


def pair(workspace: Path, left: str, right: str) -> tuple[str, str]:
    return record_of(workspace, left), record_of(workspace, right)


def test_same_joins_two_customers_with_their_objections_and_undo_parts_them_again(copy):
    before = state(copy)
    assert "1001" in before["mailable"]
    customers = [f"C{customer_of(copy, number):06d}" for number in ("1001", "1005")]
    told = call("judge", *customers, "same", "--reason", "she married", "--user", "anna", "-w", copy).stdout
    assert "are the same person. It counts from the next run." in told
    assert state(copy) == before
    call("run", "-w", copy)
    assert customer_of(copy, "1001") == customer_of(copy, "1005")
    assert "1001" not in mailable(copy)
    [judged] = json.loads(call("review", "--judged", "--json", "-w", copy).stdout)
    assert (judged["verdict"], judged["judged_by"], judged["reason"]) == ("same", "anna", "she married")
    call("judge", judged["record_id_l"], judged["record_id_r"], "--undo", "-w", copy)
    call("run", "-w", copy)
    assert state(copy) == before


def test_different_parts_what_the_model_joined_and_undo_joins_it_again(copy):
    before = state(copy)
    assert customer_of(copy, "1001") == customer_of(copy, "1013")
    ids = pair(copy, "1001", "1013")
    call("judge", *ids, "different", "--reason", "mother and daughter", "-w", copy)
    call("run", "-w", copy)
    assert customer_of(copy, "1001") != customer_of(copy, "1013")
    call("judge", *ids, "--undo", "-w", copy)
    call("run", "-w", copy)
    assert state(copy) == before


def test_a_run_sets_contradictory_judgements_aside_and_says_so(copy):
    before = state(copy)
    a, b, c = (record_of(copy, number) for number in ("1002", "1003", "1004"))
    enter(copy, (a, b, "same"), (b, c, "same"), (a, c, "different"))
    told = call("run", "-w", copy).stdout
    assert "3 judgements contradict each other and count for nothing" in told
    assert {t: state(copy)[t] for t in ("customer_record", "mailable")} == {
        t: before[t] for t in ("customer_record", "mailable")
    }
    assert len(json.loads(call("review", "--json", "-w", copy).stdout)["contradictions"]) == 3
    assert "3 judgements in 1 contradictions" in call("review", "-w", copy).stdout
    call("judge", a, c, "--undo", "-w", copy)
    assert json.loads(call("review", "--json", "-w", copy).stdout)["contradictions"] == []
    assert json.loads(call("run", "--json", "-w", copy).stdout)["contradictory_judgements"] == 0
    assert customer_of(copy, "1002") == customer_of(copy, "1003") == customer_of(copy, "1004")


def enter(workspace: Path, *said: tuple[str, str, str]) -> None:
    """Put judgements in the store as another program might: nobody checks them."""
    opened = open_workspace(workspace)
    engine = open_state(opened.state_url)
    rows = [
        {"record_id_l": min(pair), "record_id_r": max(pair), "verdict": verdict}
        | {"judged_by": "import", "judged_at": opened.now(), "reason": "old list"}
        for *pair, verdict in said
    ]
    with write(engine) as con:
        con.execute(judgement.insert(), rows)
    engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["1001", "1005", "perhaps", "--reason", "x"], 'judge: "perhaps" is not one of same, different, unsure.'),
        (["1001", "1005", "same"], "judge: no reason."),
        (["1001", "1005", "--undo"], "nothing is judged of"),
        (["1001", "1001", "same", "--reason", "x"], "twice, two different records expected"),
    ],
)
def test_a_judgement_that_cannot_be_is_refused_in_one_line(bookshop, arguments, line):
    left, right, *rest = arguments
    done = call("judge", record_of(bookshop, left), record_of(bookshop, right), *rest, "-w", bookshop, status=2)
    assert line in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("ids", "line"),
    [
        (["C000001", "shop:0123456789abcdef"], "are a record and a customer"),
        (["C000001", "C1"], "To part a customer name two of its records"),
        (["shop:0123456789abcdef", "shop:0123456789abcdee"], "not in the snapshot"),
        (["C000001", "C999999"], "customer C999999: has no records now"),
    ],
)
def test_a_record_or_customer_that_is_not_there_is_refused(bookshop, ids, line):
    done = call("judge", *ids, "same", "--reason", "x", "-w", bookshop, status=2)
    assert line in done.stderr


def test_nothing_judged_and_nothing_to_review_say_what_to_do(bookshop):
    assert call("review", "--judged", "-w", bookshop).stdout == "Nothing was judged yet.\n"
