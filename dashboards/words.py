"""Words and numbers for people: German number formats, names of silos, channels, bases and stages."""

import json
import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from segments.vocabulary import Channel

NOTHING = "–"
# A silo that sends states without a time shows a yes that may be years old: it stands at the epoch.
UNKNOWN_TIME = "time unknown"
_NO_TIME = 1970
_CURRENCY_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}
_ABBREVIATIONS = {"erp", "pos", "crm", "sms"}
_SWAPPED = str.maketrans(",.", ".,")

# Channels of an export (connectors/channels) and the channel of the gate behind each.
GATE_CHANNELS: dict[str, Channel] = {"email": "email", "letter": "post", "phone": "phone", "sms": "sms"}
CHANNELS = {
    "email": "E-mail",
    "phone": "Phone",
    "sms": "SMS",
    "post": "Letter",
    "ads": "Ad platforms",
    "all": "All",
}
BASES = {
    "consent": "Consent",
    "existing_customer": "Existing customer",
    "enquiry": "Own enquiry or quotation",
    "contract": "Contract",
    "legitimate_interest": "Legitimate interest",
    "none": "No legal basis",
}
STAGES = {
    "prospect": "Prospect",
    "new": "New",
    "active": "Active",
    "regular": "Regular",
    "lapsing": "Lapsing",
    "lapsed": "Lapsed",
    "objected": "Objected to marketing",
}
STAGE_MEANINGS = {
    "prospect": "never bought",
    "new": "first purchase within 90 days",
    "active": "bought within 180 days",
    "regular": "three purchases or more, the last within 180 days",
    "lapsing": "last purchase 181 to 365 days ago",
    "lapsed": "last purchase more than a year ago",
    "objected": "not profiled (GDPR article 21)",
}
RECORD_LABELS = {
    "company_name": "Company", "title": "Title", "given_name": "Given name", "family_name": "Family name",
    "birth_date": "Born", "email": "E-mail", "phone": "Phone", "phone_2": "Second phone",
    "card_no": "Loyalty card", "street": "Street", "house_no": "Number", "address_extra": "Address, line 2",
    "postal_code": "Postal code", "city": "City", "country": "Country",
}  # fmt: skip
STATUSES = {
    "granted": "Given",
    "confirmed": "Confirmed",
    "requested": "Asked, not confirmed",
    "unknown": "Unknown",
    "denied": "Refused",
    "withdrawn": "Withdrawn",
    "objected": "Objected",
    "restricted": "Restricted",
    "unrestricted": "Restriction lifted",
}


def number(value: float | Decimal | None, digits: int = 0) -> str:
    """`1234.5` as `1.235`, or with two digits `1.234,50`."""
    if value is None:
        return NOTHING
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded:,.{digits}f}".translate(_SWAPPED)


def money(value: float | Decimal | None, currency: str, digits: int = 2) -> str:
    """`1.234,56 €`."""
    return NOTHING if value is None else f"{number(value, digits)} {_CURRENCY_SIGNS.get(currency, currency)}"


def percent(share: float | Decimal | None, digits: int = 0) -> str:
    """A share of 0 to 1 as `12 %`."""
    return NOTHING if share is None else f"{number(Decimal(str(share)) * 100, digits)} %"


def day(value: date | datetime | None) -> str:
    """`31.10.2026`. Only an instant can be unknown: many people were born before 1970."""
    if value is None:
        return NOTHING
    is_unknown = isinstance(value, datetime) and value.year <= _NO_TIME
    return UNKNOWN_TIME if is_unknown else f"{value:%d.%m.%Y}"


def instant(value: datetime | None, timezone: str) -> str:
    """An instant in UTC as local `31.10.2026 14:05`."""
    if value is None or value.year <= _NO_TIME:
        return day(value)
    return f"{local(value, timezone):%d.%m.%Y %H:%M}"


def month(value: datetime, timezone: str) -> str:
    """The local month of an instant: `October 2026`."""
    return UNKNOWN_TIME if value.year <= _NO_TIME else f"{local(value, timezone):%B %Y}"


def days_ago(value: datetime | None, now: datetime) -> str:
    """`192 days ago, on 20.04.2026`."""
    if value is None:
        return NOTHING
    return f"{plural((now.date() - value.date()).days, 'day')} ago, on {day(value)}"


def local(value: datetime, timezone: str) -> datetime:
    """An instant in naive UTC as naive local time."""
    return value.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 record`, `1.234 records`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def silo(name: str) -> str:
    """A source's name as people read it: `prize_draws` as `Prize draws`, `erp` as `ERP`."""
    return name.upper() if name in _ABBREVIATIONS else phrase(name)


def silos(names: str | None) -> str:
    """Names with commas between, as `Shop + ERP`."""
    return " + ".join(silo(n.strip()) for n in (names or "").split(",") if n.strip())


def phrase(code: str | None) -> str:
    """A code as words: `call_back` as `Call back`."""
    text = (code or NOTHING).replace("_", " ").replace("email", "e-mail")
    return text[:1].upper() + text[1:]


def customer_code(customer_id: int) -> str:
    """`C000123`, the pseudonym that people and addresses (URLs) use."""
    return f"C{customer_id:06d}"


def household_code(household_id: int) -> str:
    """A household's id as people see it: H000123."""
    return f"H{household_id:06d}"


def customer_number(code: str | None) -> int | None:
    """The id behind `C000123`; None for anything else."""
    digits = (code or "").strip().upper().removeprefix("C")
    return int(digits) if digits.isdecimal() and len(digits) < 18 else None


def signed(value: float) -> str:
    """`+4,5` or `−1,2`."""
    return f"{'−' if value < 0 else '+'}{number(abs(value), 1)}"


def evidence(text: str | None) -> str:
    """JSON evidence as `form newsletter · text version 2025-03`; other text as it is."""
    try:
        content = json.loads(text or "null")
    except json.JSONDecodeError:
        return text or NOTHING
    if not isinstance(content, dict):
        return NOTHING if content is None else str(content)
    return " · ".join(
        f"{name.replace('_', ' ')} {_flat(value)}" for name, value in content.items() if value not in (None, "")
    )


def _flat(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def european_dates(text: str) -> str:
    """A text with its ISO dates as people write them here: `2026-10-31` as `31.10.2026`."""
    return re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", r"\3.\2.\1", text)


def grouped(text: str) -> str:
    """A text with its whole numbers as people write them here: `1234 refused` as `1.234 refused`."""
    return re.sub(r"\b\d{4,}\b", lambda found: number(int(found[0])), text)


def decimals(text: str) -> str:
    """A text with its weights as people write them here: `same given name (+9.7)` with `+9,7`."""
    return re.sub(r"([+−-]?\d)\.(\d)\b", r"\1,\2", text)


def without_law(reason: str) -> str:
    """A reason of the gate without the citation at its end."""
    return re.sub(r" \(.*\)\.?$", ".", reason)


def readable(detail: str | None) -> str:
    """A detail of an event: a code as words, any other text as it is."""
    text = detail or ""
    return text.replace("_", " ") if re.fullmatch(r"[a-z]+(_[a-z]+)*", text) else text
