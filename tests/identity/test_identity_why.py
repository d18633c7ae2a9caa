"""Why records are one customer, and why not, from a snapshot's tables alone."""

from datetime import datetime
from math import log2

import pytest
from identity_tables import AS_OF, rows

from identity.config import IdentityConfig
from identity.errors import IdentityError
from identity.model import MODEL_FILE, read_model
from identity.rescore import Scored
from identity.resolve import resolve
from identity.stored import UNKNOWN, Evidence
from identity.why import why_customer, why_pair
from identity.why_not import say_never_joined
from identity.why_two import CustomersReasons, why_two_customers

LATER = datetime(2026, 11, 2)
RECORDS = {
    "shop:a": {"given_name": "Hannelore", "family_name": "Zantner", "email": "h.zantner@web.de"},
    "forms:b": {
        "given_name": "Hannelore", "family_name": "Zantner", "email": "h.zantner@web.de", "phone": "+491701234599",
    },
    "calls:c": {"given_name": "Hannelore", "family_name": "Zantner", "phone": "+491701234599"},
    "erp:d": {"given_name": "Ulrich", "family_name": "Zantner", "email": "h.zantner@web.de"},
    "erp:e": {"given_name": "Ottilie", "family_name": "Quiring"},
    "erp:f": {"is_company": True, "company_name": "Zantner GmbH", "email": "h.zantner@web.de"},
    "erp:g": {"given_name": "Anna", "family_name": "Müller", "postal_code": "10115", "city": "Berlin"},
    "shop:h": {"given_name": "Anna", "family_name": "Meier", "postal_code": "10115", "city": "Berlin"},
}  # fmt: skip


@pytest.fixture
def snapshot(con, party):
    """Publish a run over `records`: `serve`, and nothing else that could answer."""

    def publish(records=RECORDS, judgements=()):
        party(records)
        con.execute("""
            create or replace table identity.judgement (
                record_id_l text, record_id_r text, verdict text, judged_by text, decided_at timestamp, reason text)""")
        for judgement in judgements:
            con.execute("insert into identity.judgement values (?, ?, ?, 'petra', ?, ?)", judgement)
        resolve(con, IdentityConfig(), "r1", AS_OF)
        con.execute("""
            create or replace table serve.party as
            select p.*, r.customer_id from clean.party as p inner join serve.customer_record as r using (record_id)""")
        for schema in ("identity", "clean"):
            con.execute(f"drop schema {schema} cascade")
        return con

    return publish


def customer_of(con, record_id: str) -> int:
    return rows(con, f"select customer_id from serve.customer_record where record_id = '{record_id}'")[0][0]


def test_a_customer_is_built_up_from_its_surest_pair(snapshot):
    con = snapshot()
    why = why_customer(con, customer_of(con, "shop:a"))
    assert [r.record_id for r in why.records] == ["calls:c", "forms:b", "shop:a"]
    weights = [k.evidence.match_weight for k in why.links]
    assert weights == sorted(weights, reverse=True)
    # One mailbox and the names say more than one phone with the family name and the given name.
    assert [(s.records_l, s.records_r, s.size) for s in why.merges] == [
        (("forms:b",), ("shop:a",), 2),
        (("calls:c",), ("forms:b", "shop:a"), 3),
    ]
    assert why.merges[0].link == why.links[0]
    assert [e.event for e in why.history] == ["created"]


def test_what_a_person_joined_comes_first_however_little_speaks_for_it(snapshot):
    con = snapshot()
    con.execute("""
        update serve.customer_link set origin = 'judgement', match_weight = 0.5
        where record_id_l = 'calls:c' and record_id_r = 'shop:a'""")
    steps = why_customer(con, customer_of(con, "shop:a")).merges
    assert [(s.link.origin, s.size) for s in steps] == [("judgement", 2), ("model", 3)]


def test_a_linked_pair_names_what_agrees_with_the_weights_of_the_run(snapshot):
    con = snapshot()
    why = why_pair(con, "shop:a", "forms:b")
    assert (why.same_customer, why.is_stored) == (True, True)
    assert why.answer.startswith("One customer: same e-mail address (+")
    evidence = why.evidence
    assert {f.comparison for f in evidence.findings if f.words == UNKNOWN} >= {"card", "birth_date"}
    assert evidence.match_weight == pytest.approx(
        evidence.prior_weight + sum(f.match_weight for f in evidence.findings), abs=0.001
    )
    # Few people: the prior is the model's highest, that of a thousand records.
    assert evidence.prior_weight == pytest.approx(log2(read_model().prior(1000)), abs=0.01)


def test_the_answer_is_the_runs_even_when_the_comparisons_have_changed_since(snapshot):
    con = snapshot()
    con.execute("alter table serve.customer_link rename words_email to words_mailbox")
    con.execute("alter table serve.customer_link rename weight_email to weight_mailbox")
    con.execute("update serve.customer_link set weight_mailbox = 3.25, words_mailbox = 'same mailbox'")
    why = why_pair(con, "shop:a", "forms:b")
    assert ("mailbox", "same mailbox", 3.25) in [(f.comparison, f.words, f.match_weight) for f in why.evidence.findings]
    assert "same mailbox (+3.2)" in why.answer


def test_a_pair_joined_through_a_third_record_has_its_path(snapshot):
    con = snapshot()
    con.execute("delete from serve.customer_link where record_id_l = 'calls:c' and record_id_r = 'shop:a'")
    why = why_pair(con, "shop:a", "calls:c")
    assert why.answer.startswith("One customer, joined through 1 other record. The two alone were not: ")
    assert [(k.record_id_l, k.record_id_r) for k in why.path] == [("calls:c", "forms:b"), ("forms:b", "shop:a")]


def test_a_vetoed_pair_names_the_veto(snapshot):
    con = snapshot()
    why = why_pair(con, "erp:d", "shop:a")
    assert (why.same_customer, why.is_stored, why.path) == (False, True, [])
    assert why.answer == "Two customers: clearly different given names."
    kept = why_customer(con, customer_of(con, "erp:d")).kept_apart
    assert [(k.record_id_l, k.record_id_r, k.kept_apart_by) for k in kept] == [
        ("erp:d", "forms:b", "rule"),
        ("erp:d", "shop:a", "rule"),
    ]


def test_two_customers_are_two_for_what_kept_their_closest_pair_apart(snapshot):
    con = snapshot()
    ulrich, hannelore, ottilie = (customer_of(con, record) for record in ("erp:d", "shop:a", "erp:e"))
    why = why_two_customers(con, ulrich, hannelore)
    assert why.answer == "Two customers: clearly different given names."
    assert [(k.record_id_l, k.record_id_r) for k in why.kept_apart] == [("erp:d", "forms:b"), ("erp:d", "shop:a")]
    assert why_two_customers(con, ottilie, hannelore) == CustomersReasons(
        (ottilie, hannelore), "Two customers: no record of the one came near to any of the other.", []
    )
    with pytest.raises(IdentityError, match="C000099: leads to nobody"):
        why_two_customers(con, ottilie, 99)


def test_a_pair_without_a_common_key_was_never_compared(snapshot):
    why = why_pair(snapshot(), "erp:e", "calls:c")
    assert why.answer == (
        "Two customers: they were never compared, for they share none of the keys by which pairs are found."
    )
    assert not why.is_stored
    assert why.evidence.match_weight < 0


def test_a_pair_nothing_is_stored_of_is_compared_by_the_workspaces_own_model(snapshot, tmp_path):
    con, shipped = snapshot(), read_model()
    own = shipped.model_copy(update={"match_weight": shipped.match_weight + 1})
    (tmp_path / MODEL_FILE).write_text(own.model_dump_json())
    needed = [why_pair(con, "erp:e", "calls:c", folder).evidence.needed_weight for folder in (None, tmp_path)]
    assert needed == [shipped.match_weight, own.match_weight]


@pytest.mark.parametrize(
    ("weight", "keys", "cause"),
    [
        (-6.1, ("email",), "they were compared, and so little spoke for it that the run kept no evidence"),
        (
            2.0,
            ("email", "phone"),
            "they were never compared, for too many records share what these two have in common (email and phone)",
        ),
        (9.0, (), "they were never compared, for they share none of the keys by which pairs are found"),
    ],
)
def test_where_nothing_is_stored_the_cause_is_told(weight, keys, cause):
    scored = Scored(Evidence(weight, 0.5, 3.5, []), None, keys, companies=0)
    assert say_never_joined(scored, False, []) == f"Two customers: {cause}."


def test_a_company_is_never_a_person(snapshot):
    why = why_pair(snapshot(), "erp:f", "erp:d")
    assert why.answer == "Two customers: a company is never joined with a person."
    assert why.evidence.match_weight is None


def test_a_judgement_is_named_with_who_said_it_when_and_why(snapshot):
    con = snapshot(
        judgements=[
            ("erp:e", "shop:a", "same", LATER, "married and moved"),
            ("calls:c", "forms:b", "different", LATER, "mother and daughter"),
            ("calls:c", "shop:a", "different", LATER, "mother and daughter"),
        ]
    )
    assert why_pair(con, "shop:a", "erp:e").answer == "One customer: judged to be one person."
    apart = why_pair(con, "forms:b", "calls:c")
    assert apart.answer == "Two customers: judged to be different people."
    assert apart.evidence.match_weight > 0
    said = why_customer(con, customer_of(con, "calls:c")).judgements
    assert [(j.record_id_r, j.verdict, j.judged_by, j.judged_at, j.reason, j.is_applied) for j in said] == [
        ("forms:b", "different", "petra", LATER, "mother and daughter", True),
        ("shop:a", "different", "petra", LATER, "mother and daughter", True),
    ]


def test_what_the_guard_cut_is_told_with_the_contradiction(snapshot):
    mailbox = {"email": "familie.oberhuber@web.de", "family_name": "Oberhuber"}
    con = snapshot(
        {
            "shop:1": {**mailbox, "given_name": "Anna"},
            "shop:2": {**mailbox, "given_name": "A"},
            "shop:3": {**mailbox, "given_name": "Anton"},
        }
    )
    parted = [why_pair(con, "shop:2", other) for other in ("shop:1", "shop:3")]
    cut = next(why for why in parted if not why.same_customer)
    assert cut.evidence.match_weight > cut.evidence.needed_weight
    assert cut.answer == (
        "Two customers: other records of the two customers contradict each other: clearly different given names."
    )
    kept = why_customer(con, cut.customer_ids[0]).kept_apart
    assert [k.kept_apart_by for k in kept] == ["guard", "rule"]


def test_an_id_that_was_merged_away_leads_to_todays(con, party):
    party({"shop:a": RECORDS["shop:a"], "erp:e": RECORDS["erp:e"]})
    resolve(con, IdentityConfig(), "r1", AS_OF)
    con.execute("insert into identity.judgement values ('erp:e', 'shop:a', 'same', '2026-11-02')")
    resolve(con, IdentityConfig(), "r2", LATER)
    why = why_customer(con, 2)
    assert (why.records, [(t.customer_id, t.records) for t in why.today]) == ([], [(1, 1)])
    assert [(e.customer_id, e.event, e.other_customer_id) for e in why.history] == [
        (2, "created", None),
        (2, "merged", 1),
    ]
    assert why_two_customers(con, 2, 1).answer == "One customer: both lead to C000001 today."


def test_an_answer_holds_no_value_of_a_person(snapshot):
    con = snapshot()
    text = "".join(map(repr, (why_pair(con, "shop:a", "forms:b"), why_customer(con, 1), why_customer(con, 2))))
    assert not [word for word in ("Zantner", "zantner", "Hannelore", "+4917") if word in text]


def test_an_unknown_record_is_named(snapshot):
    with pytest.raises(IdentityError, match="record shop:zz: never seen"):
        why_pair(snapshot(), "shop:a", "shop:zz")


def test_an_unknown_customer_is_named(snapshot):
    with pytest.raises(IdentityError, match="C000099"):
        why_customer(snapshot(), 99)
