"""What a column holds, as its values tell."""

import math
from dataclasses import dataclass

import polars as pl

_EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
_DATE = (
    r"^(\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})|(1[5-9]|20)\d{6}|"
    r"\d{1,2}[-. ]?[A-Za-z]{3,9}[-., ]*\d{4}|[A-Za-z]{3,9}[ .]+\d{1,2},? \d{4})([T ]\d{2}:\d{2}.*)?$"
)
_YEAR = r"^(1[4-9]|20)\d\d(\.0)?$"
_NUMBER = r"^-?\d+([.,]\d+)?$"
_PHONE = r"^\(?(\+|00|0)[0-9 ()/.\-]{6,20}$|^\(?[0-9]{3}[)\- .]+[0-9]{3,4}[\- .][0-9 .\-]{4,6}$"
_GENDER = (
    r"(?i)^(m|f|w|k|d|x|u|male|female|man|woman|männlich|weiblich|maennlich|divers|mann|frau|kvinne|kvinna|kvinde|"
    r"mand|herr|mr|mrs|ms|boy|girl|1|2|0)\.?$"
)
_CODE = r"^\S*\d\S*$"


@dataclass(frozen=True)
class Content:
    """Counts and shares (0–1) over the values of a column that are not null.

    `bits` is minus the log2 of the chance that two of them are equal.
    """

    filled: int
    distinct: int
    rows: int
    email: float
    date: float
    year: float
    number: float
    phone: float
    gender: float
    code: float
    words: float
    length: float
    bits: float

    @property
    def is_constant(self) -> bool:
        """Nobody is told apart by it."""
        return self.distinct <= 1 < self.rows

    @property
    def is_unique(self) -> bool:
        """Another value in every row."""
        return self.distinct == self.filled == self.rows and self.rows > 1

    @property
    def rarity(self) -> float:
        """Values a row."""
        return self.distinct / max(self.filled, 1)


def content_of(values: pl.Series) -> Content:
    """Return what the values of one column look like."""
    known = values.drop_nulls()
    filled = len(known)
    counts = known.value_counts()["count"].cast(pl.Float64)

    def share(pattern: str) -> float:
        return float(known.str.contains(pattern).mean() or 0) if filled else 0.0  # type: ignore[arg-type]

    return Content(
        filled=filled,
        distinct=known.n_unique(),
        rows=len(values),
        email=share(_EMAIL),
        date=share(_DATE),
        year=share(_YEAR),
        number=share(_NUMBER),
        phone=share(_PHONE),
        gender=share(_GENDER),
        code=share(_CODE),
        words=float((known.str.count_matches(r"\S+")).mean() or 0) if filled else 0.0,  # type: ignore[arg-type]
        length=float(known.str.len_chars().mean() or 0) if filled else 0.0,  # type: ignore[arg-type]
        bits=round(-math.log2(float((counts * counts).sum()) / filled / filled), 3) if filled else 0.0,
    )


def fits(kind: str, content: Content) -> bool:
    """Whether values that look like this can be of that kind; names lie, and columns are shifted."""
    digits = content.number + content.code
    return {
        "email": content.email > 0.3,
        "birth_date": content.date > 0.4 or content.year > 0.6,
        "birth_year": content.year > 0.6,
        "birth_month": content.distinct <= 40,
        "birth_day": content.distinct <= 60,
        "age": content.number > 0.8,
        "phone": digits > 0.5 or content.phone > 0.3,
        "gender": content.distinct <= 12,
        "national_id": digits > 0.5,
        "card": digits > 0.5,
        "house_number": digits > 0.3 and content.length < 12,
        "given_name": digits < 0.5,
        "family_name": digits < 0.5,
        "middle_name": digits < 0.5,
        "family_name_2": digits < 0.5,
        "full_name": digits < 0.5,
        "city": digits < 0.7,
        "birth_place": digits < 0.7,
    }.get(kind, True)


def kind_of_content(content: Content) -> str | None:
    """Return the kind that values alone tell, or None."""
    if content.email > 0.7:
        return "email"
    if content.date > 0.8 and content.distinct > 30:
        return "birth_date"
    if content.phone > 0.7 and content.rarity > 0.2:
        return "phone"
    if content.gender > 0.95 and content.distinct in (2, 3, 4) and content.number < 0.5:
        return "gender"
    return None
