"""A phone number as sent, with the country of its record, to the number itself."""

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber as Parsed

# What stands between two numbers in one field.
_SECOND = re.compile(r"\s*(?:[;,|]|\s/\s)\s*")
# A number among words: 06131 98765 privat, Fax 06131 98765. The library would dial the words as on a keypad.
_AMONG_WORDS = re.compile(r"[+(]*[0-9][0-9\s()./+-]*")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?e[+-]?[0-9]+", re.IGNORECASE)


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
    """The number as it stands, with its own country's code but no plus, among words, or the first of two."""
    import phonenumbers

    text = re.sub(r"[.]0$", "", unicodedata.normalize("NFKC", value).strip())
    text = re.sub(r"^[+]+\s*0", "0", text)
    if any(letter.isalpha() for letter in text):
        return _among_words(text, country)
    number = _parsed(text, country)
    digits = re.sub(r"[^0-9]", "", text)
    own_code = str(phonenumbers.country_code_for_region(country))
    if digits.startswith(own_code) and not text.startswith(("0", "+", "(")):
        abroad = _parsed(f"+{digits}", country)
        if abroad is not None and phonenumbers.is_valid_number(abroad):
            return abroad
    if number is not None and (text.startswith("+") or phonenumbers.is_valid_number(number)):
        return number
    first = _parsed(_SECOND.split(text)[0], country)
    return first if first is not None and phonenumbers.is_valid_number(first) else number


def _among_words(text: str, country: str) -> "Parsed | None":
    """The first valid number that stands whole among words, or None: a word is never read as digits."""
    import phonenumbers

    if _SCIENTIFIC.fullmatch(text):
        return None
    found = (_read(part, country) for part in _AMONG_WORDS.findall(text))
    return next((number for number in found if number is not None and phonenumbers.is_valid_number(number)), None)


def _parsed(text: str, country: str) -> "Parsed | None":
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None
