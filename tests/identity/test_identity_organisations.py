"""Company records: resolved among themselves, never with a person; and the people who belong to them."""

import pytest
from identity_tables import AS_OF, rows

from identity.changes import find_changes
from identity.companies import write_company_links
from identity.keys import open_keys, update_keys
from identity.store import open_store
from warehouse import fingerprint
from warehouse.build import Parameters, build
from warehouse.models import read_models


@pytest.fixture
def linked(con, party):
    """Fill clean.party with companies and return the pairs that are one organisation, with the rule."""

    def link(companies):
        party({record_id: {"is_company": True, **values} for record_id, values in companies.items()})
        open_store(con)
        open_keys(con)
        find_changes(con)
        update_keys(con)
        write_company_links(con)
        return rows(con, "select record_id_l, record_id_r, reason from identity.company_link order by all")

    return link


ADLER = {"company_name": "Hotel Adler GmbH", "street": "Marktplatz", "house_no": "1", "postal_code": "80331"}
BRANCH = {"company_name": "Hotel Adler", "street": "Seestr.", "house_no": "9", "postal_code": "78462"}


def test_the_legal_form_is_no_part_of_the_name(linked):
    found = linked({"erp:1": ADLER, "erp:2": {**ADLER, "company_name": "HOTEL ADLER"}})
    assert found == [("erp:1", "erp:2", "same company name and address")]


def test_the_same_vat_id_is_one_company_under_any_name_and_address(linked):
    found = linked({"erp:1": {**ADLER, "vat_id": "DE811234567"}, "erp:2": {"company_name": "Adler Betriebs KG",
                    "street": "Ring", "house_no": "2", "postal_code": "10115", "vat_id": "DE811234567"}})  # fmt: skip
    assert found == [("erp:1", "erp:2", "same VAT id")]


@pytest.mark.parametrize("vat_id", ["DE000000000", "DE123456789", "ATU", "UNBEKANNT"])
def test_a_vat_id_that_is_none_joins_nobody(linked, vat_id):
    assert linked({"erp:1": {**ADLER, "vat_id": vat_id},
                   "erp:2": {**BRANCH, "company_name": "Bäckerei Kamps", "vat_id": vat_id}}) == []  # fmt: skip


def test_two_vat_ids_keep_namesakes_at_one_address_apart(linked):
    """An operating and a holding company in one house."""
    assert linked({"erp:1": {**ADLER, "vat_id": "DE811234567"}, "erp:2": {**ADLER, "vat_id": "DE899999123"}}) == []


@pytest.mark.parametrize(
    ("shared", "reason"),
    [
        ({"phone": "+4989123456"}, "same company name and phone"),
        ({"email": "info@adler.example"}, "same company name and e-mail address"),
    ],
)
def test_the_name_needs_one_thing_more(linked, shared, reason):
    without = {"company_name": "Hotel Adler AG"}
    assert linked({"erp:1": {**ADLER, **shared}, "erp:2": without}) == []
    assert linked({"erp:1": {**ADLER, **shared}, "erp:2": {**without, **shared}}) == [("erp:1", "erp:2", reason)]


def test_two_addresses_of_a_mail_domain_are_one_company_unless_anybody_may_use_it(linked):
    def two(domain):
        return {"erp:1": {**ADLER, "email": f"info@{domain}"},
                "erp:2": {"company_name": "Hotel Adler", "email": f"rezeption@{domain}"}}  # fmt: skip

    assert linked(two("adler.example")) == [("erp:1", "erp:2", "same company name and mail domain")]
    assert linked(two("gmx.de")) == []


def test_branches_stay_apart_whatever_phone_they_share(linked):
    central = {"phone": "+4980012345", "email": "info@adler.example"}
    assert linked({"erp:1": {**ADLER, **central}, "erp:2": {**BRANCH, **central}}) == []


def test_a_record_without_a_place_ties_no_branches_together(linked):
    """It goes with the one that more speaks for: here the mailbox as well as the domain."""
    lake = {"email": "see@adler.example"}
    found = linked({"erp:1": {**ADLER, "email": "info@adler.example"}, "erp:2": {**BRANCH, **lake},
                    "erp:3": {"company_name": "Hotel Adler", **lake}})  # fmt: skip
    assert found == [("erp:2", "erp:3", "same company name and e-mail address")]


def test_a_typing_error_in_the_name_is_forgiven_in_the_same_postal_code_only(linked):
    def wrong(postal_code):
        return {"erp:1": ADLER, "erp:2": {"company_name": "Hotel Adlerr GmbH", "postal_code": postal_code}}

    assert linked(wrong("80331")) == [("erp:1", "erp:2", "nearly the same company name and the same postal code")]
    assert linked(wrong("80333")) == []


def test_a_short_name_with_another_letter_is_another_name(linked):
    assert linked({"erp:1": {**ADLER, "company_name": "Abba"}, "erp:2": {"company_name": "Abbo",
                   "postal_code": "80331"}}) == []  # fmt: skip


def test_two_neighbours_of_nearly_one_name_are_two(linked):
    neighbour = {**ADLER, "company_name": "Hotel Adlar", "street": "Bahnhofstr.", "house_no": "30"}
    assert linked({"erp:1": ADLER, "erp:2": neighbour}) == []


def test_a_person_of_the_same_name_and_address_is_no_company(con, linked):
    assert linked({"erp:1": ADLER, "erp:2": {**ADLER, "is_company": False, "family_name": "Adler"}}) == []


# The people


@pytest.fixture
def members(con, linked):
    """Take each record for a customer of its own, and return who belongs to which organisation, with the evidence."""

    def find(records):
        linked(records)
        fingerprint.prepare(con)
        con.execute("""
            create table serve.customer_record as
            select record_id, row_number() over (order by record_id) as customer_id from clean.party""")
        build(con, read_models()["serve.organisation_member"], Parameters(AS_OF))
        return rows(con, """
            select o.record_id, p.record_id, m.evidence, m.source
            from serve.organisation_member as m
            inner join serve.customer_record as o on o.customer_id = m.organisation_id
            inner join serve.customer_record as p on p.customer_id = m.customer_id order by 1, 2""")  # fmt: skip

    return find


def person(**values):
    return {"is_company": False, "family_name": "Moser", **values}


def test_people_belong_by_the_silos_word_the_address_or_the_mail_domain(members):
    company = {**ADLER, "email": "info@adler.example"}
    found = members({
        "erp:0": company,
        "erp:1": person(parent_record_id="erp:0"),
        "shop:2": person(**{**ADLER, "company_name": "Hotel Adler"}),
        "shop:3": person(email="eva@adler.example"),
        "shop:4": person(company_name="Hotel Adler", **{k: v for k, v in BRANCH.items() if k != "company_name"}),
        "shop:5": person(**{**ADLER, "company_name": None}),
        "shop:6": person(email="adler@gmx.de"),
        "shop:7": person(parent_record_id="erp:0", is_test=True),
    })  # fmt: skip
    assert found == [
        ("erp:0", "erp:1", "contact", "erp"), ("erp:0", "shop:2", "name and address", "shop"),
        ("erp:0", "shop:3", "mail domain", "shop"),
    ]  # fmt: skip


@pytest.mark.parametrize("other", [{"street": "Ring"}, {"postal_code": "10115"}, {"house_no": "2"}])
def test_the_companys_name_at_another_address_is_not_enough(members, other):
    assert members({"erp:0": ADLER, "shop:1": person(**{**ADLER, **other})}) == []


def test_the_strongest_evidence_is_kept(members):
    company = {**ADLER, "email": "info@adler.example"}
    contact = person(parent_record_id="erp:0", email="eva@adler.example")
    assert members({"erp:0": company, "erp:1": contact}) == [("erp:0", "erp:1", "contact", "erp")]


@pytest.mark.parametrize("domain", ["gmx.de", "mailer.example", "two.example"])
def test_a_domain_that_others_use_makes_nobody_a_member(members, domain):
    """By list, by fifty families, or because it stands with two organisations."""
    records = {"erp:0": {**ADLER, "email": f"info@{domain}"}, "shop:1": person(email=f"eva@{domain}")}
    if domain == "mailer.example":
        records |= {f"shop:9{n}": person(family_name=f"Name{'x' * n}", email=f"m{n}@{domain}") for n in range(50)}
    if domain == "two.example":
        records |= {"erp:9": {**BRANCH, "company_name": "Bäckerei Kamps", "email": f"info@{domain}"}}
    assert members(records) == []


def test_an_organisation_with_its_vat_id_and_the_number_of_its_people(con, members):
    members({"erp:0": {**ADLER, "vat_id": "DE811234567"}, "erp:1": person(parent_record_id="erp:0")})
    con.execute("""
        create schema core;
        create table core.customer as
        select r.customer_id, case when p.is_company then 'company' else 'person' end as kind, 1 as record_count, p.*
        from clean.party as p inner join serve.customer_record as r on r.record_id = p.record_id""")
    build(con, read_models()["serve.organisation"], Parameters(AS_OF))
    found = rows(con, "select organisation_id, company_name, vat_id, street, member_count from serve.organisation")
    assert found == [(1, "Hotel Adler GmbH", "DE811234567", "Marktplatz", 1)]
