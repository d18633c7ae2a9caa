"""What of the judgements counts in a run: the latest, of records that are there, and none that contradict others."""

from datetime import date

import pytest
from identity_tables import AS_OF, customers, rows

from identity.config import IdentityConfig
from identity.judgement_conflicts import publish_judgement_conflicts
from identity.judgements import write_judgements
from identity.resolve import resolve

VERDICTS = {"=": "same", "#": "different", "?": "unsure"}


@pytest.fixture
def judged(con):
    """Write the verdicts of judgements such as "a=b c#d", later ones later, on the records given."""

    def write(said: str, records: str = "abcdefghi") -> int:
        con.execute("create or replace table identity.party_key (record_no integer, record_id text)")
        con.execute("""
            create or replace table identity.judgement (
                record_id_l text, record_id_r text, verdict text, decided_at timestamp)""")
        for record in records:
            con.execute("insert into identity.party_key values (?, ?)", [ord(record), record])
        for second, text in enumerate(said.split()):
            values = [text[0], text[2], VERDICTS[text[1]], f"2026-11-01 10:00:{second:02}"]
            con.execute("insert into identity.judgement values (?, ?, ?, ?)", values)
        return write_judgements(con)

    return write


def verdicts(con) -> str:
    signs = {word: sign for sign, word in VERDICTS.items()}
    found = rows(con, "select record_id_l, verdict, record_id_r from identity.verdict")
    return " ".join(f"{left}{signs[verdict]}{right}" for left, verdict, right in found)


def set_aside(con) -> dict[str, list[str]]:
    """Pairs set aside, by conflict."""
    query = "select conflict_id, list(record_id_l || record_id_r order by record_id_l, record_id_r)"
    return dict(rows(con, f"{query} from identity.judgement_conflict group by conflict_id order by conflict_id"))


def test_the_latest_verdict_counts_whichever_record_was_named_first(con, judged):
    assert judged("b=a a#b c#d d=c e=f f?e") == 0
    assert verdicts(con) == "a#b c=d"


def test_a_judgement_waits_for_a_record_that_is_gone(con, judged):
    judged("a=b c#d", records="abc")
    assert verdicts(con) == "a=b"
    judged("a=b c#d", records="abcd")
    assert verdicts(con) == "a=b c#d"


def test_judgements_that_contradict_each_other_are_all_set_aside(con, judged):
    assert judged("a=b b=c a#c") == 3
    assert verdicts(con) == ""
    assert set_aside(con) == {"a": ["ab", "ac", "bc"]}


def test_the_conflict_keeps_what_was_said_and_when(con, judged):
    judged("b=c a=b c#a")
    assert rows(
        con, "select record_id_l, record_id_r, verdict, cast(decided_at as text) from identity.judgement_conflict"
    ) == [
        ("a", "b", "same", "2026-11-01 10:00:01"),
        ("a", "c", "different", "2026-11-01 10:00:02"),
        ("b", "c", "same", "2026-11-01 10:00:00"),
    ]


@pytest.mark.parametrize(
    ("said", "kept", "aside"),
    [
        # What hangs on to a contradiction takes no part in it.
        ("a=b b=c a#c c=d d=e", "c=d d=e", {"a": ["ab", "ac", "bc"]}),
        # All ways from one to the other, not the shortest only.
        ("a=b b=c a=d d=c a#c", "", {"a": ["ab", "ac", "ad", "bc", "cd"]}),
        # Two contradictions with one judgement between them, which has no part in either.
        ("a=b b=c a#c c=d d=e e=f d#f", "c=d", {"a": ["ab", "ac", "bc"], "d": ["de", "df", "ef"]}),
        # Two that share a judgement are one.
        ("a=b b=c a#c c=d b#d", "", {"a": ["ab", "ac", "bc", "bd", "cd"]}),
        # A ring of `same` is none, and a person apart from two who are one is none.
        ("a=b b=c a=c d#a d#b e#f", "a=b a=c a#d b=c b#d e#f", {}),
        ("a=b b=c a#c c=d d=e e=f d=f", "c=d d=e d=f e=f", {"a": ["ab", "ac", "bc"]}),
        ("g=h h=i i#g a=b a#c", "a=b a#c", {"g": ["gh", "gi", "hi"]}),
    ],
)
def test_only_the_judgements_on_a_contradictory_way_are_set_aside(con, judged, said, kept, aside):
    judged(said)
    assert (verdicts(con), set_aside(con)) == (kept, aside)


def test_no_contradiction_while_the_record_between_is_gone(con, judged):
    assert judged("a=b b=c a#c", records="ac") == 0
    assert verdicts(con) == "a#c"


def test_without_any_judgement_the_tables_are_empty(con):
    con.execute("create table identity.party_key (record_no integer, record_id text)")
    assert write_judgements(con) == 0
    assert (verdicts(con), set_aside(con)) == ("", {})


def test_contradictions_are_published_and_gone_once_one_is_taken_back(con, judged):
    judged("a=b b=c a#c")
    assert publish_judgement_conflicts(con) == 3
    published = rows(con, "select conflict_id, record_id_l, record_id_r, verdict from serve.judgement_conflict")
    assert published == [("a", "a", "b", "same"), ("a", "a", "c", "different"), ("a", "b", "c", "same")]
    judged("a=b a#c")
    assert publish_judgement_conflicts(con) == 0


HANNA = {"given_name": "Hanna", "family_name": "Zantner", "birth_date": date(1971, 3, 12)}
JOLANDA = {"given_name": "Jolanda", "family_name": "Zantner", "birth_date": date(1984, 9, 30)}


def judge_and_resolve(con, *said: tuple[str, str, str]) -> list[list[str]]:
    """Who is who, by records in order, after a run with these judgements."""
    write_judged(con, said)
    resolve(con, IdentityConfig(), "r1", AS_OF)
    return sorted(customers(con))


def write_judged(con, said) -> None:
    con.execute("""
        create or replace table identity.judgement (
            record_id_l text, record_id_r text, verdict text, decided_at timestamp)""")
    for left, right, verdict in said:
        con.execute("insert into identity.judgement values (?, ?, ?, '2026-10-01')", [left, right, verdict])


def test_same_overrules_the_veto_for_all_that_hangs_on_to_the_two(con, party):
    hanna = HANNA | {"email": "h.zantner@web.de"}
    jolanda = JOLANDA | {"email": "jolanda.z@gmx.de"}
    party({"shop:a": hanna, "erp:b": hanna, "shop:c": jolanda, "erp:d": jolanda})
    assert judge_and_resolve(con) == [["erp:b", "shop:a"], ["erp:d", "shop:c"]]
    everybody = [["erp:b", "erp:d", "shop:a", "shop:c"]]
    assert judge_and_resolve(con, ("shop:a", "shop:c", "same")) == everybody


def test_a_chain_of_same_overrules_the_veto_between_its_ends(con, party):
    names = {"shop:a": "Hanna", "erp:b": "Jolanda", "pos:c": "Tilda"}
    party({record: {"given_name": name, "family_name": "Zantner"} for record, name in names.items()})
    joined = judge_and_resolve(con, ("erp:b", "shop:a", "same"), ("erp:b", "pos:c", "same"))
    assert joined == [["erp:b", "pos:c", "shop:a"]]


def test_same_overrules_no_veto_that_the_two_do_not_bear(con, party):
    """A. Zantner is Anna, somebody said: then Anton, who shares his initial and mailbox, is not."""
    shared = {"family_name": "Zantner", "email": "zantner@web.de", "street": "Lindenweg", "house_no": "4",
              "postal_code": "04277", "city": "Leipzig"}  # fmt: skip
    party({
        "shop:a": shared | {"given_name": "A."},
        "shop:b": shared | {"given_name": "Anna"},
        "erp:c": shared | {"given_name": "Anton"},
    })  # fmt: skip
    assert judge_and_resolve(con, ("shop:a", "shop:b", "same")) == [["erp:c"], ["shop:a", "shop:b"]]
