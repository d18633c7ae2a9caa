"""Folding of addresses to matching keys: SQL expressions, the same on DuckDB and Spark. See `fold.py`."""

from identity.letters import one_vowel, plain
from identity.steps import Steps

# Words of a street to the form that is written most briefly, where another word follows; titles are left out.
_STREET_WORDS = {
    "": "doktor|dr|professor|prof|burgermeister|buergermeister|bgm",
    "str ": "strasse|strase",
    "st ": "s  t|sankt|saint|sct|skt",
    "gl ": "gammel|gamle|gamla",
    "n ": "norra|nordre|norre|ndr",
    "s ": "sodra|sondre|sonder|sdr",
    "v ": "vastra|vestre|vester|vstr",
    "o ": "ostra|ostre|oster|ostr",
    "pobox ": "p  o  box|po  box|postfach|postboks|postbox|boks|box|pb|pf|cp",
}
# Kinds of street at the end of its name, each to the shortest form.
_STREET_KINDS = {
    "str": "strasse|strase|stras",
    "pl": "platz|plass|plats|plads",
    "g": "gatan|gata|gaten|gate|gade|gasse|gass|gt",
    "v": "vagen|vag|veien|vei|vegen|veg|vej|vn",
}
# What follows the name of a city: a river, a region, another city.
_BESIDE = "am|an|a|im|in|i|bei|b|ob|o|vor|v|auf|unter|der|d"
# Cities that are written in another language, as keys.
_CITIES = {
    "munchen": "munich", "koln": "cologne", "wien": "vienna", "genf": "geneve|geneva", "freiburg": "fribourg",
    "kobenhavn": "copenhagen|kopenhagen", "goteborg": "gothenburg",
}  # fmt: skip
# Postal codes whose leading zero a spreadsheet takes away, by their full length.
_LEADING_ZERO = {5: "'DE', 'FR', 'IT', 'ES', 'FI'", 4: "'NO', 'DK'"}


def _spaced(x: str, letters: str) -> str:
    """The words of `x`, one blank at both ends and two between."""
    return f"' ' || trim(regexp_replace({x}, '[^{letters}]+', '  ', 'g')) || ' '"


def _words_and_numbers(x: str) -> str:
    return _spaced(x, "a-z0-9")


def _brief_words(x: str) -> str:
    """The words of a street, each in its shortest form."""
    brief = x
    for short, words in _STREET_WORDS.items():
        brief = f"regexp_replace({brief}, ' (({words})  )+', ' {short} ', 'g')"
    # Most streets are one word: they are spared the search.
    return f"case when {x} like '_%  %_' then {brief} else {x} end"


def _brief_kind(x: str) -> str:
    """The words written together, the kind of street in its shortest form; a PO box without number is none."""
    text = one_vowel(f"replace({x}, ' ', '')")
    for short, kinds in _STREET_KINDS.items():
        text = f"regexp_replace({text}, '({kinds})$', '{short}')"
    return f"nullif(regexp_replace({text}, '^(pobox|postfach|postboks|boks|box)$', ''), '')"


# A street without its number as one key: `Str.`, `Straße` and `strasse` are the same.
# A PO box is `pobox` with its number, whatever it is called, and so is never a house.
street_key = Steps(plain, _words_and_numbers, _brief_words, _brief_kind)


def house_number_key(x: str) -> str:
    """The house: its first number with a letter. `07 A`, `7a-9` and `7a, 2. tv` are `7a`; flats are left out."""
    before = f"regexp_extract(lower({x}), '^ *([a-z]) ?[0-9]', 1)"
    number = f"regexp_extract({x}, '[1-9][0-9]*', 0)"
    letter = f"regexp_extract(lower({x}), '^[^0-9]*[0-9]+ *([a-z])([^a-z]|$)', 1)"
    return f"case when {number} <> '' then {before} || {number} || {letter} end"


def _letters_and_digits(x: str) -> str:
    return f"regexp_replace(lower({x}), '[^a-z0-9]+', '', 'g')"


def _code(x: str) -> str:
    """The digits between a country's prefix and a city; a code with letters of its own stays whole."""
    return (
        f"case when regexp_matches({x}, '^[a-z]{{0,3}}[0-9]+([a-z]{{3,}}.*)?$')"
        f" then regexp_extract({x}, '[0-9]+', 0) else nullif({x}, '') end"
    )


# Postal code without blanks, country prefix and city: `S-114 55` is `11455`.
postal_code_key = Steps(_letters_and_digits, _code)


def with_leading_zero(code: str, country: str) -> str:
    """The key of a postal code with a leading zero that was lost; `country` is ISO-2."""
    padded = " ".join(
        f"when {country} in ({countries}) and regexp_matches({code}, '^[0-9]{{{length - 1}}}$') then '0' || {code}"
        for length, countries in _LEADING_ZERO.items()
    )
    return f"case {padded} else {code} end"


def _city(x: str) -> str:
    """A plain city without what follows its name, and in its own language."""
    text = _spaced(f"regexp_replace({x}, '[(/,].*$', '')", "a-z")
    text = f"regexp_replace({text}, ' (sankt|saint|sct|skt)  ', ' st  ', 'g')"
    text = f"regexp_replace({text}, '  ({_BESIDE})  .*$', ' ')"
    # Districts and cantons of one or two letters: København K, Buchs SG.
    text = one_vowel(f"replace(regexp_replace({text}, '(  [a-z]{{1,2}})+ $', ' '), ' ', '')")
    for name, other in _CITIES.items():
        text = f"regexp_replace({text}, '^({other})$', '{name}')"
    return f"nullif({text}, '')"


# A city as one key: `Sankt` is `St.`, Frankfurt am Main and Frankfurt/Main are Frankfurt.
city_key = Steps(plain, _city)
