"""Judgements in the state store: what counts, what is taken back, what is refused."""

from datetime import datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from warehouse.errors import WarehouseError
from warehouse.state.audit import verify_audit
from warehouse.state.judgements import judgements, record_judgement, undo_judgement
from warehouse.state.store import MIGRATIONS, open_state
from warehouse.state.tables import audit, judgement

AT = datetime(2026, 11, 22, 8, 0)


@pytest.fixture
def state(tmp_path):
    engine = open_state(f"sqlite:///{tmp_path}/state.db")
    yield engine
    engine.dispose()


def judge(state: sa.Engine, *said: str) -> None:
    """Enter judgements written as "a=b" (same), "a#b" (different) and "a?b" (unsure)."""
    for text in said:
        verdict = {"=": "same", "#": "different", "?": "unsure"}[text[1]]
        record_judgement(state, (text[0], text[2]), verdict, user="anna", at=AT, reason="seen")


def undo(state: sa.Engine, pair: str):
    return undo_judgement(state, (pair[0], pair[1]), user="ben", at=AT, reason="mistaken")


def standing(state: sa.Engine) -> list[str]:
    signs = {"same": "=", "different": "#", "unsure": "?"}
    return [f"{j['record_id_l']}{signs[j['verdict']]}{j['record_id_r']}" for j in judgements(state).to_pylist()]


def test_the_latest_judgement_on_a_pair_counts_with_who_when_and_why(state):
    record_judgement(state, ("b", "a"), "same", user="anna", at=AT, reason="same birth date")
    record_judgement(state, ("a", "b"), "different", user="ben", at=AT, reason="twins")
    assert judgements(state).to_pylist() == [
        {
            "record_id_l": "a",
            "record_id_r": "b",
            "verdict": "different",
            "judged_by": "ben",
            "judged_at": AT,
            "reason": "twins",
        }
    ]
    assert verify_audit(state).entries == 2


def test_a_record_is_not_judged_against_itself(state):
    with pytest.raises(WarehouseError, match="two different records expected"):
        judge(state, "a=a")


def test_an_undone_judgement_no_longer_counts_and_stays_in_the_books(state):
    judge(state, "a=b", "c#d")
    assert undo(state, "ba") is None
    assert standing(state) == ["c#d"]
    with state.connect() as con:
        assert con.execute(sa.select(sa.func.count()).select_from(judgement)).scalar() == 2
        assert con.execute(sa.select(audit.c.action, audit.c.subject, audit.c.actor)).all() == [
            ("judgement.same", "pair:a|b", "anna"),
            ("judgement.different", "pair:c|d", "anna"),
            ("judgement.undone", "pair:a|b", "ben"),
        ]


def test_undo_brings_the_verdict_before_back_one_step_at_a_time(state):
    judge(state, "a=b", "a#b", "a?b")
    assert [undo(state, "ab"), undo(state, "ab"), undo(state, "ab")] == ["different", "same", None]
    assert standing(state) == []


def test_a_pair_is_judged_again_after_an_undo(state):
    judge(state, "a=b")
    undo(state, "ab")
    judge(state, "a#b")
    assert standing(state) == ["a#b"]
    assert undo(state, "ab") is None


def test_nothing_judged_is_nothing_to_take_back(state):
    judge(state, "a=b")
    with pytest.raises(WarehouseError, match="nothing is judged of a and c"):
        undo(state, "ac")


@pytest.mark.parametrize(
    ("before", "refused", "chain"),
    [
        (["a=b", "b=c"], "a#c", "a = b = c. Take one of these back first, such as: rundblick judge a b --undo"),
        (["a=b", "a#c"], "b=c", "a = b = c, although a ≠ c was judged. Take that back first: rundblick judge a c --un"),
        (["a#d", "a=b", "c=d"], "c=b", "a = b = c = d, although a ≠ d was judged"),
        (["d#e", "a=b", "b=d", "c=e"], "a=c", "d = b = a = c = e, although d ≠ e was judged"),
        (["b=c", "c=d", "d=e", "a=b", "a=e"], "e#b", "b = a = e"),  # the shortest of several ways
    ],
)
def test_a_contradiction_is_refused_with_its_chain(state, before, refused, chain):
    judge(state, *before)
    with pytest.raises(WarehouseError) as caught:
        judge(state, refused)
    assert chain in str(caught.value)
    assert len(standing(state)) == len(before)
    assert verify_audit(state).entries == len(before)


@pytest.mark.parametrize(
    "said",
    [
        ["a=b", "b=c", "a?c"],  # not sure contradicts nothing
        ["a=b", "a#b"],  # a verdict on the same pair takes the former's place
        ["a#b", "a=b"],
        ["a#b", "b#c", "a=c"],  # two people apart from a third may be one
        ["a=b", "c=d", "a#c", "b#d"],
        ["a=b", "b=c", "b?c", "a#c"],  # what was taken back by “unsure” joins nothing
    ],
)
def test_what_can_all_be_true_is_taken(state, said):
    judge(state, *said)
    assert judgements(state).num_rows == len({text[0] + text[2] for text in said})


def test_an_undone_link_joins_nothing(state):
    judge(state, "a=b", "b=c")
    undo(state, "bc")
    judge(state, "a#c")
    assert standing(state) == ["a=b", "a#c"]


def test_an_undo_that_would_bring_back_a_contradiction_is_refused(state):
    judge(state, "b=c", "b#c", "a=b", "a#c")
    with pytest.raises(WarehouseError, match="b and c cannot be the same person, for then a = b = c"):
        undo(state, "bc")
    assert standing(state) == ["a=b", "a#c", "b#c"]


def test_of_two_people_who_contradict_each_other_at_once_the_second_is_refused(state):
    judge(state, "a=b")
    start, refusals = Barrier(2), []

    def enter(said: str) -> None:
        start.wait()
        try:
            judge(state, said)
        except WarehouseError as error:
            refusals.append(str(error))

    people = [Thread(target=enter, args=(said,)) for said in ("b=c", "a#c")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(refusals) == 1
    assert judgements(state).num_rows == 2


def test_a_store_of_the_first_version_keeps_its_judgements(tmp_path):
    url = f"sqlite:///{tmp_path}/old.db"
    make_first_version(url)
    state = open_state(url)
    assert standing(state) == ["a=b"]
    assert undo(state, "ab") is None
    state.dispose()


def make_first_version(url: str) -> None:
    """A store as the first program made it, with one judgement."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(MIGRATIONS)))
    engine = sa.create_engine(url)
    with engine.begin() as con:
        config.attributes["connection"] = con
        command.upgrade(config, "0001")
        con.execute(
            judgement.insert().values(
                record_id_l="a", record_id_r="b", verdict="same", judged_by="anna", judged_at=AT, reason="seen"
            )
        )
    engine.dispose()
