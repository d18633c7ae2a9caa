"""Households: who lives together, and what does not make a home of an address."""

from datetime import datetime

import pytest
from identity_tables import AS_OF, rows

from identity.changes import find_changes
from identity.config import Households
from identity.features import update_features
from identity.homes import flat_key
from identity.households import write_households
from identity.keys import open_keys, update_keys
from identity.store import open_store
from warehouse import fingerprint
from warehouse.build import Parameters, build
from warehouse.models import read_models

LATER = datetime(2026, 11, 2)
SEEWEG = {"street": "Seeweg", "house_no": "3", "postal_code": "78462", "city": "Konstanz", "country": "DE"}


def write_features(con):
    open_store(con)
    open_keys(con)
    find_changes(con)
    update_keys(con)
    con.execute("""
        create or replace table identity.bad_value (kind text, value text);
        create or replace table identity.name_frequency (kind text, value text, frequency double, elsewhere double);
        insert into identity.name_frequency
        values ('family', 'muller', 0.007, 0.007), ('family', 'jensen', 0.045, 0.045)""")
    update_features(con, whole=True)


@pytest.fixture
def homes(con, party):
    """Take each record, name → values, for a customer of its own, and return who lives with whom."""
    con.execute("create table serve.customer_record (record_id text, customer_id bigint); create schema core")

    def find(people, limits=Households(), run_id="r1", as_of=AS_OF):
        party({f"shop:{name}": {"given_name": name, **values} for name, values in people.items()})
        write_features(con)
        con.execute("""
            insert into serve.customer_record
            select record_id, (select count(*) from serve.customer_record) + row_number() over (order by record_id)
            from clean.party where record_id not in (select record_id from serve.customer_record);
            create or replace table core.customer as
            select r.customer_id, case when p.is_company then 'company' else 'person' end as kind, p.*,
                cast('2030-01-01' as date) as of_age_on, p.updated_at as last_seen_at
            from clean.party as p inner join serve.customer_record as r on r.record_id = p.record_id""")
        write_households(con, limits, run_id, as_of)
        return rows(con, """
            select m.household_id, list_sort(list(split_part(r.record_id, ':', 2)))
            from serve.household_member as m
            inner join serve.customer_record as r on r.customer_id = m.customer_id
            group by m.household_id order by m.household_id""")  # fmt: skip

    return find


def reasons(con):
    return dict(
        rows(
            con,
            """
        select split_part(r.record_id, ':', 2), m.reason
        from serve.household_member as m inner join serve.customer_record as r on r.customer_id = m.customer_id""",
        )
    )


def excluded(con):
    return rows(con, """
        select split_part(r.record_id, ':', 2), e.reason, e.evidence
        from serve.household_exclusion as e inner join serve.customer_record as r on r.customer_id = e.customer_id
        order by 1""")  # fmt: skip


def family(*names, family_name="Moser", **values):
    return {name: {**SEEWEG, "family_name": family_name, **values} for name in names}


def test_one_family_name_at_one_address_is_a_household_and_who_lives_alone_is_one_too(con, homes):
    found = homes({**family("Anna", "Bernd"), **family("Carla", street="Ring")})
    assert found == [(1, ["Anna", "Bernd"]), (2, ["Carla"])]
    assert reasons(con) == {
        "Anna": "same address and family name",
        "Bernd": "same address and family name",
        "Carla": "nobody else is known at the address",
    }


def test_in_a_house_of_few_families_the_most_frequent_name_is_enough(homes):
    assert homes(family("Anna", "Bernd", family_name="Jensen")) == [(1, ["Anna", "Bernd"])]


@pytest.mark.parametrize("other", [{"house_no": "4"}, {"street": "Bergweg"}, {"country": "AT"}])
def test_another_house_is_another_household(homes, other):
    assert [who for _, who in homes({**family("Anna"), **family("Bernd", **other)})] == [["Anna"], ["Bernd"]]


def test_where_nobody_gave_an_address_there_is_no_household(con, homes):
    assert homes({"Anna": {"family_name": "Moser"}}) == []
    assert excluded(con) == []


@pytest.mark.parametrize("house_no", [None, "-"])
def test_half_an_address_is_no_home(homes, house_no):
    assert homes({**family("Anna"), **family("Bernd", house_no=house_no)}) == [(1, ["Anna"])]


def test_flat_mates_are_households_of_their_own(homes):
    found = homes({**family("Anna"), **family("Bernd", family_name="Kurz"), **family("Carla", family_name="Lang")})
    assert [who for _, who in found] == [["Anna"], ["Bernd"], ["Carla"]]


@pytest.mark.parametrize(
    ("a", "b"), [("Moser-Kurz", "Kurz"), ("Moser", "Moser-Kurz"), ("von Moser", "Moser"), ("Moserer", "Moserrer")]
)
def test_a_double_name_or_a_typing_error_is_the_same_family(homes, a, b):
    found = homes({**family("Anna", family_name=a), **family("Bernd", family_name=b)})
    assert found == [(1, ["Anna", "Bernd"])]


@pytest.mark.parametrize(
    "shared", [{"phone": "+4975311234"}, {"email": "wir@posteo.example"}, {"card_no": "2620000000138"}]
)
def test_a_couple_of_two_names_is_known_by_what_it_shares(con, homes, shared):
    found = homes({**family("Anna", **shared), **family("Bernd", family_name="Kurz", **shared)})
    assert found == [(1, ["Anna", "Bernd"])]
    assert set(reasons(con).values()) == {"same address and a shared phone, e-mail or card"}


def test_a_shared_phone_alone_is_no_household(homes):
    """Grown-up children keep the family's number and live elsewhere."""
    phone = {"phone": "+4975311234"}
    assert len(homes({**family("Anna", **phone), **family("Bernd", street="Ring", **phone)})) == 2


def test_who_gave_no_address_lives_with_the_one_family_whose_phone_they_share(con, homes):
    phone = {"phone": "+4975311234"}
    found = homes({**family("Anna", **phone), "Bernd": {"family_name": "Moser", **phone}, "Carla": {
        "family_name": "Kurz", **phone}})  # fmt: skip
    assert found == [(1, ["Anna", "Bernd"])]
    assert reasons(con)["Bernd"] == "no address; same family name and a shared phone, e-mail or card"


def test_who_could_live_with_two_families_lives_with_none(homes):
    phone = {"phone": "+4975311234"}
    people = {**family("Anna", **phone), **family("Carla", street="Ring", **phone),
              "Bernd": {"family_name": "Moser", **phone}}  # fmt: skip
    assert homes(people) == [(1, ["Anna"]), (2, ["Carla"])]


def test_a_typing_error_in_the_street_or_postal_code_is_forgiven_to_one_family(homes):
    people = {**family("Anna"), **family("Bernd", street="Seewg"), **family("Carla", postal_code="78426")}
    assert homes(people) == [(1, ["Anna", "Bernd", "Carla"])]


# Flats


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Whg. 12", "w12"), ("Wohnung 12", "w12"), ("Top 5", "w5"), ("lgh 1102", "w1102"), ("2. tv", "f2tv"),
        ("3. OG links", "f3links"), ("3. Stock links", "f3links"), ("2/14", "f214"), ("Hinterhaus", None),
        ("c/o Berg 3", None), (None, None),
    ],
)  # fmt: skip
def test_the_flat_in_a_second_line(con, text, key):
    assert con.execute(f"select {flat_key('x')} from (select cast(? as text) as x)", [text]).fetchall() == [(key,)]


def test_one_name_in_two_flats_is_two_households_and_who_tells_no_flat_may_be_of_either(homes):
    people = {**family("Anna", "Bernd", address_extra="Top 5"), **family("Carla", "Clara", house_no="3/9"),
              **family("Dora", address_extra="Top 7"), **family("Emil")}  # fmt: skip
    found = homes(people)
    assert [who for _, who in found] == [["Anna", "Bernd"], ["Carla", "Clara"], ["Dora"], ["Emil"]]


def test_two_floors_of_one_house_are_two_flats(homes):
    people = {**family("Anna", address_extra="2. tv"), **family("Bernd", address_extra="3. th"), **family("Carla")}
    assert [who for _, who in homes(people)] == [["Anna"], ["Bernd"], ["Carla"]]


def test_a_phone_shared_with_another_flat_makes_no_household(homes):
    phone = {"phone": "+4975311234"}
    people = {**family("Anna", address_extra="Top 1", **phone), **family("Bernd", address_extra="Top 2", **phone)}
    assert len(homes(people)) == 2


def test_nearly_one_name_in_two_flats_is_two(homes):
    flats = {**family("Anna", address_extra="Top 1"), **family("Bernd", family_name="Moserr", address_extra="Top 2")}
    assert len(homes(flats)) == 2


def test_one_flat_may_be_told_by_its_number_and_by_its_floor(homes):
    people = {**family("Anna", address_extra="Whg 12"), **family("Bernd", address_extra="3. OG links")}
    assert homes(people) == [(1, ["Anna", "Bernd"])]


def neighbours(count):
    names = ("Ahrens", "Brunner", "Celik", "Dietz", "Ebert", "Fuchs", "Gruber", "Huber", "Ivanov", "Jung")
    people = {}
    for name in names[:count]:
        people |= family(f"Nachbar{name}", family_name=name)
    return people


def test_in_a_block_of_flats_a_frequent_name_needs_more(con, homes):
    """Müller and Müller live in most blocks; two Zwetkowitsch are a family."""
    block = neighbours(6)
    people = {**block, **family("Anna", "Bernd", family_name="Müller"),
              **family("Carla", "Dora", family_name="Zwetkowitsch")}  # fmt: skip
    together = [who for _, who in homes(people) if len(who) > 1]
    assert together == [["Carla", "Dora"]]
    small = [who for _, who in homes(people, Households(flats_above_families=20), "r2") if len(who) > 1]
    assert small == [["Anna", "Bernd"], ["Carla", "Dora"]]


def test_in_a_block_of_flats_the_same_flat_or_a_shared_phone_is_enough(homes):
    people = {**neighbours(6), **family("Anna", "Bernd", family_name="Müller", address_extra="Whg 4"),
              **family("Carla", "Dora", family_name="Schmidt", phone="+4975311234")}  # fmt: skip
    assert [who for _, who in homes(people) if len(who) > 1] == [["Anna", "Bernd"], ["Carla", "Dora"]]


# Institutions


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"street": "Packstation", "house_no": "145"}, "a parcel shop or parcel station"),
        ({"address_extra": "Postfach 12 34"}, "a post-office box"),
        ({"address_extra": "Klinikum Konstanz, Station 3"}, "a hospital"),
        ({"address_extra": "Studentenwohnheim"}, "a hall of residence"),
    ],
)
def test_an_institution_is_nobodys_home(con, homes, values, reason):
    people = {**family("Anna", "Bernd", **values)}
    assert homes(people) == []
    assert [(who, why) for who, why, _ in excluded(con)] == [("Anna", reason), ("Bernd", reason)]


def test_a_street_named_after_a_hospital_is_a_street(homes):
    assert homes(family("Anna", "Bernd", street="Klinikstraße")) == [(1, ["Anna", "Bernd"])]


def test_two_who_name_the_hospital_make_the_whole_address_one(con, homes):
    ward = {"address_extra": "Klinikum"}
    people = {**family("Anna", **ward), **family("Bernd", family_name="Kurz", **ward), **family("Carla", "Dora")}
    assert homes(people) == []
    assert excluded(con)[2] == ("Carla", "a hospital", "4 customers, 2 family names")


def test_one_who_names_the_hospital_is_there_alone(con, homes):
    assert homes({**family("Anna", address_extra="Klinikum"), **family("Carla", "Dora")}) == [(1, ["Carla", "Dora"])]
    assert excluded(con) == [("Anna", "a hospital", None)]


def test_an_address_where_nearly_everybody_bears_another_name_is_an_institution(con, homes):
    assert homes(neighbours(10), Households(institution_people=10)) == []
    assert excluded(con)[0] == (
        "NachbarAhrens", "almost everybody there bears another name", "10 customers, 10 family names",
    )  # fmt: skip


def test_the_address_of_a_company_is_no_home_of_its_contacts_unless_they_also_live_there(con, homes):
    office = {"company_name": "Kurz GmbH"}
    assert homes({**family("Anna", **office), **family("Bernd")}) == [(1, ["Bernd"])]
    assert excluded(con) == [("Anna", "the address of their company", None)]


def test_more_people_than_a_home_holds_are_no_household(con, homes):
    names = ("Anna", "Bernd", "Carla", "Dora")
    assert homes(family(*names), Households(max_members=3)) == []
    assert excluded(con) == [(name, "more people than a home holds", "4 people") for name in names]


def test_companies_test_accounts_and_the_dead_live_nowhere(con, homes):
    people = {**family("Anna"), **family("Bernd", is_test=True), **family("Carla", is_deceased=True),
              "Firma": {**SEEWEG, "is_company": True, "company_name": "Moser GmbH"}}  # fmt: skip
    assert homes(people) == [(1, ["Anna"])]
    assert excluded(con) == [("Carla", "reported as deceased", None)]


# Ids


def test_a_household_keeps_its_id_while_somebody_moves_out_and_back(con, homes):
    both = {**family("Anna", "Bernd"), **family("Carla", family_name="Kurz", street="Ring")}
    moved = both | family("Bernd", street="Ring")
    assert homes(both) == [(1, ["Anna", "Bernd"]), (2, ["Carla"])]
    assert homes(moved, run_id="r2", as_of=LATER) == [(1, ["Anna"]), (2, ["Carla"]), (3, ["Bernd"])]
    assert homes(both, run_id="r3", as_of=LATER) == [(1, ["Anna", "Bernd"]), (2, ["Carla"])]
    since = "select household_id, since_at from serve.household_member order by customer_id"
    assert rows(con, since) == [(1, AS_OF), (1, LATER), (2, AS_OF)]
    history = "select household_id, since_at, run_id from serve.household_member_history where customer_id = 2"
    assert rows(con, f"{history} order by number") == [(1, AS_OF, "r1"), (3, LATER, "r2"), (1, LATER, "r3")]


def test_who_moved_together_and_parts_again_gets_the_old_id_back(homes):
    apart = {**family("Anna"), **family("Bernd", street="Ring")}
    assert homes(apart) == [(1, ["Anna"]), (2, ["Bernd"])]
    assert homes(family("Anna", "Bernd"), run_id="r2") == [(1, ["Anna", "Bernd"])]
    assert homes(apart, run_id="r3") == [(1, ["Anna"]), (2, ["Bernd"])]


def test_who_moved_in_later_takes_the_id_of_nobody_along(homes):
    """Anna has the smaller number, but the household was Bernd's."""
    bernd, anna = family("Bernd"), family("Anna", street="Ring")
    nowhere = {"Anna": {"family_name": "Moser"}}
    assert homes({**bernd, **nowhere}) == [(1, ["Bernd"])]
    assert homes({**bernd, **anna}, run_id="r2") == [(1, ["Bernd"]), (2, ["Anna"])]
    assert homes(family("Anna", "Bernd"), run_id="r3") == [(1, ["Anna", "Bernd"])]
    assert homes({**bernd, **anna}, run_id="r4") == [(1, ["Bernd"]), (2, ["Anna"])]


def test_an_id_is_never_given_to_somebody_else(homes):
    assert homes({**family("Anna"), **family("Bernd", street="Ring")}) == [(1, ["Anna"]), (2, ["Bernd"])]
    assert homes(family("Anna"), run_id="r2") == [(1, ["Anna"])]
    assert homes({**family("Anna"), **family("Carla", street="Allee")}, run_id="r3") == [(1, ["Anna"]), (3, ["Carla"])]


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("Moser", "Moser", "Moserr"), "Moser"),
        (("Moser", "Kurz"), "Kurz · Moser"),
        (("E.", "Moser"), "Moser"),
        (("MOSER", "Moser"), "Moser"),
    ],
)
def test_a_household_bears_the_name_of_most_and_a_couple_both(con, homes, names, shown):
    phone = {"phone": "+4975311234"}
    homes({given: {**SEEWEG, **phone, "family_name": name}
           for given, name in zip(("Anna", "Bernd", "Carla"), names, strict=False)})  # fmt: skip
    fingerprint.prepare(con)
    build(con, read_models()["serve.household"], Parameters(AS_OF))
    found = rows(con, "select household_id, name, member_count, minor_count, street, house_no from serve.household")
    assert found == [(1, shown, len(names), len(names), "Seeweg", "3")]
