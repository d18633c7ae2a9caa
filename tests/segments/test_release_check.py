"""The release gate: what goes beyond a limit, and what may change as it likes."""

from dataclasses import astuple

import pytest

from identity.release_limits import Limit, ReleaseLimits
from segments.definition import Segment
from segments.pack import read_segments
from segments.release import check_release
from segments.release_report import release_causes, release_measures
from warehouse import publish
from warehouse.db import connect_memory

STRICT = ReleaseLimits(
    **{
        name: Limit(share=0.1, at_least=1)
        for name in ("customers_merged", "customers_changed", "records_moved", "segment_gained", "segment_lost")
    }
)


@pytest.fixture
def pack():
    found = read_segments()
    return {name: found[name] for name in ("lapsed", "regulars")}


class Runs:
    """Runs that write who belongs to whom, each compared with the one published before."""

    def __init__(self, folder, segments):
        self.folder = folder
        self.segments = segments

    def run(self, run_id, customers, members=(), limits=STRICT, segments=None, rules=None, publishes=True):
        with connect_memory() as con, publish.candidate(con, self.folder, run_id) as part:
            con.execute("create schema identity")
            con.execute("create table identity.verdict (record_id_l text, record_id_r text, verdict text)")
            con.execute("create or replace table serve.customer_record (record_id text, customer_id bigint)")
            con.execute("""
                create or replace table serve.party (record_id text, customer_id bigint, is_company boolean,
                    given_name text, family_name text, birth_date date, email text, phone text, phone_2 text,
                    card_no text)""")
            con.execute("delete from serve.membership")
            for record, customer in enumerate(customers):
                con.execute("insert into serve.customer_record values (?, ?)", [f"r{record}", customer])
            for segment, customer in members:
                con.execute("insert into serve.membership values (?, ?, timestamp '2026-01-01')", [segment, customer])
            known = self.segments if segments is None else segments
            found = check_release(con, self.folder, limits, known, run_id, rules or {})
            con.execute(f"insert into serve.run values ('{run_id}', now(), now(), timestamp '2026-01-0{run_id}')")
            self.measures = release_measures(con)
            self.causes = release_causes(con)
            self.checks = con.execute("from serve.release_check order by all").fetchall()
            if publishes:
                publish.publish(con, part)
        return [(f.measure, f.subject, f.changed, f.allowed) for f in found]


@pytest.fixture
def runs(tmp_path, pack):
    return Runs(tmp_path, pack)


def test_a_first_run_is_never_held(runs):
    assert runs.run("1", [1, 1, 1], [("lapsed", 1)]) == []
    assert [check[:3] for check in runs.checks if check[7] is not None] == []
    assert runs.measures == []


def test_more_than_the_share_and_more_than_the_number_is_beyond(runs):
    # 20 customers: a tenth are 2, more than the 1 that is always allowed.
    runs.run("1", range(20))
    assert runs.run("2", [0, 0, 2, 2, *range(4, 20)], publishes=False) == [
        ("customers_changed", "", 4, 2),
    ]
    assert runs.run("3", [0, 0, 0, 0, *range(4, 20)]) == [
        ("customers_changed", "", 4, 2),
        ("customers_merged", "", 3, 2),
        ("records_moved", "", 3, 2),
    ]


def test_a_small_workspace_may_change_by_the_number(runs):
    runs.run("1", range(5))
    lenient = ReleaseLimits(**{name: Limit(share=0, at_least=2) for name in ("customers_changed", "records_moved")})
    assert runs.run("2", [0, 0, 2, 3, 4], limits=lenient) == []


def test_a_segment_that_loses_or_gains_too_many_is_beyond(runs):
    everybody = range(30)
    runs.run("1", everybody, [("lapsed", c) for c in range(20)])
    # A tenth of 20 are 2: it loses 3 (0 to 2) and gains 3 (20 to 22).
    assert runs.run("2", everybody, [("lapsed", c) for c in range(3, 23)]) == [
        ("segment_gained", "lapsed", 3, 2),
        ("segment_lost", "lapsed", 3, 2),
    ]


def test_an_empty_segment_may_gain_the_number(runs):
    runs.run("1", range(9))
    assert runs.run("2", range(9), [("lapsed", 1)], publishes=False) == []
    assert runs.run("3", range(9), [("lapsed", 1), ("lapsed", 2)]) == [("segment_gained", "lapsed", 2, 1)]


def test_a_segment_defined_anew_or_new_or_removed_may_change_as_it_likes(runs, pack):
    runs.run("1", range(9), [("lapsed", c) for c in range(9)])
    defined_anew = {"lapsed": pack["regulars"].model_copy(update={"name": "lapsed"}), "regulars": pack["regulars"]}
    assert runs.run("2", range(9), segments=defined_anew, publishes=False) == []
    assert runs.run("3", range(9), segments={}, publishes=False) == []
    new = {**pack, "mine": pack["lapsed"].model_copy(update={"name": "mine"})}
    members = [("lapsed", c) for c in range(9)] + [("mine", c) for c in range(9)]
    assert runs.run("4", range(9), members, segments=new) == []


def test_a_segment_within_a_segment_that_is_defined_anew_changes_too(runs, pack):
    outer = Segment.model_validate(
        {
            "name": "outer",
            "description": "Lapsed ones",
            "owner": "crm",
            "purpose": "marketing",
            "where": {"segment": "lapsed"},
        }
    )
    runs.run("1", range(9), [("outer", c) for c in range(9)], segments={**pack, "outer": outer})
    other = {**pack, "outer": outer, "lapsed": pack["regulars"].model_copy(update={"name": "lapsed"})}
    assert runs.run("2", range(9), segments=other) == []


def test_each_snapshot_tells_how_it_differs_from_the_one_before(runs):
    runs.run("1", [1, 2, 3, 4], [("lapsed", 1)])
    runs.run("2", [1, 1, 3, 4], [("lapsed", 1), ("lapsed", 3)])
    told = {(m.measure, m.subject): astuple(m)[2:] for m in runs.measures}
    assert told["customers_merged", ""] == (None, None, 1, 4, 1, False, [(1, 1)])
    assert told["segment_gained", "lapsed"] == (1, 2, 1, 1, 1, False, [])
    assert told["customers", ""] == (4, 3, 1, 4, None, False, [])
    assert [m.words for m in runs.measures[:2]] == ["Records", "Customers"]
    runs.run("3", [1, 1, 3, 4], [("lapsed", 1), ("lapsed", 3)])
    assert {check[0] for check in runs.checks} == {"1", "2", "3"}


def test_what_people_changed_is_told_and_what_an_older_program_did_not_note_is_not(runs, pack):
    runs.run("1", [1, 2], rules={"identity.yaml": "a", "the program": "b"})
    assert runs.causes is None
    runs.run("2", [1, 2], rules={"identity.yaml": "a", "the program": "c"}, segments={"lapsed": pack["lapsed"]})
    assert runs.causes == ["the program"]
    runs.run("3", [1, 2], rules={"identity.yaml": "a", "the program": "c"})
    assert runs.causes == ["segment regulars"]
