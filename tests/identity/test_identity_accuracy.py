"""Figures of clusters against a truth: by hand, by class, in business words and with intervals."""

import pytest

from identity.accuracy import Estimate, accuracy, by_hard_case, in_business, wilson
from identity.judged_accuracy import OnJudgements, on_judgements


def table(con, name: str, columns: str, rows: list[tuple]) -> str:
    con.execute(f"create or replace temp table {name} ({columns})")
    marks = ", ".join("?" for _ in columns.split(","))
    for row in rows:
        con.execute(f"insert into {name} values ({marks})", list(row))
    return name


@pytest.fixture
def found(con) -> str:
    """Ann's a and b are one customer, her c is another with Ben's d."""
    return table(con, "found", "record_id text, cluster_id text", [("a", "a"), ("b", "a"), ("c", "c"), ("d", "c")])


@pytest.fixture
def truth(con) -> str:
    rows = [("a", "Ann", None), ("b", "Ann", None), ("c", "Ann", "moved"), ("d", "Ben", None)]
    return table(con, "truth", "record_id text, person_id text, hard_case text", rows)


def values(found) -> dict[str, float]:
    return {name: round(e.value, 4) for name, e in vars(found).items() if isinstance(e, Estimate)}


def test_figures_of_four_records(con, found, truth):
    # Of two pairs found one is right, of Ann's three one was found. B-cubed: a, b 1 and c, d 1/2; a, b 2/3, c 1/3, d 1.
    assert values(accuracy(con, found, truth)) == {
        "pair_precision": 0.5,
        "pair_recall": 0.3333,
        "linkable_recall": 0.3333,
        "b3_precision": 0.75,
        "b3_recall": 0.6667,
        "b3_f1": 0.7059,
        "share_of_perfect_b3_f1": 0.7059,
    }


def test_what_nobody_could_link_is_not_missed(con, found, truth):
    linkable = table(
        con, "linkable", "record_id text, cluster_id text", [(r, "a") for r in "ab"] + [(r, r) for r in "cd"]
    )
    told = accuracy(con, found, truth, linkable)
    assert (told.pair_recall.value, told.linkable_recall.value) == (pytest.approx(1 / 3), 1.0)
    # The perfect linker's B-cubed recall is (2/3 + 2/3 + 1/3 + 1) / 4 as well, its precision 1.
    assert told.share_of_perfect_b3_f1.value == pytest.approx(0.70588 / 0.8, abs=1e-4)


def test_a_class_of_records_counts_the_pairs_that_they_are_in(con, found, truth):
    told = by_hard_case(con, found, truth)
    assert list(told) == ["moved", "none"]
    assert (told["moved"].records, told["moved"].pair_precision.value, told["moved"].pair_recall.value) == (1, 0.0, 0.0)
    assert (told["none"].records, told["none"].pair_precision.value, told["none"].pair_recall.value) == (3, 2 / 3, 0.5)


def test_mistakes_in_business_words(con, found, truth):
    told = in_business(con, found, truth)
    assert (told.customers, told.mixed, told.people, told.parted) == (2, 1, 2, 1)


def test_the_interval_holds_a_person_together(con):
    """One person's many pairs are one mistake: the interval is far wider than for as many independent pairs."""
    people = [(f"r{p}-{n}", f"p{p}") for p in range(60) for n in range(10)]
    # In a tenth of the people the ten records are ten customers.
    clusters = [(r, r if p in {f"p{n}" for n in range(0, 60, 10)} else p) for r, p in people]
    truth = table(con, "truth", "record_id text, person_id text", people)
    found = table(con, "found", "record_id text, cluster_id text", clusters)
    recall = accuracy(con, found, truth).pair_recall
    assert recall.value == pytest.approx(0.9)
    # 60 people with one in ten missed: 0.9 ± 1.96 × sqrt(0.09 / 60); 2,700 independent pairs would give ± 0.011.
    assert recall.high - recall.value == pytest.approx(0.076, abs=0.02)


def test_wilson_of_a_small_count():
    # (0 + 1.92) / (10 + 3.84) ± 1.96 × sqrt(0.96) / 13.84
    assert wilson(0, 10) == Estimate(0.0, 0.0, pytest.approx(0.2775, abs=1e-4))
    assert wilson(0, 0) == Estimate(1.0, 0.0, 1.0)


def test_the_model_alone_against_people(con):
    con.execute("create table identity.score (record_id_l text, record_id_r text, evidence double, veto text)")
    con.execute("insert into identity.score values ('a', 'b', 20, null), ('a', 'c', 20, 'veto'), ('b', 'd', 12, null)")
    labels = [("b", "a", "same"), ("a", "c", "same"), ("b", "d", "different"), ("c", "d", "same"), ("a", "d", "unsure")]
    label = table(con, "label", "record_id_l text, record_id_r text, verdict text", labels)
    told = on_judgements(con, label, -10.0, 3.5)
    assert told == OnJudgements(1, 2, 0, 1, wilson(1, 1), wilson(1, 3))
