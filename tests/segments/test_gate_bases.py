"""The bases other than consent, the lists, and the table of each country."""

from datetime import date, datetime
from hashlib import sha256

import pytest

from segments.gate import decide, why_not

AS_OF = datetime(2026, 6, 1)
EVERYBODY = "select customer_id from serve.customer"
PHONE = "+491711234567"


def allowed(con, channel="email", purpose="marketing", **options):
    decide(con, EVERYBODY, purpose=purpose, channel=channel, as_of=AS_OF, **options)
    return con.execute("select customer_id, identifier, basis from gate_audience order by 1").fetchall()


def reason(con, customer_id=1):
    return con.execute("select code from gate_why where customer_id = ?", [customer_id]).fetchall()[0][0]


def put_on_list(serve, name, kind, identifier, refreshed_on=date(2026, 5, 20)):
    digest = sha256(identifier.encode()).hexdigest()
    serve.row("suppression", list_name=name, identifier_kind=kind, value_sha256=digest, refreshed_on=refreshed_on)


def buys(serve, record="shop:a", email="anna@x.de", notice=True, category="Sofa", at="2026-03-01", **values):
    serve.row("purchase", purchase_id="p1", customer_id=1, record_id=record, purchased_at=at, status="paid",
              email=email, notice_shown=notice, **values)  # fmt: skip
    serve.row("purchase_line", purchase_id="p1", line_id="1", customer_id=1, kind="sale", category=category)


@pytest.fixture
def her(serve):
    serve.customer(1)
    serve.point(1, "shop:a", "email", "anna@x.de")
    return serve


# Existing customer: all four conditions


def test_existing_customer_needs_a_sale_with_notice_of_similar_goods(con, her):
    buys(her)
    assert allowed(con, advertises=["sofa"]) == [(1, "anna@x.de", "existing_customer")]
    row = con.execute("select evidence_kind, evidence_id, basis_since from gate_audience").fetchall()
    assert row == [("purchase", "p1", datetime(2026, 3, 1))]
    assert why_not(con, 1).startswith("Existing customer, purchase of 2026-03-01 with notice")


@pytest.mark.parametrize(
    "missing",
    [
        {"notice": False},
        {"category": "Lamp"},
        {"email": "other@x.de"},
        {"email": None},
        {"at": "2026-06-02"},
    ],
)
def test_one_condition_missing_and_she_is_no_existing_customer(con, her, missing):
    buys(her, **missing)
    assert allowed(con, advertises=["sofa"]) == []
    assert reason(con) == "no_basis"


@pytest.mark.parametrize(
    "undone", [{"status": "refunded"}, {"status": "cancelled"}, {"net_amount": 0}, {"net_amount": -5}]
)
def test_a_sale_that_was_undone_makes_no_existing_customer(con, her, undone):
    buys(her, net_amount=undone.get("net_amount", 100))
    assert len(allowed(con, advertises=["sofa"])) == 1 or "net_amount" in undone
    con.execute("update serve.purchase set status = ?", [undone.get("status", "paid")])
    assert allowed(con, advertises=["sofa"]) == []


@pytest.mark.parametrize(("status", "net"), [("refunded", 100), ("refunded", 0), ("paid", 0), ("paid", 100)])
def test_an_order_that_was_undone_can_still_be_written_about(con, her, status, net):
    """News of the refund itself is service; only advertising needs a sale that stands."""
    buys(her, at="2026-05-20", net_amount=net)
    con.execute("update serve.purchase set status = ?", [status])
    assert allowed(con, purpose="service") == [(1, "anna@x.de", "contract")]


def test_a_sale_of_which_a_part_was_kept_makes_one(con, her):
    buys(her, net_amount=20)
    con.execute("update serve.purchase set status = 'partly_refunded'")
    assert len(allowed(con, advertises=["sofa"])) == 1


def test_a_campaign_that_declares_no_goods_has_no_existing_customers(con, her):
    buys(her)
    assert allowed(con) == []


def test_no_existing_customer_after_a_refusal_or_objection_even_with_a_newer_sale(con, her):
    buys(her, at="2026-05-01")
    her.says("shop:a", "anna@x.de", "withdrawn", "2026-04-01")
    assert allowed(con, advertises=["sofa"]) == []
    assert reason(con) == "denied"
    con.execute("delete from serve.consent_event")
    her.objects("shop:a", "2026-04-01")
    assert allowed(con, advertises=["sofa"]) == []
    assert reason(con) == "objected"


def test_existing_customer_never_serves_calls_or_text_messages(con, her):
    her.point(1, "shop:a", "phone", PHONE, is_mobile=True)
    buys(her)
    assert allowed(con, "phone", advertises=["sofa"]) == []
    assert allowed(con, "sms", advertises=["sofa"]) == []


def test_a_sale_to_another_record_is_no_sale_to_this_address(con, her):
    her.point(1, "erp:b", "email", "anna@x.de")
    buys(her, record="erp:c")
    her.record("erp:c", 1)
    assert allowed(con, advertises=["sofa"]) == []


def test_consent_is_preferred_to_the_existing_customer(con, her):
    buys(her)
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    assert allowed(con, advertises=["sofa"])[0][2] == "consent"


# Enquiry and contract


def test_an_open_enquiry_is_answered_on_its_own_channel_for_its_own_purpose(con, her):
    her.point(1, "shop:a", "phone", PHONE)
    her.row(
        "enquiry",
        enquiry_id="q1",
        customer_id=1,
        record_id="shop:a",
        received_at="2026-05-01",
        channel="email",
    )
    assert allowed(con, purpose="enquiry") == [(1, "anna@x.de", "enquiry")]
    assert allowed(con, "phone", purpose="enquiry") == []
    assert allowed(con, purpose="marketing") == []
    con.execute("update serve.enquiry set answered_at = '2026-05-02'")
    assert allowed(con, purpose="enquiry") == []


def test_an_open_quotation_is_followed_up_and_a_won_one_is_not(con, her):
    her.row("quotation", quotation_id="o1", customer_id=1, record_id="shop:a", quoted_at="2026-05-01",
            status="open", channel="email")  # fmt: skip
    assert allowed(con, purpose="enquiry") == [(1, "anna@x.de", "enquiry")]
    assert con.execute("select evidence_kind, evidence_id from gate_audience").fetchall() == [("quotation", "o1")]
    con.execute("update serve.quotation set status = 'won'")
    assert allowed(con, purpose="enquiry") == []


def test_service_rests_on_a_recent_order(con, her):
    buys(her, notice=False)
    assert allowed(con, purpose="service") == [(1, "anna@x.de", "contract")]
    con.execute("update serve.purchase set purchased_at = '2025-05-31'")
    assert allowed(con, purpose="service") == []


# People who are not contacted


@pytest.mark.parametrize(("flag", "service"), [("is_test", 0), ("is_deceased", 0), ("is_minor", 1)])
def test_nobody_writes_to_tests_or_the_dead_nor_advertises_to_minors(con, serve, flag, service):
    serve.customer(1, **{flag: True})
    serve.point(1, "shop:a", "email", "anna@x.de")
    serve.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    buys(serve)
    assert allowed(con) == []
    assert reason(con) == flag.removeprefix("is_")
    assert len(allowed(con, purpose="service")) == service


# Countries


CONTACTS = {"email": "a@x.y", "phone": "+4711", "post": "annax|weg1|1|de"}
# What the table of formats.md 10 says of somebody who said nothing, on lists that are fresh: is it allowed?
SILENT = {
    "DE": {"email": 0, "phone": 0, "post": 1},
    "AT": {"email": 0, "phone": 0, "post": 1},
    "CH": {"email": 0, "phone": 1, "post": 1},
    "NO": {"email": 0, "phone": 1, "post": 1},
    "SE": {"email": 0, "phone": 1, "post": 1},
    "DK": {"email": 0, "phone": 0, "post": 1},
    "FR": {"email": 0, "phone": 0, "post": 0},
}
SILENT_BUSINESS = {country: dict(rights) for country, rights in SILENT.items()}
SILENT_BUSINESS["SE"]["email"] = 1
SILENT_BUSINESS["DK"]["phone"] = 1
LISTS = {
    ("AT", "post"): ("robinson_at", 92),
    ("CH", "phone"): ("starred_ch", 31),
    ("NO", "phone"): ("reservasjon_no", 31),
    ("NO", "post"): ("reservasjon_no", 31),
    ("SE", "phone"): ("nix_phone_se", 92),
    ("SE", "post"): ("nix_post_se", 92),
    ("DK", "post"): ("robinson_dk", 92),
}
EVERY = [(country, channel) for country in SILENT for channel in CONTACTS]


def silent_person(serve, country, channel, is_company=False):
    serve.customer(1, country)
    for kind, identifier in CONTACTS.items():
        serve.point(1, "shop:a", kind, identifier, country=country, is_company=is_company)
    if (country, channel) in LISTS:
        put_on_list(serve, LISTS[country, channel][0], channel, "somebody else")


@pytest.mark.parametrize(("country", "channel"), EVERY)
def test_who_said_nothing_is_contacted_where_the_country_says_opt_out(con, serve, country, channel):
    silent_person(serve, country, channel)
    assert len(allowed(con, channel)) == SILENT[country][channel]


@pytest.mark.parametrize(("country", "channel"), EVERY)
def test_a_business_that_said_nothing_is_contacted_where_the_country_says_so(con, serve, country, channel):
    silent_person(serve, country, channel, is_company=True)
    assert len(allowed(con, channel)) == SILENT_BUSINESS[country][channel]


@pytest.mark.parametrize("country", ["DE", "AT", "CH", "NO", "SE", "DK", "FR"])
@pytest.mark.parametrize("status", ["granted", "confirmed"])
def test_a_mail_consent_counts_as_the_country_demands(con, serve, country, status):
    silent_person(serve, country, "email")
    serve.says("shop:a", "a@x.y", status, "2026-01-01")
    strict = country in ("DE", "AT", "FR")
    assert len(allowed(con)) == (0 if strict and status == "granted" else 1)


@pytest.mark.parametrize("country", ["DE", "AT", "CH", "NO", "SE", "DK", "FR"])
def test_a_recorded_yes_to_calls_counts_but_where_consumers_are_never_called(con, serve, country):
    silent_person(serve, country, "nothing")
    serve.says("shop:a", "+4711", "confirmed", "2026-01-01", kind="phone", channel="phone",
               evidence='{"recording_id": "r"}')  # fmt: skip
    assert len(allowed(con, "phone")) == (0 if country == "DK" else 1)
    if country == "DK":
        assert why_not(con, 1) == "Never allowed in Denmark for this purpose and channel."


@pytest.mark.parametrize(("country", "sale"), [("DE", 1), ("CH", 1), ("NO", 1), ("DK", 1), ("SE", 0), ("FR", 0)])
def test_the_exception_for_existing_customers_where_the_country_has_one(con, serve, country, sale):
    silent_person(serve, country, "email")
    buys(serve, email="a@x.y")
    assert len(allowed(con, advertises=["Sofa"])) == sale


def test_an_unknown_country_takes_the_strictest_rules(con, serve):
    silent_person(serve, None, "post")
    assert allowed(con, "post") == []
    assert why_not(con, 1) == (
        "No consent and no other legal basis under the rules of a country without rules of its own."
    )


@pytest.mark.parametrize(("place", "needed"), LISTS.items())
def test_who_is_on_the_list_is_left_out_and_a_stale_list_leaves_out_everybody(con, serve, place, needed):
    country, channel = place
    name, days = needed
    silent_person(serve, country, "nothing")
    assert allowed(con, channel) == []
    assert reason(con) == "list_stale"  # never loaded
    put_on_list(serve, name, channel, CONTACTS[channel])
    assert allowed(con, channel) == []
    assert (reason(con), why_not(con, 1)) == ("listed", f"On the list {name}.")
    con.execute("delete from serve.suppression")
    put_on_list(serve, name, channel, "somebody else", date.fromordinal(AS_OF.date().toordinal() - days))
    assert len(allowed(con, channel)) == 1
    con.execute("update serve.suppression set refreshed_on = refreshed_on - 1")
    assert allowed(con, channel) == []
    assert (reason(con), why_not(con, 1)) == (
        "list_stale",
        f"The list {name} is missing or too old to rely on.",
    )


def test_the_voluntary_robinson_list_is_heeded_when_there_and_missed_by_nobody(con, serve):
    silent_person(serve, "DE", "post")
    assert len(allowed(con, "post")) == 1
    put_on_list(serve, "robinson_de", "post", CONTACTS["post"], date(2020, 1, 1))
    assert allowed(con, "post") == []


@pytest.mark.parametrize(("kind", "value"), [("email", "a@x.y"), ("email_domain", "x.y")])
def test_the_ecg_list_stops_existing_customers_by_address_and_domain_but_not_a_consent(con, serve, kind, value):
    silent_person(serve, "AT", "email")
    buys(serve, email="a@x.y")
    put_on_list(serve, "ecg_at", "email", "somebody@else")
    assert len(allowed(con, advertises=["sofa"])) == 1
    put_on_list(serve, "ecg_at", kind, value)
    assert allowed(con, advertises=["sofa"]) == []
    assert reason(con) == "listed"
    serve.says("shop:a", "a@x.y", "confirmed", "2026-01-01")
    assert allowed(con, advertises=["sofa"]) == [(1, "a@x.y", "consent")]


def test_a_starred_swiss_number_is_called_only_within_a_business_relationship(con, serve):
    silent_person(serve, "CH", "phone")
    put_on_list(serve, "starred_ch", "phone", CONTACTS["phone"])
    assert allowed(con, "phone") == []
    buys(serve, notice=False)
    assert allowed(con, "phone") == [(1, "+4711", "legitimate_interest")]


def test_who_lives_in_two_countries_is_contacted_only_as_both_allow(con, serve):
    silent_person(serve, "SE", "email")
    serve.says("shop:a", "a@x.y", "granted", "2026-01-01")
    assert len(allowed(con)) == 1
    serve.point(1, "erp:b", "post", "annax|weg2|2|de", country="DE")
    assert allowed(con) == []
    serve.says("shop:a", "a@x.y", "confirmed", "2026-01-02")
    assert len(allowed(con)) == 1


def test_a_foreign_number_is_called_only_as_its_country_allows_too(con, serve):
    serve.customer(1, "NO")
    put_on_list(serve, "reservasjon_no", "phone", "somebody else")
    serve.point(1, "shop:a", "post", "annax|weg1|1|no", country="NO")
    serve.point(1, "shop:a", "phone", "+47123", country="NO")
    assert len(allowed(con, "phone")) == 1
    con.execute("update serve.contact_point set country = 'DE' where kind = 'phone'")
    assert allowed(con, "phone") == []


def test_a_letter_goes_by_the_country_of_its_address(con, serve):
    serve.customer(1, "DE")
    serve.point(1, "shop:a", "post", "annax|weg1|1|fr", country="FR", updated_at="2026-05-01")
    serve.point(1, "erp:b", "post", "annax|weg1|1|de", country="DE")
    assert allowed(con, "post") == [(1, "annax|weg1|1|de", "legitimate_interest")]
    assert allowed(con, "post", countries=["FR"]) == []
    assert allowed(con, "post", countries=["AT"]) == []
    assert reason(con) == "elsewhere"


def test_a_contact_person_in_a_household_of_records_is_no_business(con, serve):
    silent_person(serve, "SE", "email", is_company=True)
    assert len(allowed(con)) == 1
    serve.point(1, "shop:b", "email", "private@x.y", country="SE")
    assert allowed(con) == []


# Letters


def letter_to(serve, customer_id, given, family="Øst", updated_at="2026-01-01", street="weg1"):
    identifier = f"{family.replace('Ø', 'oe').lower()}{given.lower()}|{street}|1|de"
    serve.point(customer_id, f"shop:{given}", "post", identifier, given_name=given, family_name=family,
                updated_at=updated_at)  # fmt: skip


def test_one_letter_a_household_to_the_newest_address(con, serve):
    for customer_id, given in enumerate(("Ada", "Ben", "Cem"), 1):
        serve.customer(customer_id)
        letter_to(serve, customer_id, given, updated_at=f"2026-01-0{customer_id}")
    serve.customer(4)
    letter_to(serve, 4, "Dan", family="Other")
    rows = allowed(con, "post")
    assert [row[0] for row in rows] == [3, 4]
    assert why_not(con, 1) == "One letter a household, it goes to C000003."
    found = con.execute("select household_size, household_refused from gate_audience order by customer_id").fetchall()
    assert found == [(3, False), (1, False)]


def test_a_couple_of_two_names_gets_one_letter_and_namesakes_of_two_flats_two(con, serve):
    names = {1: "Øst", 2: "Berg", 3: "Müller", 4: "Müller"}
    for customer_id, family in names.items():
        serve.customer(customer_id)
        letter_to(serve, customer_id, f"Given{customer_id}", family, updated_at=f"2026-01-0{customer_id}")
        serve.row("household_member", customer_id=customer_id, household_id=max(customer_id, 2))
    assert [row[0] for row in allowed(con, "post")] == [2, 3, 4]
    assert why_not(con, 1) == "One letter a household, it goes to C000002."


def test_a_household_of_two_names_knows_that_one_of_it_objected(con, serve):
    for customer_id, family in ((1, "Øst"), (2, "Berg")):
        serve.customer(customer_id)
        letter_to(serve, customer_id, f"Given{customer_id}", family)
        serve.row("household_member", customer_id=customer_id, household_id=7)
    serve.objects("shop:Given2", "2026-01-01")
    assert [row[0] for row in allowed(con, "post")] == [1]
    assert con.execute("select household_refused from gate_audience").fetchall() == [(True,)]


def test_a_household_knows_that_one_of_it_objected(con, serve):
    """No letter to the whole family where one adult objected, in the segment or not."""
    serve.customer(1)
    serve.customer(2)
    letter_to(serve, 1, "Ada")
    letter_to(serve, 2, "Ben")
    serve.objects("shop:Ben", "2026-01-01")
    assert [row[0] for row in allowed(con, "post")] == [1]
    assert con.execute("select household_refused from gate_audience").fetchall() == [(True,)]


def test_a_letter_says_since_when_the_address_is_held_even_if_the_silo_does_not(con, serve):
    serve.customer(1)
    serve.point(1, "shop:a", "post", "annax|weg1|1|de", updated_at=None)
    con.execute("update serve.customer_record set since_at = '2026-04-05'")
    allowed(con, "post")
    assert con.execute("select basis_since from gate_audience").fetchall() == [(datetime(2026, 4, 5),)]


def test_name_and_address_of_a_letter_come_from_one_record(con, serve):
    serve.customer(1, given_name="Anna", family_name="Neu")
    serve.point(1, "old:a", "post", "altanna|alt1|1|de", given_name="Anna", family_name="Alt", street="Alt")
    allowed(con, "post")
    row = con.execute("select given_name, family_name, street, record_id from gate_audience").fetchall()
    assert row == [("Anna", "Alt", "Alt", "old:a")]


def test_a_nameless_mail_record_takes_the_customers_name_as_a_unit(con, serve):
    serve.customer(1, given_name="Anna", family_name="Neu", gender="female")
    serve.point(1, "nl:a", "email", "anna@x.de")
    serve.says("nl:a", "anna@x.de", "confirmed", "2026-01-01")
    allowed(con)
    row = con.execute("select gender, given_name, family_name, street from gate_audience").fetchall()
    assert row == [("female", "Anna", "Neu", None)]
