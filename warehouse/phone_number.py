"""A phone number as sent, with the country of its record, to the number itself."""

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber as Parsed

# What stands between two numbers in one field, and a remark: 0171 1234567 (private).
_SECOND = re.compile(r"\s*(?:[;,|]|\s/\s|[^\W\d]{3,})\s*")
_REMARK = re.compile(r"[(][^0-9)]*[)]|[^0-9]+$")


@dataclass(frozen=True)
class PhoneNumber:
    """A number in E.164, its kind (mobile or fixed) and country (ISO-2)."""

    e164: str
    kind: str
    country: str


def phone_number(value: str, country: str) -> PhoneNumber | None:
    """The number in `value`, or None when it is none. `country` (ISO-2) is its region when it names none."""
    import phonenumbers
    from phonenumbers import PhoneNumberFormat, PhoneNumberType

    number = _read(value, country)
    if number is None:
        return None
    # Some countries give mobile and fixed lines the same numbers.
    mobile = phonenumbers.number_type(number) in {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
    return PhoneNumber(
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
        "mobile" if mobile else "fixed",
        phonenumbers.region_code_for_number(number) or country,
    )


def _read(value: str, country: str) -> "Parsed | None":
    """The number as it stands, with its own country's code but no plus, without a remark, or the first of two."""
    import phonenumbers

    text = re.sub(r"[.]0$", "", unicodedata.normalize("NFKC", value).strip())
    text = re.sub(r"^[+]+\s*0", "0", text)
    number = _parsed(text, country)
    digits = re.sub(r"[^0-9]", "", text)
    own_code = str(phonenumbers.country_code_for_region(country))
    if digits.startswith(own_code) and not text.startswith(("0", "+", "(")):
        abroad = _parsed(f"+{digits}", country)
        if abroad is not None and phonenumbers.is_valid_number(abroad):
            return abroad
    if number is not None and (text.startswith("+") or phonenumbers.is_valid_number(number)):
        return number
    for part in (_SECOND.split(text)[0], _REMARK.sub("", text)):
        read = _parsed(part, country)
        if read is not None and phonenumbers.is_valid_number(read):
            return read
    return number


def _parsed(text: str, country: str) -> "Parsed | None":
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None
