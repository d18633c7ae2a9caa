"""What a column holds, as its name tells: names in English, German, the Nordic and some other languages."""

import csv
import re
import unicodedata
from functools import cache
from importlib.resources import files

# Words before a column's own name that say whose it is.
_OWNERS = re.compile(
    r"customer|client|patient|person|people|member|contact|kunden|kunde|kund|cust|applicant|holder|guest|user|buyer|subject|"
    r"primary|main|home|current|cur|res|residence|mailing|billing|shipping|invoice|orig|raw|clean|std|p|c"
)


@cache
def kinds_by_name() -> dict[str, tuple[str, ...]]:
    """Return the kinds of each known name, the names written without blanks, signs and accents."""
    text = files("identity").joinpath("data/column_names.csv").read_text(encoding="utf-8")
    known: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(text.splitlines()):
        for name in row["names"].split():
            known[name] = (*known.get(name, ()), row["kind"])
    return known


def kinds_of_name(name: str) -> tuple[str, ...]:
    """Return the kinds that a column's name may mean: `by` is a birth year or a Danish town."""
    words = _words(name)
    known = kinds_by_name()
    for candidate in _candidates(words):
        if candidate in known:
            return known[candidate]
    return ()


def _candidates(words: list[str]) -> list[str]:
    """The name as it is, without its owner, without a number at its end."""
    found = ["".join(words)]
    rest = words
    while len(rest) > 1 and _OWNERS.fullmatch(rest[0]):
        rest = rest[1:]
        found.append("".join(rest))
    return found + [re.sub(r"\d+$", "", candidate) for candidate in found if re.search(r"[a-z]{2}\d+$", candidate)]


def _words(name: str) -> list[str]:
    """`firstName`, `first_name` and `First Name` as the words first and name; å as a, ø as o."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    letters = "".join(c for c in unicodedata.normalize("NFKD", spaced.lower()) if not unicodedata.combining(c))
    for accented, plain in (("ø", "o"), ("æ", "a"), ("ß", "ss"), ("ł", "l"), ("đ", "d")):
        letters = letters.replace(accented, plain)
    return [word for word in re.split(r"[^a-z0-9]+", letters) if word]
