"""Folding a matching key gives the key, whatever was sent; a whole list of values is folded by one query."""

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identity import fold, fold_address
from warehouse.db import connect_memory

KEYS = {
    "name": fold.name_key,
    "company": fold.company_key,
    "city": fold_address.city_key,
    "street": fold_address.street_key,
    "house number": fold_address.house_number_key,
    "postal code": fold_address.postal_code_key,
    "postal code of Germany": lambda x: fold_address.with_leading_zero(fold_address.postal_code_key(x), "'DE'"),
    "postal code of Norway": lambda x: fold_address.with_leading_zero(fold_address.postal_code_key(x), "'NO'"),
    "card": fold.card_key,
    "email": fold.email_key,
}

# What people and systems really send, in any order and number, and single letters that rules begin or end with.
PIECES = [
    "Dr.", "Graf", "von", "zu", "de", "H.-P.", "Jun.", "geb.", "Müller", "Mueller", "Bauer", "Neue", "Ueue", "Åse",
    "Aa",
    "Størmer", "Græsdal", "Groß", "O'Brien", "e.K.", "GmbH & Co. KG", "A/S", "AG", "und", "Sankt", "St.", "S:t", "am",
    "Main", "(Oder)", "/", ",", "-", "Munich", "K", "SG", "Straße", "str.", "Str", "gatan", "gt.", "vei", "vn", "Allé",
    "Postfach", "Box", "P.O.", "Norra", "sdr", "12", "07", "00", "4 B", "12-14", "3/2/14", "lgh 1102", "2. tv", "a",
    "1",
    "D-", "DE", "S-114 55", "SW1A 1AA", "1012 AB", "Stockholm", "+tag", "@", "gmail.com", "googlemail.com", ".", "0",
]  # fmt: skip
LETTERS = "aeouäöüßåæøþÉÅIİ̈nstrvglpzxbh ’.-'/@+:0179ABde_%"
values = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=5).flatmap(
        lambda pieces: st.sampled_from(["", " ", "  "]).map(lambda between: between.join(pieces))
    ),
    st.text(alphabet=LETTERS, max_size=24),
    st.text(max_size=12),
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect_memory()
    yield connection
    connection.close()


@pytest.mark.parametrize("kind", KEYS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(values, min_size=20, max_size=200))
def test_a_key_of_a_key_is_the_key(kind, con, sent):
    of = KEYS[kind]
    changed = con.execute(
        f"""
        with sent as (select unnest(?::text[]) as value),
        once as (select value, {of("value")} as key from sent),
        twice as (select value, key, {of("key")} as key_of_key from once)
        select value, key, key_of_key from twice where key_of_key is distinct from key or key = ''""",
        [[value.replace("\x00", "") for value in sent]],
    ).fetchall()
    assert changed == []
