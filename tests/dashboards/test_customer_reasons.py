"""What the profile tells of a pair: the sum drawn step by step, and words for points."""

from dashboards import words
from dashboards.customer_profile.pair import BEFORE, TOGETHER, weights
from dashboards.customer_profile.reasons import certainty, points, spoke
from identity.stored import UNKNOWN, Evidence, Finding, Link

EVIDENCE = Evidence(
    match_weight=4.5,
    match_probability=0.9577,
    needed_weight=3.5,
    findings=[
        Finding("email", "same e-mail address", 15.5),
        Finding("birth_date", "different birth dates", -2.0),
        Finding("card", UNKNOWN, 0.0),
    ],
)


def link(origin: str = "model", reason: str = "", probability: float = 0.9577) -> Link:
    return Link("a", "b", origin, reason, Evidence(4.5, probability, 3.5, EVIDENCE.findings))


def test_the_waterfall_starts_before_anything_is_compared_and_ends_at_the_weight():
    assert weights(EVIDENCE).rows() == [
        (BEFORE, 0.0, -9.0, "start", "−9,0"),
        ("Same e-mail address", -9.0, 6.5, "for", "+15,5"),
        ("Different birth dates", 6.5, 4.5, "against", "−2,0"),
        (TOGETHER, 0.0, 4.5, "sum", "+4,5"),
    ]


def test_points_leave_out_what_is_not_known():
    assert points(EVIDENCE) == "same e-mail address +15,5 · different birth dates −2,0"
    assert spoke(link("company", "same company name and phone")) == "Same company name and phone"


def test_no_link_is_called_certain():
    assert certainty(link()) == "95,77 %"
    assert certainty(link(probability=0.9999999)) == "over 99,99 %"
    assert certainty(link("judgement", "judged to be one person")) == "A person decided"


def test_weights_in_a_sentence_are_german_and_other_points_stay():
    told = "Two customers: a weight of -1.3, where 3.5 is needed. (given_name) (+12.0)."
    assert words.decimals(told) == "Two customers: a weight of -1,3, where 3,5 is needed. (given_name) (+12,0)."
