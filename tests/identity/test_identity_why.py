"""Why records are one customer, and why not, from a snapshot's tables alone."""

import pytest
from identity_tables import AS_OF

from identity.config import IdentityConfig
from identity.errors import IdentityError
from identity.resolve import resolve
from identity.why import why_customer, why_pair

RECORDS = {
    "shop:a": {"given_name": "Hannelore", "family_name": "Zantner", "email": "h.zantner@web.de"},
    "forms:b": {
        "given_name": "Hannelore", "family_name": "Zantner", "email": "h.zantner@web.de", "phone": "+491701234599",
    },
    "calls:c": {"given_name": "Hannelore", "family_name": "Zantner", "phone": "+491701234599"},
    "erp:d": {"given_name": "Ulrich", "family_name": "Zantner", "email": "h.zantner@web.de"},
    "erp:e": {"given_name": "Ottilie", "family_name": "Quiring"},
    "erp:f": {"is_company": True, "company_name": "Zantner GmbH", "email": "h.zantner@web.de"},
}  # fmt: skip


@pytest.fixture
def snapshot(con, party):
    """`serve` of a run, and nothing else."""
    party(RECORDS)
    resolve(con, IdentityConfig(), "r1", AS_OF)
    con.execute("""
        create table serve.party as
        select p.*, r.customer_id from clean.party as p inner join serve.customer_record as r using (record_id)""")
    for schema in ("identity", "clean"):
        con.execute(f"drop schema {schema} cascade")
    return con


def test_a_customer_is_explained_by_its_links_strongest_first(snapshot):
    customer_id = snapshot.execute(
        "select customer_id from serve.customer_record where record_id = 'shop:a'"
    ).fetchall()[0][0]
    why = why_customer(snapshot, customer_id)
    assert [r.record_id for r in why.records] == ["calls:c", "forms:b", "shop:a"]
    assert len(why.merges) == 2
    assert [k.match_weight for k in why.links] == sorted((k.match_weight for k in why.links), reverse=True)
    assert [e.event for e in why.history] == ["created"]


def test_a_linked_pair_names_what_agrees(snapshot):
    why = why_pair(snapshot, "shop:a", "forms:b")
    assert why.same_customer
    assert "same e-mail address" in why.answer
    assert why.findings[0].words == "same e-mail address"


def test_a_pair_joined_through_a_third_record_has_its_path(snapshot):
    snapshot.execute("delete from serve.customer_link where record_id_l = 'calls:c' and record_id_r = 'shop:a'")
    why = why_pair(snapshot, "shop:a", "calls:c")
    assert why.answer == "One customer, joined through 1 other record."
    assert {k.record_id_l for k in why.path} | {k.record_id_r for k in why.path} == {"shop:a", "forms:b", "calls:c"}


def test_a_vetoed_pair_names_the_veto(snapshot):
    why = why_pair(snapshot, "erp:d", "shop:a")
    assert (why.same_customer, why.answer) == (False, "Two customers: clearly different given names.")


def test_a_pair_with_nothing_in_common_names_the_weight_needed(snapshot):
    why = why_pair(snapshot, "erp:e", "calls:c")
    assert why.veto == "clearly different given names"
    assert why.match_weight < 0


def test_a_company_is_never_a_person(snapshot):
    assert why_pair(snapshot, "erp:f", "erp:d").answer == (
        "Two customers: a company is linked by its name and one thing more, and never to a person."
    )


def test_an_answer_holds_no_value_of_a_person(snapshot):
    text = repr(why_pair(snapshot, "shop:a", "forms:b")) + repr(why_customer(snapshot, 1))
    assert not [word for word in ("Zantner", "zantner", "Hannelore", "+4917") if word in text]


def test_an_unknown_record_is_named(snapshot):
    with pytest.raises(IdentityError, match="record shop:zz: not in the snapshot"):
        why_pair(snapshot, "shop:a", "shop:zz")


def test_an_unknown_customer_is_named(snapshot):
    with pytest.raises(IdentityError, match="C000099"):
        why_customer(snapshot, 99)
