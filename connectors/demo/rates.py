"""Every rate of the simulated retailer. docs/simulator.md explains them."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Carry:
    """Share of a silo's records that carry a value at all."""

    email: float
    phone: float
    address: float
    birth_date: float
    card: float = 0.0


def _countries() -> dict[str, float]:
    return {"DE": 0.62, "AT": 0.10, "CH": 0.09, "NO": 0.06, "SE": 0.07, "DK": 0.06}


def _memberships() -> dict[str, float]:
    return {
        "shop": 0.31,
        "guest": 0.05,
        "erp": 0.14,
        "loyalty": 0.19,
        "forms": 0.11,
        "draws": 0.05,
        "newsletter": 0.07,
        "calls": 0.05,
        "till": 0.02,
    }


def _record_counts() -> tuple[float, ...]:
    return (0.845, 0.095, 0.032, 0.015, 0.008, 0.005)


@dataclass(frozen=True)
class Rates:
    """Shares (0-1) unless the name says otherwise."""

    # Who there is
    countries: dict[str, float] = field(default_factory=_countries)
    single_household: float = 0.40
    couple_same_family_name: float = 0.85
    couple_shared_mailbox: float = 0.12
    household_shared_landline: float = 0.30
    family_with_twins: float = 0.03
    father_and_son_of_one_name: float = 0.02
    double_family_name: float = 0.02
    academic_title: float = 0.02
    family_name_zipf: float = 1.0  # exponent of the frequency of family names by rank
    given_name_zipf: float = 0.85
    died: float = 0.002

    # Where they leave records
    memberships: dict[str, float] = field(default_factory=_memberships)  # weights of the silos
    record_counts: tuple[float, ...] = field(default_factory=_record_counts)  # of 1, 2, … memberships
    second_record_in_silo: float = 0.04
    web_identified: float = 0.20  # of shop customers
    carry_shop: Carry = Carry(0.98, 0.50, 0.95, 0.15, 0.05)
    carry_erp: Carry = Carry(0.50, 0.60, 0.97, 0.05)
    carry_loyalty: Carry = Carry(0.70, 0.50, 0.80, 0.80, 1.0)
    carry_till: Carry = Carry(0.0, 0.0, 0.10, 0.0)  # of receipts with a card; cards: receipt_anonymous
    carry_forms: Carry = Carry(1.0, 0.20, 0.25, 0.10)  # forms, draws, newsletter, web traits
    carry_calls: Carry = Carry(0.0, 1.0, 0.0, 0.0)

    # Errors, per value present
    name_typo: float = 0.05
    given_name_missing: float = 0.02
    initial_only: float = 0.03
    short_form: float = 0.03
    family_name_changed: float = 0.02
    names_swapped: float = 0.01
    umlaut_expanded: float = 0.12  # Müller as Mueller, of names that have one
    umlaut_stripped: float = 0.06  # Müller as Muller
    name_case: float = 0.02  # MÜLLER or müller
    email_typo: float = 0.02
    second_email: float = 0.18
    phone_typo: float = 0.015
    second_phone: float = 0.12
    card_typo: float = 0.005
    second_card: float = 0.07
    street_error: float = 0.07
    city_error: float = 0.04
    postal_code_error: float = 0.02
    moved: float = 0.10
    birth_date_error: float = 0.035  # shifted, day and month swapped, or 1900-01-01
    placeholder_email: float = 0.004  # info@, noreply@ typed by staff
    placeholder_phone: float = 0.006  # 0000 …
    test_record: float = 0.002

    # Business
    one_time_buyer: float = 0.60
    customer_without_order: float = 0.12
    orders_of_repeat_buyer: float = 6.0  # mean
    lapsed: float = 0.35  # of buyers: nothing bought for the last part of the history
    gift: float = 0.04
    notice_shown: float = 0.60
    cart_abandoned: float = 0.70
    return_scale: float = 1.0  # times the category's own rate, 5-45 %
    full_returner: float = 0.01
    quotation: float = 0.30  # of ERP customers
    quotation_won: float = 0.35
    quotation_followed_up: float = 0.35
    company_share: float = 0.12  # of ERP customers are companies' contacts
    receipt_anonymous: float = 0.55
    card_lent: float = 0.03  # of receipts with a card
    receipt_storno: float = 0.01
    receipt_training: float = 0.003
    receipt_deposit: float = 0.03
    receipt_voucher: float = 0.015
    enquiry_unanswered: float = 0.25
    accepts_marketing: float = 0.30
    doi_confirmed: float = 0.40
    newsletter_confirmed: float = 0.40  # of newsletter members who came another way than by form
    unsubscribe_per_send: float = 0.002
    email_opened: float = 0.24
    email_clicked: float = 0.03
    email_bounced: float = 0.006
    call_objection: float = 0.04
    call_opt_in: float = 0.08
    list_share: float = 0.01  # of people, on each list of their country
    web_sessions_per_person: float = 3.2
    web_consented: float = 0.62
    web_consent_missing: float = 0.06
    peak: float = 1.8  # November and December, times an ordinary day


def silo_carry(rates: Rates, silo: str) -> Carry:
    """Return which values the records of `silo` carry."""
    own = {
        "shop": rates.carry_shop,
        "guest": rates.carry_shop,
        "erp": rates.carry_erp,
        "loyalty": rates.carry_loyalty,
        "calls": rates.carry_calls,
    }
    return own.get(silo, rates.carry_forms)
