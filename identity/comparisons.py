"""The rules by which two records are compared, in code; what each level weighs is in data/model.json.

Only Levenshtein distance, equality and precomputed features: these give the same on DuckDB and Spark.
"""

from dataclasses import dataclass

from identity.alike import initial_of_other, near, one_begins_with_other


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison: `words` say it to a person, `sql` decides it over `_l` and `_r` columns.

    With `frequency` the weight grows with the rarity of the value in that column. `equal` names the
    columns whose equality the level is, so that training can count it among all pairs. `per_head`: a record shares
    such a value with as many others in a large set as in a small one (a mailbox with the wife, a house with the
    family), so that the share of such pairs falls as the records grow. `least_m` keeps training from taking a habit
    of its data for a law.
    """

    words: str
    sql: str
    frequency: str | None = None
    equal: tuple[str, str] | None = None
    per_head: bool = False
    least_m: float = 0.00001


@dataclass(frozen=True)
class Comparison:
    """One piece of evidence: its levels in order, the first that holds counts. `missing` says nothing.

    `before_missing` levels are tried before `missing`: Splink analyses every level up to the one that its
    frequencies refer to, which takes a second when `missing` is a long expression.
    """

    name: str
    missing: str
    levels: tuple[Level, ...]
    before_missing: int = 0


_SAME_PHONE = (
    "coalesce(phone_l = phone_r or phone_l = phone_2_r or phone_2_l = phone_r or phone_2_l = phone_2_r, false)"
)
# The same house: one of street and postal code may bear a typo.
_SAME_ADDRESS = (
    "coalesce(house_no_l = house_no_r and ("
    "(street_l = street_r and (postal_code_l = postal_code_r or city_l = city_r))"
    f" or (postal_code_l = postal_code_r and {near('street_l', 'street_r')})), false)"
)
# Not in a block of flats, where a neighbour may bear the same given name.
_SAME_HOME = f"({_SAME_ADDRESS} and not (is_shared_address_l or is_shared_address_r))"
_SAME_STREET = "coalesce(street_l = street_r and postal_code_l = postal_code_r, false)"
_FAMILY = "coalesce(family_l = family_r, false)"
_NEAR_FAMILY = (
    "coalesce(case when family_l = family_r then true"
    " when (family_first_l <> family_last_l or family_first_r <> family_last_r)"
    " and (family_l in (family_first_r, family_last_r) or family_r in (family_first_l, family_last_l)) then true"
    f" else {near('family_l', 'family_r')} end, false)"
)
_NO_FAMILY = "(family_l is null or family_r is null)"
_ADDRESS_UNKNOWN = "(coalesce(postal_code_l, city_l) is null or coalesce(postal_code_r, city_r) is null)"
_OTHER_PHONE = (
    f"(coalesce(phone_l, phone_2_l) is not null and coalesce(phone_r, phone_2_r) is not null and not {_SAME_PHONE})"
)
_SAME_PLACE = "coalesce(postal_code_l = postal_code_r or city_l = city_r, false)"

GIVEN_NAME = Comparison(
    "given_name",
    "given_l is null or given_r is null",
    (
        # The name as such.
        Level("same given name", "given_l = given_r", "given", ("given", "given")),
        # Nicknames, and a second given name that only one silo knows.
        Level("same given name in short or long form", "nick_l = nick_r"),
        # Typing errors.
        Level("given names differ by a typing error", near("given_l", "given_r")),
        # Forms that ask for an initial only.
        Level(
            "one given name is the other's initial",
            initial_of_other("given_l", "given_r"),
        ),
        # Cut names: Chris for Christina.
        Level("one given name begins with the other", one_begins_with_other("given_l", "given_r")),
        Level("different given names", "ELSE"),
    ),
)

HOUSEHOLD = Comparison(
    "household",
    f"{_NO_FAMILY} and not {_SAME_PHONE} and not {_SAME_HOME}",
    (
        # Never true: each record has a key of its own. Splink takes a level's frequency from the column tf_<key>,
        # and the average to compare it with from the level that is equality of that key.
        Level("frequency of family names", "family_key_l = family_key_r"),
        # Evidence that comes together in a family is counted once, from strongest to weakest.
        Level("same family name, address and phone", f"{_FAMILY} and {_SAME_ADDRESS} and {_SAME_PHONE}", per_head=True),
        # Father and son have a phone each.
        Level(
            "same family name and address, another phone",
            f"{_FAMILY} and {_SAME_ADDRESS} and {_OTHER_PHONE}",
            "family_key",
            per_head=True,
        ),
        Level("same family name and address", f"{_FAMILY} and {_SAME_ADDRESS}", "family_key", per_head=True),
        Level("same family name and phone", f"{_FAMILY} and {_SAME_PHONE}", "family_key", per_head=True),
        # Typing errors and double names.
        Level(
            "similar family name, same address or phone",
            f"{_NEAR_FAMILY} and ({_SAME_ADDRESS} or {_SAME_PHONE})",
            per_head=True,
        ),
        Level(
            "same address or phone, family name unknown",
            f"{_NO_FAMILY} and ({_SAME_HOME} or {_SAME_PHONE})",
            per_head=True,
        ),
        # Married since, couples with two names, neighbours in one house.
        Level("same phone, another family name", _SAME_PHONE, per_head=True),
        # With a phone each they are two who share a flat.
        Level("same address, another family name", f"{_SAME_HOME} and not {_OTHER_PHONE}", per_head=True),
        # A house number missing or mistyped.
        Level("same family name and street, another house number", f"{_FAMILY} and {_SAME_STREET}", "family_key"),
        Level("same family name and place, street unknown or other", f"{_FAMILY} and {_SAME_PLACE}", "family_key"),
        Level(
            "same family name, address unknown, another phone",
            f"{_FAMILY} and {_ADDRESS_UNKNOWN} and {_OTHER_PHONE}",
            "family_key",
        ),
        Level("same family name, address unknown", f"{_FAMILY} and {_ADDRESS_UNKNOWN}", "family_key"),
        # Moved, or a namesake.
        Level("same family name, another place", _FAMILY, "family_key"),
        Level(
            "similar family name, same place or address unknown",
            f"{_NEAR_FAMILY} and ({_SAME_PLACE} or {_ADDRESS_UNKNOWN})",
        ),
        Level("similar family name, another place", _NEAR_FAMILY),
        Level("another family name in the same place", _SAME_PLACE),
        Level("another family name", "ELSE"),
    ),
    before_missing=1,
)

EMAIL = Comparison(
    "email",
    # sofie.sorensen@ or sofie.sorensen84@ at two providers says no more than the name and the year, which are
    # compared already.
    "email_l is null or email_r is null"
    " or (email_local_l = email_local_r and email_l <> email_r and (mailbox_l is null or mailbox_r is null))",
    (
        Level("same e-mail address", "email_l = email_r", equal=("email", "email"), per_head=True),
        # Typing errors before the @. anna84@ and anna85@ are two people; christa.weber@ and christl.weber@ too,
        # when their names are.
        Level(
            "e-mail addresses differ by a typing error",
            "case when email_domain_l <> email_domain_r or email_digits_l <> email_digits_r"
            " or (email_is_name_l and email_is_name_r)"
            " or abs(length(email_local_l) - length(email_local_r)) > 2"
            " or substr(email_l, 1, 1) <> substr(email_r, 1, 1) then false"
            " else levenshtein(email_local_l, email_local_r) <= 2 end",
            per_head=True,
        ),
        # The same mailbox at another provider, or a typing error in the provider's name.
        Level("same mailbox name at another provider", "mailbox_l = mailbox_r", per_head=True),
        Level("different e-mail addresses", "ELSE"),
    ),
)

CARD = Comparison(
    "card",
    "card_l is null or card_r is null",
    (
        Level("same customer card", "card_l = card_r", equal=("card", "card"), per_head=True),
        Level("different customer cards", "ELSE"),
    ),
)

BIRTH_DATE = Comparison(
    "birth_date",
    "birth_date_l is null or birth_date_r is null",
    (
        Level("same birth date", "birth_date_l = birth_date_r", equal=("birth_date", "birth_date")),
        # English and German order.
        Level(
            "birth dates with day and month swapped",
            "birth_date_l = birth_date_swapped_r",
            equal=("birth_date", "birth_date_swapped"),
        ),
        # Typing errors.
        Level(
            "birth dates differ by one digit or by days",
            "substr(birth_date_l, 1, 7) = substr(birth_date_r, 1, 7) or levenshtein(birth_date_l, birth_date_r) <= 1",
        ),
        Level("different birth dates", "ELSE"),
    ),
)

BIRTH_YEAR = Comparison(
    "birth_year",
    # anna.weber84@ beside a birth date in 1984, or another mailbox. One and the same mailbox says nothing new.
    "year_hint_l is null or year_hint_r is null or (birth_date_l is not null and birth_date_r is not null)"
    " or coalesce(email_l = email_r, false)",
    (
        Level("the mailbox tells the same birth year", "year_hint_l = year_hint_r"),
        # Not every number is a year, so another one is no proof.
        Level("the mailbox tells another birth year", "ELSE", least_m=0.1),
    ),
)

COMPARISONS = (GIVEN_NAME, HOUSEHOLD, EMAIL, CARD, BIRTH_DATE, BIRTH_YEAR)

SHARED_CONDITIONS = {"same_address": _SAME_ADDRESS, "same_phone": _SAME_PHONE, "near_family": _NEAR_FAMILY}
"""Conditions that stand in several levels, each with a name: it is enough to look once."""
