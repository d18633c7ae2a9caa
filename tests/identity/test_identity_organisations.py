"""Company records: resolved among themselves, never with a person; and the people who belong to them."""

import pytest
from identity_tables import rows

from identity.changes import find_changes
from identity.companies import write_company_links
from identity.keys import open_keys, update_keys
from identity.store import open_store


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


def test_two_neighbours_of_nearly_one_name_are_two(linked):
    neighbour = {**ADLER, "company_name": "Hotel Adlar", "street": "Bahnhofstr.", "house_no": "30"}
    assert linked({"erp:1": ADLER, "erp:2": neighbour}) == []


def test_a_person_of_the_same_name_and_address_is_no_company(con, linked):
    assert linked({"erp:1": ADLER, "erp:2": {**ADLER, "is_company": False, "family_name": "Adler"}}) == []
