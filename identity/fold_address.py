"""Folding of addresses to matching keys: SQL expressions, the same on DuckDB and Spark. See `fold.py`."""

from identity.letters import one_vowel, plain

# Words of a street to the form that is written most briefly, where another word follows.
_STREET_WORDS = {
    "str": ("strasse", "strase"),
    "st": ("s  t", "sankt", "saint", "sct", "skt"),
    "dr": ("doktor",),
    "prof": ("professor",),
    "bgm": ("burgermeister", "buergermeister", "bgmstr"),
    "gl": ("gammel", "gamle", "gamla"),
    "n": ("norra", "nordre", "norre", "ndr"),
    "s": ("sodra", "sondre", "sonder", "sdr"),
    "v": ("vastra", "vestre", "vester", "vstr"),
    "o": ("ostra", "ostre", "oster", "ostr"),
    "pobox": ("p  o  box", "po  box", "postfach", "postboks", "postbox", "boks", "box", "pb", "pf", "cp"),
}  # fmt: skip
# Kinds of street at the end of its name, each to the shortest form.
_STREET_KINDS = {
    "str": "strasse|strase|stras|str",
    "pl": "platz|plass|plats|plads|pl",
    "g": "gatan|gata|gaten|gate|gade|gasse|gass|gt",
    "v": "vagen|vag|veien|vei|vegen|veg|vej|vn",
    "all": "allee|alle",
}
# What follows the name of a city: a river, a region, another city.
_BESIDE = "am|an|a|im|in|i|bei|b|ob|o|vor|v|auf|unter|der|d"
# Cities that are written in another language, as keys.
_CITIES = {
    "munchen": ("munich",), "koln": ("cologne",), "nurnberg": ("nuremberg",), "wien": ("vienna",),
    "genf": ("geneve", "geneva"), "luzern": ("lucerne",), "basel": ("bale",), "bern": ("berne",),
    "freiburg": ("fribourg",), "neuenburg": ("neuchatel",), "biel": ("bienne",),
    "kobenhavn": ("copenhagen", "kopenhagen"), "goteborg": ("gothenburg",),
}  # fmt: skip
# Postal codes whose leading zero a spreadsheet takes away, by their full length.
_LEADING_ZERO = {5: "'DE', 'FR', 'IT', 'ES', 'FI'", 4: "'NO', 'DK'"}


def _words(x: str, letters: str) -> str:
    """The words of `x`, one blank at both ends and two between."""
    return f"' ' || trim(regexp_replace({x}, '[^{letters}]+', '  ', 'g')) || ' '"


def _replaced(x: str, words: dict[str, tuple[str, ...]], after: str = " ") -> str:
    for short, long_forms in words.items():
        for long in long_forms:
            x = f"replace({x}, ' {long} {after}', ' {short} {after}')"
    return x


def street_key(x: str) -> str:
    """A street without its number as one key: `Str.`, `Straße` and `strasse` are the same.

    A PO box is `pobox` with its number, whatever it is called, and so is never a house.
    """
    text = _words(f"replace({plain(x)}, ':', '')", "a-z0-9")
    # Most streets are one word: they are spared thirty replacements.
    text = f"case when {text} like '_%  %_' then {_replaced(text, _STREET_WORDS)} else {text} end"
    text = one_vowel(f"replace({text}, ' ', '')")
    for short, kinds in _STREET_KINDS.items():
        text = f"regexp_replace({text}, '({kinds})$', '{short}')"
    return f"nullif(regexp_replace({text}, '^(pobox|postfach|postboks|boks|box)$', ''), '')"


def house_number_key(x: str) -> str:
    """The house: its first number with a letter. `07 A`, `7a-9` and `7a, 2. tv` are `7a`; flats are left out."""
    before = f"regexp_extract(lower({x}), '^ *([a-z]) ?[0-9]', 1)"
    number = f"regexp_extract({x}, '[1-9][0-9]*', 0)"
    letter = f"regexp_extract(lower({x}), '^[^0-9]*[0-9]+ *([a-z])([^a-z]|$)', 1)"
    return f"case when {number} <> '' then {before} || {number} || {letter} end"


def postal_code_key(x: str, country: str = "null") -> str:
    """Postal code without blanks, country prefix and city: `S-114 55` is `11455`.

    `country` is the expression of the ISO-2 country, for a leading zero that was lost.
    """
    letters = f"regexp_replace(lower({x}), '[^a-z0-9]+', '', 'g')"
    code = (
        f"case when regexp_matches({letters}, '^[a-z]{{0,3}}[0-9]+([a-z]{{3,}}.*)?$')"
        f" then regexp_extract({letters}, '[0-9]+', 0) else nullif({letters}, '') end"
    )
    padded = " ".join(
        f"when {country} in ({countries}) and regexp_matches({code}, '^[0-9]{{{length - 1}}}$') then '0' || {code}"
        for length, countries in _LEADING_ZERO.items()
    )
    return code if country == "null" else f"case {padded} else {code} end"


def city_key(x: str) -> str:
    """A city as one key: `Sankt` is `St.`, Frankfurt am Main and Frankfurt/Main are Frankfurt."""
    text = _words(f"regexp_replace({plain(x)}, '[(/,].*', '')", "a-z")
    saint = _replaced(text, {"st": ("sankt", "saint", "sct", "skt")})
    # Then districts and cantons of one or two letters: København K, Buchs SG.
    alone = f"regexp_replace(regexp_replace({saint}, '  ({_BESIDE})  .*$', ' '), '(  [a-z]{{1,2}})+ $', ' ')"
    squeezed = one_vowel(f"replace({alone}, ' ', '')")
    known = _replaced(f"' ' || {squeezed} || ' '", _CITIES, after="")
    return f"nullif(trim({known}), '')"
