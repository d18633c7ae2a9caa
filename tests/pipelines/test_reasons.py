"""Identity's answers as lines, and the time that `--at` means."""

from datetime import datetime

import pytest

from identity.lookup import IdAt, RecordId, RecordReasons, TodaysId
from identity.merges import merge_steps
from identity.stored import UNKNOWN, Evidence, Finding, Judgement, Link, NearLink
from identity.why import CustomerReasons, IdEvent, PairReasons, RecordOf
from pipelines.commands.why import parse_at
from pipelines.reasons import customer_lines, id_at_lines, pair_lines, record_lines

MAY, JUNE = datetime(2026, 5, 3, 12), datetime(2026, 6, 1, 9, 30)
EVIDENCE = Evidence(
    4.5, 0.9577, 3.5, [Finding("email", "same e-mail address", 14.5), Finding("birth_date", UNKNOWN, 0.0)]
)
WEAK = Evidence(1.25, 0.7, 3.5, [])
LINK = Link("erp:1", "shop:2", "model", "same e-mail address (+14.5)", EVIDENCE)
JUDGED = Link("pos:3", "shop:2", "judgement", "judged to be one person", Evidence(None, None, None, []))


def customer(customer_id: int, **parts) -> CustomerReasons:
    names = ("today", "records", "merges", "links", "kept_apart", "judgements", "history")
    empty: dict[str, list] = {name: [] for name in names}
    return CustomerReasons(customer_id, **{**empty, **parts})


def test_a_customer_is_told_from_its_records_to_the_history_of_its_id():
    near = [
        NearLink("erp:1", "web:9", 4, 7, "weight", "weight below the threshold", WEAK),
        NearLink("shop:2", "web:9", 4, 7, "rule", "clearly different given names", EVIDENCE),
    ]
    found = customer(
        4,
        today=[TodaysId(4, 3), TodaysId(9, 1)],
        records=[RecordOf("erp:1", "erp", "res_partner", MAY)],
        merges=merge_steps([JUDGED, LINK]),
        kept_apart=near,
        judgements=[Judgement("pos:3", "shop:2", 4, 4, "same", False, "petra", MAY, "twins")],
        history=[IdEvent(4, "merged", 2, JUNE, "r1", "most of its records belong to the other customer now")],
    )
    assert customer_lines(found) == [
        "C000004: 1 record",
        "  erp:1                        erp.res_partner, since 2026-05-03",
        "Records that it had once belong to",
        "  C000009 (1 record)",
        "Joined step by step, strongest first",
        "  by a person  pos:3 – shop:2: judged to be one person; 1 + 1 = 2 records",
        "         +4.5  erp:1 – shop:2: same e-mail address (+14.5); 1 + 2 = 3 records",
        "Kept apart from",
        "  C000007 erp:1 – web:9 (+1.2): weight below the threshold",
        "Judged by people",
        "  2026-05-03 12:00 pos:3 – shop:2 same by petra: twins (set aside: it contradicts other judgements)",
        "What happened to the id",
        "  2026-06-01 09:30 C000004 merged with C000002: most of its records belong to the other customer now",
    ]


def test_an_old_id_says_whose_it_is_today_or_that_all_is_gone():
    event = IdEvent(2, "created", None, MAY, "r1", "new records")
    assert customer_lines(customer(2, today=[TodaysId(4, 2)], history=[event]))[:3] == [
        "C000002: 0 records",
        "Today it is",
        "  C000004 (2 records)",
    ]
    assert customer_lines(customer(2, history=[event]))[:2] == ["C000002: 0 records", "  all its records are gone"]


def test_a_pair_is_told_with_what_each_comparison_counted():
    stored = PairReasons("erp:1", "shop:2", (4, 4), True, "One customer: …", True, EVIDENCE, [])
    assert pair_lines(stored) == [
        "One customer: …",
        "Weight +4.5, probability 0.9577, 3.5 is needed:",
        "   -10.0  before anything is compared: how rare it is that two records are one person",
        "   +14.5  email: same e-mail address",
        "          not known of both: birth date",
    ]


def test_what_is_scored_now_is_said_to_be_an_illustration():
    scored = PairReasons("erp:1", "shop:2", (4, 4), True, "One customer, joined …", False, EVIDENCE, [LINK])
    lines = pair_lines(scored)
    assert lines[1] == "Compared now, for illustration; it is not what a run decided by:"
    assert lines[-2:] == ["Joined through", "         +4.5  erp:1 – shop:2: same e-mail address (+14.5)"]
    company = PairReasons("a", "b", (1, 2), False, "Two customers: …", False, Evidence(None, None, None, []), [])
    assert pair_lines(company) == ["Two customers: …"]


def test_a_record_and_an_id_are_told_at_their_time():
    ids = [RecordId(MAY, 2), RecordId(JUNE, None)]
    assert record_lines(RecordReasons("shop:2", None, MAY, 2, ids)) == [
        "shop:2: gone",
        "At 2026-05-03 12:00 UTC it was C000002",
        "Its ids",
        "  2026-05-03 12:00 C000002",
        "  2026-06-01 09:30 gone",
    ]
    assert id_at_lines(IdAt(2, MAY, ["shop:2"], [TodaysId(4, 1)])) == [
        "C000002 had 1 record at 2026-05-03 12:00 UTC",
        "  shop:2",
        "Today they are",
        "  C000004 (1 record)",
    ]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-05-03", datetime(2026, 5, 3, 21, 59, 59, 999999)),  # the end of that day in Berlin
        ("2026-05-03T12:00:00", datetime(2026, 5, 3, 12)),
        ("2026-05-03T12:00:00+02:00", datetime(2026, 5, 3, 10)),
        (None, None),
    ],
)
def test_a_day_means_its_end_where_the_workspace_is(text, at):
    assert parse_at(text, "Europe/Berlin") == at
