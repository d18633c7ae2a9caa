"""Folding of names, streets and cities to matching keys: SQL expressions, the same on DuckDB and Spark.

Every function takes and returns the text of a SQL expression. A key is for comparing only; what
people read stays as it was sent. Each key is idempotent: folding a key gives the key.
"""

# One letter for each way of writing it: Müller, Mueller and Muller are one key.
_PLAIN = {
    "a": "àáâãäåāăąæ", "c": "çćč", "d": "ďđð", "e": "èéêëēęě", "g": "ğ", "i": "ìíîïīı", "l": "łľ",
    "n": "ñńň", "o": "òóôõöøōőœ", "r": "ř", "s": "śšşș", "t": "ťțþ", "u": "ùúûüūůű", "y": "ýÿ", "z": "źżž",
}  # fmt: skip
_FROM = "".join(_PLAIN.values())
_TO = "".join(letter * len(variants) for letter, variants in _PLAIN.items())

# Words of a name that tell nobody apart.
_TITLES = "dr|prof|professor|dipl|ing|med|mag|ddr|msc|bsc|mba|phd|herr|frau|hr|fr|mr|mrs|ms|jun|jr|sen|sr"
_PARTICLES = "von|vom|van|der|den|dem|de|di|da|du|del|dos|la|le|zu|zum|zur|af|av|ten|ter|graf|freiherr|baron"
_LEGAL_FORMS = "gmbh|ag|kg|ohg|gbr|ug|ek|eu|og|mbh|co|und|sarl|sa|ab|hb|as|asa|ans|da|aps|is|ivs|ltd|inc|e|k"

# Kinds of street, each to its shortest form, as a suffix or a word of its own.
_STREET_KINDS = {
    "strasse|strase|stras|str": "str",
    "platz|pl": "pl",
    "gatan|gata|gaten|gate|gade": "g",
    "vagen|vag|veien|vei|vegen|veg|vej": "v",
}


def plain(x: str) -> str:
    """Lower case, letters without accents, `ß` as `ss`."""
    return f"translate(replace(lower({x}), 'ß', 'ss'), '{_FROM}', '{_TO}')"


def one_vowel(x: str) -> str:
    """`ae`, `aa`, `oe` and `ue` as the single vowel that the accented letter became."""
    for pattern, vowel in (("a[ae]+", "a"), ("oe+", "o"), ("ue+", "u")):
        x = f"regexp_replace({x}, '{pattern}', '{vowel}', 'g')"
    return x


def words(x: str, dropped: str) -> str:
    """The words of `x` with one blank around each, without the `dropped` ones.

    When nothing is left, the words with none dropped: a family may be called Graf.
    """
    spaced = f"' ' || regexp_replace({plain(x)}, '[^a-z]+', '  ', 'g') || ' '"
    kept = f"trim(regexp_replace({spaced}, ' ({dropped}) ', ' ', 'g'))"
    return f"coalesce(nullif({kept}, ''), nullif(trim({spaced}), ''))"


def name_words(x: str) -> str:
    """Parts of a given or family name in order, without titles and particles."""
    return words(x, f"{_TITLES}|{_PARTICLES}")


def squeezed(x: str) -> str:
    """The words written together: `Anna-Lena` and `Annalena` are one key."""
    return one_vowel(f"replace({x}, ' ', '')")


def first_word(x: str) -> str:
    """The first of some words, as a key."""
    return one_vowel(f"regexp_replace({x}, ' .*', '')")


def last_word(x: str) -> str:
    """The last of some words, as a key."""
    return one_vowel(f"regexp_replace({x}, '.* ', '')")


def name_key(x: str) -> str:
    """A whole given or family name as one key."""
    return squeezed(name_words(x))


def company_key(x: str) -> str:
    """A company's name as one key, without its legal form."""
    return squeezed(words(x, _LEGAL_FORMS))


def city_key(x: str) -> str:
    """A city as one key; `St.` and `Sankt` are the same."""
    spaced = f"' ' || regexp_replace({plain(x)}, '[^a-z]+', '  ', 'g') || ' '"
    one_saint = f"replace({spaced}, ' sankt ', ' st ')"
    return f"nullif({squeezed(one_saint)}, '')"


def street_key(x: str) -> str:
    """A street without its number as one key; `Str.`, `Straße` and `strasse` are the same."""
    letters = f"regexp_replace({plain(x)}, '[^a-z0-9]+', '', 'g')"
    text = one_vowel(letters)
    for kinds, short in _STREET_KINDS.items():
        text = f"regexp_replace({text}, '({kinds})$', '{short}')"
    return f"nullif({text}, '')"


def house_number_key(x: str) -> str:
    """House number with its suffix, without blanks and leading zeros: `07 A` is `7a`."""
    return f"nullif(regexp_replace(regexp_replace(lower({x}), '[^a-z0-9]+', '', 'g'), '^0+', ''), '')"


def postal_code_key(x: str) -> str:
    """Postal code without blanks and country prefix: `S-114 55` is `11455`."""
    return f"nullif(regexp_replace({x}, '[^0-9]+', '', 'g'), '')"


def card_key(x: str) -> str:
    """The digits of a card number, without leading zeros."""
    return f"nullif(regexp_replace(regexp_replace({x}, '[^0-9]+', '', 'g'), '^0+', ''), '')"


def email_key(x: str) -> str:
    """The mailbox behind an address: lower case, no plus tag, and for Gmail no dots in the local part."""
    address = f"regexp_replace(regexp_replace(lower(trim({x})), '[+][^@]*@', '@'), '@googlemail[.]com$', '@gmail.com')"
    local = f"replace(regexp_replace({address}, '@.*$', ''), '.', '')"
    return f"case when {address} like '%@gmail.com' then {local} || '@gmail.com' else {address} end"
