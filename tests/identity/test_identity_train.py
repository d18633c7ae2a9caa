"""Training without labels: it runs on what the data hold, says what is missing, and chooses thresholds by labels."""

import pytest
from test_identity_over_merge import people

from identity.comparisons import COMPARISONS
from identity.errors import IdentityError
from identity.model import MODEL_FILE, read_model, workspace_model
from identity.model_report import report_lines, report_page
from identity.threshold import check_labels, chosen_weight, threshold_curve
from identity.train import train


@pytest.fixture
def shop(con, party):
    """800 records of 400 people with a shop account and a till's record each; nobody gave a birth date or a card."""
    party({})
    con.register("made", people(800))
    con.execute("""
        insert into clean.party by name
        select * exclude (person), 'customer' as record_table, record_id as record_key, 'DE' as country,
            false as is_company, false as is_test, false as is_deceased, false as is_account
        from made""")
    return con


def test_a_model_learned_without_labels_is_whole(shop, tmp_path):
    training = train(shop, "own")
    # It fits the code, refuses no weight, and is the one that a run of this workspace takes.
    (tmp_path / MODEL_FILE).write_text(training.model.model_dump_json())
    assert workspace_model(tmp_path) == training.model
    assert training.model.records == 800
    assert training.model.frequencies["country"] == {"DE": 1.0}
    # What nobody told keeps the shipped weights, for as many records as these.
    assert [level.m for level in training.model.weights["card"]] == [level.m for level in read_model().weights["card"]]
    # 200 of the 400 people are certain, by name and mailbox; the share of all that is found so is taken for 0.85.
    assert training.model.pairs_per_record == pytest.approx(200 / 800 / 0.85, rel=0.01)
    lines = report_lines(training)
    assert lines[0] == f"Model own, learned from 800 person records and {training.pairs} pairs."
    assert [line for line in lines if line in {c.name.replace("_", " ") for c in COMPARISONS}] == [
        c.name.replace("_", " ") for c in COMPARISONS
    ]
    page = report_page(training)
    assert page.count("vegaEmbed('#chart") == 3
    assert "http-equiv" not in page
    assert 'src="http' not in page


def test_too_few_records_are_refused(con, party):
    party({"shop:a": {"given_name": "Anna"}, "shop:b": {"given_name": "Berta"}})
    with pytest.raises(IdentityError, match="2 person records are too few to learn from, at least 200 are needed"):
        train(con, "own")


def scored(con, rows: list[tuple]) -> None:
    con.execute("create table identity.party_feature (record_id text, record_no integer)")
    con.execute("insert into identity.party_feature select 'r' || i, i from range(100) as t(i)")
    con.execute(
        "create temp table scored_pair (record_no_l integer, record_no_r integer, match_weight double, veto text)"
    )
    for row in rows:
        con.execute("insert into scored_pair values (?, ?, ?, ?)", list(row))


def test_the_curve_expects_as_many_mistakes_as_the_probabilities_say(con):
    # Weights 1 and 3 are odds of 2 and 8 to 1; the vetoed pair is never linked.
    scored(con, [(1, 2, 3.0, None), (3, 4, 1.0, None), (5, 6, 9.0, "veto")])
    curve = {row.match_weight: row for row in threshold_curve(con, 3.0)}
    at = curve[3.0]
    assert (at.links, at.expected_wrong, at.expected_missed) == (1, pytest.approx(1 / 9), pytest.approx(2 / 3))
    at = curve[1.0]
    assert (at.links, at.expected_wrong, at.expected_missed) == (2, pytest.approx(1 / 9 + 1 / 3), 0.0)


def test_labels_choose_the_lowest_threshold_that_is_right_often_enough(con):
    scored(con, [(1, 2, 8.2, None), (3, 4, 6.1, None), (5, 6, 4.7, None), (7, 8, 2.2, None), (9, 10, 9.0, "veto")])
    con.execute("create table label (record_id_l text, record_id_r text, verdict text)")
    same = [("r1", "r2"), ("r4", "r3"), ("r5", "r6")]
    for left, right in same:
        con.execute("insert into label values (?, ?, 'same')", [left, right])
    assert chosen_weight(con, "label") is None  # without a different pair any threshold would do
    con.execute("insert into label values ('r7', 'r8', 'different'), ('r9', 'r10', 'different')")
    # From 4.5 all three are right; a step lower one of four would be wrong.
    assert chosen_weight(con, "label") == 4.5


def test_labels_must_say_what_they_mean(con):
    con.execute("create table label as select 'a' as record_id_l, 'b' as record_id_r, 'maybe' as verdict")
    with pytest.raises(IdentityError, match=r"pairs\.csv: 1 rows have another verdict"):
        check_labels(con, "label", "pairs.csv")
    con.execute("alter table label drop verdict")
    with pytest.raises(IdentityError, match=r"pairs\.csv: no column verdict\. Needed"):
        check_labels(con, "label", "pairs.csv")
