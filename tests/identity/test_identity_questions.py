"""Reading the queue and the contradictions of a snapshot as they stand with what was judged since."""

from datetime import datetime

import pytest
from identity_tables import rows

from identity.errors import IdentityError
from identity.questions import (
    Question,
    SetAside,
    contradictions,
    open_questions,
    pair_of_customers,
    refuse_unknown,
    unresolved,
)

AT = datetime(2026, 11, 1)


@pytest.fixture
def snapshot(con):
    """Two questions, one contradiction and three customers."""
    con.execute("""
        create table serve.review_queue as
        select 1 as place, 'near' as kind, 'a' as record_id_l, 'b' as record_id_r, 1 as customer_id_l,
            2 as customer_id_r, 3 as records_l, 1 as records_r, 2.5::double as match_weight,
            0.85::double as match_probability, 4::double as needed_weight, 5 as statements,
            6 as places_in_segments, true as is_refused_by_one, cast(9.5 as decimal(12, 3)) as expected_change;
        insert into serve.review_queue select 2, 'rule', 'b', 'c', 2, 3, 1, 1, 20, 1, 4, 0, 0, false, 0.4;
        create table serve.judgement_conflict (
            conflict_id text, record_id_l text, record_id_r text, verdict text, decided_at timestamp);
        insert into serve.judgement_conflict values
            ('a', 'a', 'b', 'same', '2026-11-01'), ('a', 'a', 'c', 'different', '2026-11-01'),
            ('x', 'x', 'y', 'same', '2026-11-01');
        create table serve.customer_record as
        select * from (values ('a', 1), ('d', 1), ('b', 2), ('e', 2), ('c', 3)) as r (record_id, customer_id);
        create table serve.customer_near_link (
            record_id_l text, record_id_r text, customer_id_l bigint, customer_id_r bigint, match_weight double);
        insert into serve.customer_near_link values
            ('a', 'b', 1, 2, 1.0), ('d', 'e', 1, 2, 3.0), ('a', 'e', 1, 2, null)""")
    return con


def test_a_question_is_told_whole(snapshot):
    assert open_questions(snapshot)[0] == Question(1, "near", "a", "b", 1, 2, 3, 1, 2.5, 0.85, 4.0, 5, 6, True, 9.5)


def test_what_was_judged_since_the_run_is_no_question(snapshot):
    assert [q.pair for q in open_questions(snapshot)] == [("a", "b"), ("b", "c")]
    assert [q.pair for q in open_questions(snapshot, [("a", "b"), ("c", "d")])] == [("b", "c")]


def test_a_contradiction_is_open_until_one_of_its_judgements_changes(snapshot):
    found = contradictions(snapshot)
    assert found[0] == SetAside("a", "a", "b", "same", AT)
    standing = {("a", "b"): "same", ("a", "c"): "different", ("x", "y"): "same"}
    assert unresolved(found, standing) == found
    assert unresolved(found, standing | {("a", "c"): "unsure"}) == found[2:]
    assert unresolved(found, {("a", "b"): "same", ("x", "y"): "same"}) == found[2:]


def test_two_customers_are_stood_for_by_their_most_similar_records(snapshot):
    assert pair_of_customers(snapshot, (2, 1)) == ("d", "e")


def test_customers_never_compared_are_stood_for_by_their_first_records(snapshot):
    assert pair_of_customers(snapshot, (3, 1)) == ("c", "a")


def test_a_customer_without_records_cannot_be_judged(snapshot):
    with pytest.raises(IdentityError, match="C000009: has no records now"):
        pair_of_customers(snapshot, (1, 9))


def test_a_record_that_is_not_there_is_refused(snapshot):
    refuse_unknown(snapshot, ("a", "b"))
    with pytest.raises(IdentityError, match="record z: not in the snapshot"):
        refuse_unknown(snapshot, ("a", "z"))


def test_a_snapshot_without_a_queue_says_what_to_do(con):
    with pytest.raises(IdentityError, match="Run `rundblick run`"):
        open_questions(con)
    assert rows(con, "select 1") == [(1,)]
