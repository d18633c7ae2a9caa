"""Matching keys: what they equate, and that folding a key changes nothing."""

from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity import fold
from warehouse.db import connect_memory

KEYS = (
    fold.name_key, fold.company_key, fold.city_key, fold.street_key, fold.house_number_key,
    fold.postal_code_key, fold.card_key, fold.email_key,
)  # fmt: skip


def key(of: Callable[[str], str], value: str | None) -> str | None:
    """The key of a value under one of the rules."""
    with closing(connect_memory()) as con:
        return con.execute(f"select {of('x')} from (select ?::text as x)", [value]).fetchall()[0][0]


def key_and_key_of_key(of: Callable[[str], str], value: str) -> tuple[str | None, str | None]:
    query = f"select y, {of('y')} from (select {of('x')} as y from (select ?::text as x) as v) as k"
    with closing(connect_memory()) as con:
        return con.execute(query, [value]).fetchall()[0]


@pytest.mark.parametrize("of", KEYS, ids=lambda of: of.__name__)
@settings(max_examples=25, deadline=None)
@given(value=st.text(alphabet="aeouäöüßåæøÅÉnstrvglpz .-'/@+0179ABde", max_size=24))
def test_a_key_of_a_key_is_the_key(of, value):
    once, twice = key_and_key_of_key(of, value)
    assert twice == once


@pytest.mark.parametrize(
    ("of", "same"),
    [
        (fold.name_key, ["Müller", "Mueller", "MULLER", "von Müller", "Dr. Müller"]),
        (fold.name_key, ["Sørensen", "Soerensen", "Sörensen", "sorensen"]),
        (fold.name_key, ["Åse", "Aase", "Ase"]),
        (fold.name_key, ["Anna-Lena", "Anna Lena", "Annalena"]),
        (fold.name_key, ["Groß", "Gross"]),
        (fold.company_key, ["Zeisig GmbH", "ZEISIG", "Zeisig GmbH & Co. KG"]),
        (fold.street_key, ["Hauptstr.", "Hauptstraße", "Haupt-Strasse", "HAUPTSTR"]),
        (fold.street_key, ["Storgatan", "Storgata", "Storgate"]),
        (fold.house_number_key, ["7a", "7 A", "07 a"]),
        (fold.postal_code_key, ["11455", "114 55", "S-114 55"]),
        (fold.city_key, ["Sankt Gallen", "St. Gallen"]),
        (fold.email_key, ["max.muster+x@googlemail.com", "MaxMuster@gmail.com"]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else value.__name__,
)
def test_spellings_of_one_value_have_one_key(of, same):
    assert len({key(of, value) for value in same}) == 1


@pytest.mark.parametrize(
    ("of", "left", "right"),
    [
        (fold.name_key, "Bauer", "Maurer"),
        (fold.email_key, "a.b@web.de", "ab@web.de"),
        (fold.house_number_key, "7", "7a"),
    ],
    ids=["names", "dots outside Gmail", "house number suffix"],
)
def test_different_values_have_different_keys(of, left, right):
    assert key(of, left) != key(of, right)


def test_a_name_of_particles_only_is_kept():
    assert key(fold.name_key, "Graf") == "graf"


def test_nothing_has_no_key():
    assert [key(of, "") for of in (fold.name_key, fold.street_key, fold.card_key)] == [None, None, None]
