"""Folding of letters: SQL expressions, the same on DuckDB and Spark."""

import unicodedata

from identity.steps import Steps

# Letters that are no plain letter with a mark on it.
_SPECIAL = {"ø": "o", "œ": "o", "æ": "a", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "þ": "t"}
_COMMON = "äöüåáéèëçñóíøæ"


def _without_mark(letter: str) -> str:
    return _SPECIAL.get(letter, unicodedata.normalize("NFD", letter)[0])


# Latin letters of all of Europe, lower case, each with the plain letter that it is folded to.
_MARKED = [
    letter
    for letter in map(chr, [*range(0x00DF, 0x0180), *range(0x01CD, 0x0250), *range(0x1E00, 0x1EFF)])
    if letter == letter.lower() and len(_without_mark(letter)) == 1 and "a" <= _without_mark(letter) <= "z"
]
# Marks of their own (as some systems write ü as u with ¨), and the ways to write an apostrophe: left out.
_LEFT_OUT = "".join(map(chr, range(0x0300, 0x0330))) + "’‘ʼ´"


def small(x: str) -> str:
    """Lower case, no apostrophes."""
    return f"replace(lower({x}), '''', '')"


def without_marks(x: str) -> str:
    """Small letters without accents, `ß` as `ss`.

    Most values are ASCII, most others have the common letters only: the long table costs too much for every row.
    """
    return (
        f"case when not regexp_matches({x}, '[^ -~]') then {x}"
        f" when not regexp_matches({x}, '[^ -~ß{_COMMON}]')"
        f" then translate(replace({x}, 'ß', 'ss'), '{_COMMON}', '{_folded(_COMMON)}')"
        f" else translate(replace({x}, 'ß', 'ss'), '{''.join(_MARKED)}{_LEFT_OUT}', '{_folded(_MARKED)}') end"
    )


# Lower case, letters without accents, no apostrophes, `ß` as `ss`.
plain = Steps(small, without_marks)


def _folded(letters: str | list[str]) -> str:
    return "".join(_without_mark(letter) for letter in letters)


def one_vowel(x: str) -> str:
    """`ae`, `aa`, `oe` and `ue` as the single vowel that the accented letter became; not the `ue` of Bauer."""
    for pattern, vowel in (("a[ae]+", "a"), ("oe+", "o"), ("aue", "au_e"), ("ue+", "u"), ("_", "")):
        x = f"regexp_replace({x}, '{pattern}', '{vowel}', 'g')"
    return x
