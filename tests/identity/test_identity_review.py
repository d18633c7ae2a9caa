"""The review queue: which questions are asked, in what order, and what leaves it."""

from datetime import datetime

import pytest
from identity_tables import rows

from identity.review import write_review_queue

NEEDED = 4.0


def probability(weight: float | None) -> float | None:
    return None if weight is None else 1 / (1 + 2**-weight)


@pytest.fixture
def queue(con):
    """The tables that the queue is made from, empty, and a way to fill them and read the queue."""
    con.execute("""
        create table serve.customer_record (record_id text, customer_id bigint);
        create table serve.customer_link (record_id_l text, record_id_r text, customer_id bigint, origin text,
            match_weight double, match_probability double, needed_weight double);
        create table serve.customer_near_link (record_id_l text, record_id_r text, customer_id_l bigint,
            customer_id_r bigint, kept_apart_by text, match_weight double, match_probability double,
            needed_weight double);
        create table serve.consent_event (event_id text, record_id text, identifier text, channel text, purpose text,
            status text, occurred_at timestamp, observed_at timestamp);
        create table serve.membership (segment text, customer_id bigint);
        create table identity.judgement (record_id_l text, record_id_r text, verdict text)""")
    return Queue(con)


class Queue:
    """Records are letters; customers are written "ab c": {a, b} is 1, {c} is 2."""

    def __init__(self, con):
        self.con = con
        self.customer_of: dict[str, int] = {}

    def customers(self, text: str) -> None:
        for number, records in enumerate(text.split(), start=1):
            for record in records:
                self.customer_of[record] = number
                self.con.execute("insert into serve.customer_record values (?, ?)", [record, number])

    def link(self, pair: str, weight: float | None, origin: str = "model") -> None:
        values = [*pair, self.customer_of[pair[0]], origin, weight, probability(weight), NEEDED]
        self.con.execute("insert into serve.customer_link values (?, ?, ?, ?, ?, ?, ?)", values)

    def apart(self, pair: str, weight: float | None, by: str = "weight") -> None:
        customers = [self.customer_of[record] for record in pair]
        values = [*pair, *customers, by, weight, probability(weight), NEEDED]
        self.con.execute("insert into serve.customer_near_link values (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def say(self, record: str, status: str, identifier: str | None = None, day: int = 1) -> None:
        number = rows(self.con, "select count(*) from serve.consent_event")[0][0]
        at = datetime(2026, 10, day)
        channel = "all" if identifier is None else "email"
        values = [f"e{number}", record, identifier or record, channel, "marketing", status, at, at]
        self.con.execute("insert into serve.consent_event values (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def member(self, customer: int, *segments: str) -> None:
        for segment in segments:
            self.con.execute("insert into serve.membership values (?, ?)", [segment, customer])

    def judge(self, pair: str, verdict: str) -> None:
        self.con.execute("insert into identity.judgement values (?, ?, ?)", [*pair, verdict])

    def written(self, columns: str = "kind, record_id_l || record_id_r", at_most: int = 1000) -> list[tuple]:
        write_review_queue(self.con, at_most)
        return rows(self.con, f"select {columns} from serve.review_queue order by place")


def test_two_customers_just_below_the_threshold_are_one_question_by_their_strongest_pair(queue):
    queue.customers("ab cd")
    queue.apart("ac", 1.0)
    queue.apart("bd", 3.0)
    columns = "place, kind, record_id_l, record_id_r, customer_id_l, customer_id_r, records_l, records_r"
    assert queue.written(columns) == [(1, "near", "b", "d", 1, 2, 2, 2)]


def test_pairs_within_one_customer_that_others_join_are_no_question(queue):
    queue.customers("abc")
    queue.link("ab", 20.0)
    queue.link("bc", 20.0)
    queue.apart("ac", 3.0)
    assert queue.written() == []


def test_a_customer_that_hangs_on_one_weak_bond_is_asked_about(queue):
    queue.customers("abcd")
    queue.link("ab", 20.0)
    queue.link("cd", 20.0)
    queue.link("bc", 4.1)
    queue.link("ad", 4.05)
    columns = "kind, record_id_l, record_id_r, customer_id_l, customer_id_r, records_l, records_r"
    assert queue.written(columns) == [("bond", "b", "c", 1, 1, 2, 2)]


def test_a_weak_link_beside_a_strong_way_or_a_judgement_is_no_question(queue):
    queue.customers("abc de")
    queue.link("ab", 20.0)
    queue.link("bc", 20.0)
    queue.link("ac", 4.1)
    queue.link("de", 4.1, origin="judgement")
    assert queue.written() == []


def test_a_strong_bond_is_asked_about_only_in_a_customer_of_very_many_records(queue):
    queue.customers("abcdefghijk lm")
    for pair in ("ab", "bc", "cd", "de", "fg", "gh", "hi", "ij", "jk"):
        queue.link(pair, 30.0)
    queue.link("ef", 15.0)
    queue.link("lm", 15.0)
    assert queue.written() == [("large", "ef")]


def test_what_a_rule_or_the_guard_kept_apart_is_asked_about_and_what_a_person_did_is_not(queue):
    queue.customers("a b c d e f")
    queue.apart("ab", 20.0, by="rule")
    queue.apart("cd", 20.0, by="guard")
    queue.apart("ef", 20.0, by="person")
    assert queue.written() == [("guard", "cd"), ("rule", "ab")]


def test_nobody_is_asked_what_hardly_anybody_would_answer_otherwise(queue):
    queue.customers("a b c d ef")
    queue.apart("ab", -5.0)
    queue.apart("cd", 1.0, by="rule")
    queue.link("ef", 5.0)
    assert queue.written() == [("rule", "cd")]  # 1/33 for a and b, 1/15 for c and d, 1/33 for e and f


def test_a_contradiction_that_nothing_speaks_against_is_no_question(queue):
    queue.customers("a b")
    queue.apart("ab", None, by="rule")
    assert queue.written() == []


def test_the_question_that_would_change_most_comes_first(queue):
    queue.customers("a b c d e f")
    queue.apart("ab", 3.0)
    queue.apart("cd", 3.0)
    queue.apart("ef", 3.0)
    queue.member(3, "vip", "lapsed")
    queue.say("f", "confirmed", "f@example.org")
    # 8/9 that they are one person, times customers + statements + places in segments.
    assert queue.written("record_id_l, statements, places_in_segments, expected_change::double") == [
        ("c", 0, 2, 3.556),
        ("e", 1, 0, 2.667),
        ("a", 0, 0, 1.778),
    ]


def test_a_probable_answer_weighs_more_than_an_improbable_one(queue):
    queue.customers("a b c d")
    queue.apart("ab", 0.0)
    queue.apart("cd", 3.0)
    assert queue.written() == [("near", "cd"), ("near", "ab")]


def test_only_statements_that_hold_for_one_side_count(queue):
    queue.customers("ab c")
    queue.apart("bc", 3.0)
    queue.say("a", "confirmed", "shared@example.org")
    queue.say("c", "confirmed", "shared@example.org")
    queue.say("b", "withdrawn", "old@example.org", day=1)
    queue.say("b", "confirmed", "old@example.org", day=2)
    assert queue.written("statements, is_refused_by_one") == [(1, False)]


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ([("a", "objected")], True),
        ([("c", "restricted")], True),
        ([("a", "objected"), ("c", "objected")], False),
        ([("c", "restricted"), ("c", "unrestricted")], False),
    ],
)
def test_a_no_that_would_come_to_bind_the_other_is_told(queue, said, refused):
    queue.customers("ab c")
    queue.apart("bc", 3.0)
    for day, (record, status) in enumerate(said, start=1):
        queue.say(record, status, day=day)
    assert queue.written("is_refused_by_one") == [(refused,)]


def test_the_sides_of_a_bond_are_its_parts(queue):
    queue.customers("abc")
    queue.link("ab", 20.0)
    queue.link("bc", 4.1)
    queue.say("a", "objected")
    queue.member(1, "vip")
    assert queue.written("records_l, records_r, statements, places_in_segments, is_refused_by_one") == [
        (2, 1, 1, 1, True)
    ]


@pytest.mark.parametrize("verdict", ["same", "different", "unsure"])
def test_a_question_answered_by_any_records_of_both_sides_leaves_the_queue(queue, verdict):
    queue.customers("ab cd e")
    queue.apart("ac", 3.0)
    queue.apart("be", 3.0)
    queue.judge("bd", verdict)
    assert queue.written() == [("near", "be")]


def test_an_answered_bond_leaves_the_queue(queue):
    queue.customers("abc")
    queue.link("ab", 20.0)
    queue.link("bc", 4.1)
    queue.judge("ac", "unsure")
    assert queue.written() == []


def test_a_judgement_of_a_record_that_is_gone_asks_and_hides_nothing(queue):
    queue.customers("a b")
    queue.apart("ab", 3.0)
    queue.judge("az", "different")
    assert queue.written() == [("near", "ab")]


def test_the_queue_is_cut_at_its_length_and_numbered(queue):
    queue.customers(" ".join("abcdefgh"))
    for pair in ("ab", "cd", "ef", "gh"):
        queue.apart(pair, 3.0)
    queue.member(8, "vip")
    assert queue.written("place, record_id_l", at_most=2) == [(1, "g"), (2, "a")]


def test_a_second_writing_gives_the_same_queue(queue):
    queue.customers("a b c d")
    queue.apart("cd", 3.0)
    queue.apart("ab", 3.0)
    assert queue.written("*") == queue.written("*")
