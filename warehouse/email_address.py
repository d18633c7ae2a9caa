"""An e-mail address as sent to the address itself."""

import re
import unicodedata

# What nobody sees: blanks of no width, marks of direction.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")


def email_address(value: str) -> str | None:
    """The address in `value`, lower case and in Unicode, or None when it is none or several.

    What stands around it is taken away: a name, angle brackets, quotes, blanks; nothing is guessed.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(_bare(value), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None


def _bare(value: str) -> str:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", value)).strip()
    if in_brackets := re.fullmatch(r"[^<>@]*<([^<>]+)>[;,]?", text):
        text = in_brackets[1]
    text = re.sub(r"^mailto:", "", text.strip("'\"; ,"), flags=re.IGNORECASE)
    return re.sub(r"\s*([@.])\s*", r"\1", text).rstrip(".")
