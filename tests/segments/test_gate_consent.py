"""Consent: what the gate makes of what people said (formats.md 10, derivation (1) to (6))."""

from datetime import datetime

import pyarrow as pa
import pytest

from segments.gate import EVENT_SCHEMA, decide, why_not

AS_OF = datetime(2026, 6, 1)
EVERYBODY = "select customer_id from serve.customer"
PROVED = '{"recording_id": "r1"}'


def allowed(con, channel="email", purpose="marketing", **options):
    """The audience as (customer, identifier, basis)."""
    decide(con, EVERYBODY, purpose=purpose, channel=channel, as_of=AS_OF, **options)
    return con.execute("select customer_id, identifier, basis from gate_audience order by 1").fetchall()


def reason(con, customer_id=1):
    return con.execute("select code from gate_why where customer_id = ?", [customer_id]).fetchall()[0][0]


@pytest.fixture
def her(serve):
    serve.customer(1)
    serve.point(1, "shop:a", "email", "anna@x.de")
    return serve


def test_confirmed_grant_is_allowed_with_its_proof(con, her):
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    assert allowed(con) == [(1, "anna@x.de", "consent")]
    row = con.execute("select evidence_kind, evidence_id, basis_since, basis_source, record_id from gate_audience")
    kind, event, since, law, record = row.fetchall()[0]
    assert (kind, event, since, record) == ("event", "e1", datetime(2026, 1, 2), "shop:a")
    assert law.startswith("UWG §7(2)")
    assert why_not(con, 1) == f"Consent of 2026-01-02 ({law})."


@pytest.mark.parametrize(
    ("status", "evidence", "code"),
    [
        ("granted", '{"form": "x"}', "not_proved"),  # Germany: double opt-in
        ("confirmed", None, "not_proved"),
        ("confirmed", "{}", "not_proved"),
        ("requested", '{"form": "x"}', "not_proved"),
        ("unknown", None, "not_proved"),
        ("withdrawn", None, "refused"),
    ],
)
def test_what_is_not_a_proved_grant_is_not_allowed(con, her, status, evidence, code):
    her.says("shop:a", "anna@x.de", status, "2026-01-02", evidence=evidence)
    assert allowed(con) == []
    assert reason(con) == code


def test_single_opt_in_is_enough_where_the_country_says_so(con, serve):
    serve.customer(1, "SE")
    serve.point(1, "shop:a", "email", "anna@x.se", country="SE")
    serve.says("shop:a", "anna@x.se", "granted", "2026-01-02")
    assert allowed(con) == [(1, "anna@x.se", "consent")]


def test_a_withdrawal_ends_a_grant_and_a_newer_grant_lifts_it(con, her):
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    her.says("shop:a", "anna@x.de", "withdrawn", "2026-02-02")
    assert allowed(con) == []
    assert (reason(con), why_not(con, 1)) == ("denied", "Withdrew or refused on 2026-02-02.")
    her.says("shop:a", "anna@x.de", "confirmed", "2026-03-02")
    assert allowed(con) == [(1, "anna@x.de", "consent")]


def test_at_equal_times_the_denial_wins(con, her):
    her.says("shop:a", "anna@x.de", "withdrawn", "2026-01-02")
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    assert allowed(con) == []


def test_a_weak_grant_lifts_nothing_and_ends_nothing(con, her):
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    for status in ("requested", "unknown", "granted"):
        her.says("shop:a", "anna@x.de", status, "2026-02-02")
    assert len(allowed(con)) == 1
    her.says("shop:a", "anna@x.de", "withdrawn", "2026-03-02")
    her.says("shop:a", "anna@x.de", "granted", "2026-04-02")  # the shop still says "subscribed"
    assert allowed(con) == []


def test_a_yes_without_a_time_lifts_no_refusal_unless_we_saw_it_change(con, serve):
    """The shop still says "subscribed" after she left the newsletter: its yes may be years old."""
    serve.customer(1, "SE")
    serve.point(1, "shop:a", "email", "anna@x.se", country="SE")
    serve.says("shop:a", "anna@x.se", "granted", "2026-05-01", is_state=True, source="shop")
    assert len(allowed(con)) == 1
    serve.says("forms:n", "anna@x.se", "withdrawn", "2026-03-01")
    assert allowed(con) == []
    assert reason(con) == "denied"
    serve.says("shop:a", "anna@x.se", "withdrawn", "2026-05-02", is_state=True, source="shop")
    serve.says("shop:a", "anna@x.se", "granted", "2026-05-03", is_state=True, source="shop")
    assert len(allowed(con)) == 1


def test_a_state_that_bears_a_time_counts_from_it(con, serve):
    serve.customer(1, "SE")
    serve.point(1, "shop:a", "email", "anna@x.se", country="SE")
    serve.says("forms:n", "anna@x.se", "withdrawn", "2026-03-01")
    serve.says("shop:a", "anna@x.se", "granted", "2026-04-01", is_state=True, seen="2026-05-01")
    assert len(allowed(con)) == 1


def test_a_withdrawal_binds_its_channel_and_purpose_only(con, her):
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    her.says("shop:a", "anna@x.de", "withdrawn", "2026-02-02", purpose="research")
    her.says("shop:a", "anna@x.de", "withdrawn", "2026-02-02", channel="ads")
    assert len(allowed(con)) == 1
    her.says("shop:a", "anna@x.de", "withdrawn", "2026-02-02", channel="all", purpose="all")
    assert allowed(con) == []


def test_a_refusal_of_marketing_also_ends_feedback(con, her):
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02", purpose="feedback")
    assert len(allowed(con, purpose="feedback")) == 1
    her.says("shop:a", "anna@x.de", "withdrawn", "2026-02-02", purpose="marketing")
    assert allowed(con, purpose="feedback") == []


def test_a_grant_serves_only_who_holds_its_record_and_a_denial_binds_all(con, her):
    """A mailbox shared by two: her grant is not his, his denial is hers until she grants again."""
    her.customer(2)
    her.point(2, "forms:b", "email", "anna@x.de")
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    assert allowed(con) == [(1, "anna@x.de", "consent")]
    her.says("forms:b", "anna@x.de", "withdrawn", "2026-02-02")
    assert allowed(con) == []
    her.says("shop:a", "anna@x.de", "confirmed", "2026-03-02")
    assert allowed(con) == [(1, "anna@x.de", "consent")]
    assert reason(con, 2) == "refused"


def test_two_who_share_an_address_get_one_message(con, her):
    her.customer(2)
    her.point(2, "forms:b", "email", "anna@x.de", updated_at="2026-05-01")
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    her.says("forms:b", "anna@x.de", "confirmed", "2026-01-02")
    assert allowed(con) == [(2, "anna@x.de", "consent")]
    assert why_not(con, 1) == "The same address or number is already used for C000002."


def test_an_objection_binds_the_person_on_every_channel_and_record(con, her):
    her.point(1, "erp:c", "post", "annax|y1|1|de")
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    assert len(allowed(con, "post")) == 1
    her.objects("erp:c", "2026-02-02")
    assert allowed(con) == []
    assert (reason(con), why_not(con, 1)) == ("objected", "Objected to marketing on 2026-02-02.")
    assert allowed(con, "post") == []


def test_an_objection_is_lifted_by_a_newer_confirmed_grant_of_that_purpose_only(con, her):
    her.objects("shop:a", "2026-02-02")
    her.says("shop:a", "anna@x.de", "granted", "2026-03-01")
    her.says("shop:a", "anna@x.de", "confirmed", "2026-03-01", purpose="research")
    assert allowed(con) == []
    her.says("shop:a", "anna@x.de", "confirmed", "2026-03-02")
    assert len(allowed(con)) == 1


def test_a_single_opt_in_never_lifts_an_objection(con, serve):
    """Not even where it would be enough for a first consent."""
    serve.customer(1, "DK")
    serve.point(1, "shop:a", "email", "anna@x.dk", country="DK")
    serve.point(1, "shop:a", "post", "annax|weg1|1|de")
    serve.objects("shop:a", "2026-02-02")
    serve.says("shop:a", "anna@x.dk", "granted", "2026-03-01")
    assert allowed(con) == []
    assert allowed(con, "post") == []
    serve.says("shop:a", "anna@x.dk", "confirmed", "2026-03-02")
    assert len(allowed(con)) == 1


@pytest.mark.parametrize("channel", ["post", "phone", "sms", "ads"])
def test_a_yes_to_mails_lifts_an_objection_for_mails_only(con, her, channel):
    """Objected in March, signed up for the newsletter in June: she asked for mails, not for letters or calls."""
    her.point(1, "shop:a", "post", "annax|weg1|1|de")
    her.point(1, "shop:a", "phone", "+491711234567", is_mobile=True)
    her.objects("shop:a", "2026-03-01")
    her.says("shop:a", "anna@x.de", "confirmed", "2026-04-01")
    assert allowed(con) == [(1, "anna@x.de", "consent")]
    assert allowed(con, channel) == []
    assert reason(con) == "objected" or channel in ("phone", "sms", "ads")


def test_a_yes_to_all_channels_lifts_an_objection_on_all(con, her):
    her.point(1, "shop:a", "post", "annax|weg1|1|de")
    her.objects("shop:a", "2026-03-01")
    her.says("shop:a", "anna@x.de", "confirmed", "2026-04-01", channel="all")
    assert len(allowed(con, "post")) == 1


def test_another_records_yes_lifts_an_objection_for_its_own_contacts_only(con, her):
    """The desk noted the objection on the ERP's record; later she signed up for the newsletter."""
    her.point(1, "erp:b", "post", "annax|weg1|1|de")
    her.objects("erp:b", "2026-02-02")
    her.says("shop:a", "anna@x.de", "confirmed", "2026-03-02")
    assert allowed(con) == [(1, "anna@x.de", "consent")]
    assert allowed(con, "post") == []


def test_what_an_objection_ended_does_not_come_back_when_it_is_lifted(con, her):
    her.point(1, "shop:a", "phone", "+491711234567")
    her.says("shop:a", "+491711234567", "confirmed", "2026-01-02", kind="phone", channel="phone", evidence=PROVED)
    assert len(allowed(con, "phone")) == 1
    her.objects("shop:a", "2026-02-02")
    her.says("shop:a", "anna@x.de", "confirmed", "2026-03-02")
    assert len(allowed(con)) == 1
    assert allowed(con, "phone") == []


def test_an_objection_to_marketing_leaves_the_persons_own_enquiry_and_order(con, her):
    her.objects("shop:a", "2026-02-02", purpose="all")
    her.says("shop:a", "anna@x.de", "withdrawn", "2026-02-02", channel="all", purpose="all")
    her.row(
        "enquiry",
        enquiry_id="q1",
        customer_id=1,
        record_id="shop:a",
        received_at="2026-03-01",
        channel="email",
    )
    her.row("purchase", purchase_id="p1", customer_id=1, record_id="shop:a", purchased_at="2026-05-01")
    assert allowed(con, purpose="enquiry") == [(1, "anna@x.de", "enquiry")]
    assert allowed(con, purpose="service") == [(1, "anna@x.de", "contract")]


def test_a_restriction_stops_everything_until_the_desk_lifts_it(con, her):
    her.row("purchase", purchase_id="p1", customer_id=1, record_id="shop:a", purchased_at="2026-05-01")
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    her.objects("shop:a", "2026-02-02", status="restricted", purpose="all")
    her.says("shop:a", "anna@x.de", "confirmed", "2026-03-02")
    assert allowed(con) == []
    assert reason(con) == "restricted"
    assert allowed(con, purpose="service") == []
    assert reason(con) == "restricted"
    her.objects("shop:a", "2026-02-02", status="unrestricted", purpose="all", source="desk")  # equal times
    assert allowed(con) == []
    her.objects("shop:a", "2026-04-02", status="unrestricted", purpose="all", source="shop")
    assert allowed(con) == []
    her.objects("shop:a", "2026-04-02", status="unrestricted", purpose="all", source="desk")
    assert len(allowed(con)) == 1


def test_a_consent_that_nobody_used_for_two_years_is_expired(con, her):
    her.says("shop:a", "anna@x.de", "confirmed", "2024-05-31")
    assert allowed(con) == []
    assert why_not(con, 1) == "Consent expired, last used on 2024-05-31."
    her.row("interaction", interaction_id="i1", customer_id=1, record_id="shop:a", kind="email_sent",
            occurred_at="2024-07-01")  # fmt: skip
    assert len(allowed(con)) == 1


def test_no_date_is_told_of_a_consent_whose_time_no_silo_sends(con, her):
    her.says("shop:a", "anna@x.de", "confirmed", "1970-01-01", is_state=True, seen="2026-05-01")
    assert allowed(con) == []
    assert (reason(con), why_not(con, 1)) == ("expired", "Consent of unknown date: it counts as expired.")
    allowed(con, language="de")
    assert why_not(con, 1) == "Einwilligung ohne bekanntes Datum: gilt als erloschen."
    her.row("interaction", interaction_id="i1", customer_id=1, record_id="shop:a", kind="email_sent",
            occurred_at="2026-05-02")  # fmt: skip
    assert len(allowed(con)) == 1
    assert why_not(con, 1).startswith("Consent of unknown date (UWG")


def test_a_mail_click_never_proves_a_phone_number(con, her):
    her.point(1, "shop:a", "phone", "+491711234567", is_mobile=True)
    for channel in ("phone", "sms"):
        her.says("shop:a", "+491711234567", "confirmed", "2026-01-02", kind="phone", channel=channel,
                 evidence='{"form": "newsletter", "confirmed_ip": "1.2.3.4"}')  # fmt: skip
        assert allowed(con, channel) == []
        assert reason(con) == "not_proved"
        her.says(
            "shop:a",
            "+491711234567",
            "confirmed",
            "2026-01-03",
            kind="phone",
            channel=channel,
            evidence=PROVED,
        )
        assert allowed(con, channel) == [(1, "+491711234567", "consent")]


def test_consent_to_mail_is_none_to_text_messages(con, her):
    her.point(1, "shop:a", "phone", "+491711234567", is_mobile=True)
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    assert allowed(con, "sms") == []


def test_text_messages_go_to_mobile_numbers_only(con, her):
    her.point(1, "shop:a", "phone", "+49301234567")
    her.says("shop:a", "+49301234567", "confirmed", "2026-01-02", kind="phone", channel="sms", evidence=PROVED)
    assert allowed(con, "sms") == []
    assert reason(con) == "no_contact"


def test_a_grant_of_tomorrow_does_not_count_today_but_a_denial_does(con, her):
    her.says("shop:a", "anna@x.de", "confirmed", "2026-06-02")
    assert allowed(con) == []
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    assert len(allowed(con)) == 1
    her.says("shop:a", "anna@x.de", "withdrawn", "2026-06-02")
    assert allowed(con) == []


def test_what_the_desk_heard_since_the_snapshot_counts_at_once(con, her):
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    event = ("d1", "desk", "shop:a", "shop:a", "person")
    names = ("event_id", "source", "record_id", "identifier", "identifier_kind")
    said = {"channel": "all", "purpose": "marketing", "status": "objected", "evidence": None}
    at = {"occurred_at": datetime(2026, 6, 1, 9), "observed_at": datetime(2026, 6, 1, 9)}
    recent = pa.Table.from_pylist([dict(zip(names, event, strict=True)) | said | at], EVENT_SCHEMA)
    assert allowed(con, recent_events=recent) == []
    assert reason(con) == "objected"


def test_a_split_restores_what_each_part_may(con, her):
    """She granted, he objected; as one customer nobody is mailed, apart she is again."""
    her.point(1, "erp:b", "email", "ben@x.de")
    her.says("shop:a", "anna@x.de", "confirmed", "2026-01-02")
    her.objects("erp:b", "2026-02-02")
    assert allowed(con) == []
    her.customer(2)
    con.execute("update serve.customer_record set customer_id = 2 where record_id = 'erp:b'")
    con.execute("update serve.contact_point set customer_id = 2 where record_id = 'erp:b'")
    assert allowed(con) == [(1, "anna@x.de", "consent")]


def test_a_grant_does_not_reach_an_address_of_another_record_of_the_same_person(con, her):
    her.point(1, "erp:b", "email", "anna@old.de")
    her.says("shop:a", "anna@old.de", "confirmed", "2026-01-02")  # given through a record that lacks the address
    assert allowed(con) == []
