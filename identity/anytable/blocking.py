"""Which pairs are worth comparing: those that share a key of two or three values.

Each rule has a budget of pairs. A key that too many records share is refined by one more value, and
dropped where that does not help, so that work grows with the records, not with their square.
"""

import re

import duckdb

# Keys as SQL over person; a rule without its columns is left out.
RULES = {
    "national id": ("national_id",),
    "e-mail": ("email",),
    "phone": ("phone",),
    "card": ("card",),
    # In whichever order the two names stand.
    "both names": ("least(nick, family)", "greatest(nick, family)"),
    "names as they sound, year of birth": ("given_sound", "family_sound", "birth_year"),
    "names as they sound, place": ("given_sound", "family_sound", "{place}"),
    "names as they sound, birth place": ("given_sound", "family_sound", "birth_place"),
    "birth date, family name as it sounds": ("{dob}", "family_sound"),
    "birth date, given name": ("{dob}", "nick"),
    "birth date, postal code": ("{dob}", "postal_code"),
    "birth date, city": ("{dob}", "city"),
    "birth date, birth place": ("{dob}", "birth_place"),
    "day of birth, names' beginnings": ("substr({dob}, 5)", "given[:2]", "family[:2]"),
    "year of birth, family name, initial": ("birth_year", "family", "given[1]"),
    "year of birth, given name, initial": ("birth_year", "nick", "family[:2]"),
    "family name, postal code": ("family", "postal_code"),
    "given name, postal code": ("nick", "postal_code"),
    "given name, street": ("nick", "street"),
    "family name, street": ("family", "street"),
    "house": ("postal_code", "house_no", "given[1]"),
    "house in a street": ("street", "house_no", "given[1]"),
    "more of the address": ("street", "extra"),
    "birth place, given name": ("birth_place", "nick", "family[1]"),
    "birth place, family name": ("birth_place", "family", "given[1]"),
    "city, given name": ("city", "nick", "family[:2]"),
    "city, family name": ("city", "family", "given[1]"),
    "occupation, names": ("occupation", "nick", "family[1]"),
    "mailbox name": ("mailbox", "given[1]"),
    "company, given name": ("company", "nick"),
    "another column, given name": ("other_0", "nick", "family[1]"),
    "two other columns": ("other_0", "other_1"),
    # Wide ones, for values with errors; their budget leaves only rare keys of them.
    "given name, family name's beginning": ("nick", "family[:3]"),
    "family name, given name's beginning": ("family", "given[:3]"),
    "names' beginnings, year of birth": ("given[:3]", "family[:3]", "birth_year"),
    "names' endings": ("given[-3:]", "family[-4:]"),
    "names as they sound": ("given_sound", "family_sound"),
    "place, year of birth": ("{place}", "birth_year", "gender"),
    "place, year of birth, initial": ("{place}", "birth_year", "given[1]"),
    "place, family name as it sounds": ("{place}", "family_sound"),
    "place, given name as it sounds": ("{place}", "given_sound"),
    "birth place, birth year, initial": ("birth_place", "birth_year", "family[1]"),
    "birth date": ("{dob}", "gender"),
    "year of birth, family name as it sounds": ("birth_year", "family_sound"),
    "year of birth, given name as it sounds": ("birth_year", "given_sound", "family[1]"),
    "birth date, initial": ("{dob}", "given[1]"),
    "family name, occupation": ("family", "occupation"),
    "company, initials": ("company", "given[1]", "family[1]"),
}
# One value alone, where it is rare: for records of which only that is right.
WIDE_RULES = {
    "given name": ("nick",),
    "family name": ("family",),
    "given name as it sounds": ("given_sound",),
    "family name as it sounds": ("family_sound",),
    "birth date": ("{dob}",),
    "street": ("street",),
    "postal code": ("postal_code",),
    "birth place": ("birth_place",),
}
# What a key that many records share is refined by, one after the other.
_REFINED = ("birth_year", "given[:3]", "family[:4]", "{place}", "{dob}", "gender")
_PLACES = ("postal_code", "city", "birth_place")
_WORDS = {"least", "greatest", "substr", "coalesce", "case", "when", "then", "end"}
_FULL_DATE = "case when substr(dob, 5) <> '0000' then dob end"
_PAIRS_A_RECORD, _LEAST_BUDGET = 2.0, 200_000
_WIDE_PAIRS_A_RECORD, _LEAST_WIDE_BUDGET = 0.5, 60_000
# Tables so small that every pair can be compared.
_ALL_PAIRS = 1_000_000
_LARGEST_BLOCK = 2_000


def write_pairs(con: duckdb.DuckDBPyConnection, filled: set[str], records: int) -> int:
    """Write the table pair (no_l, no_r), each pair once; returns their number."""
    if records * (records - 1) // 2 <= _ALL_PAIRS:
        con.execute("""
            create or replace table pair as
            select l.no as no_l, r.no as no_r from person as l inner join person as r on r.no > l.no""")
        return records * (records - 1) // 2
    con.execute("create or replace table found_pair (no_l integer, no_r integer)")
    refined = [key for key in (_key(part, filled) for part in _REFINED) if _columns(key) <= filled]
    for rules, pairs_a_record, least in (
        (RULES, _PAIRS_A_RECORD, _LEAST_BUDGET),
        (WIDE_RULES, _WIDE_PAIRS_A_RECORD, _LEAST_WIDE_BUDGET),
    ):
        for parts in rules.values():
            keys = [_key(part, filled) for part in parts]
            if all(_columns(key) and _columns(key) <= filled for key in keys):
                _write_rule(con, keys, refined, max(least, round(pairs_a_record * records)))
    con.execute("create or replace table pair as select distinct no_l, no_r from found_pair")
    con.execute("drop table found_pair")
    return int(con.execute("select count(*) from pair").fetchall()[0][0])


def _key(part: str, filled: set[str]) -> str:
    """A part of a key as SQL; the place is whatever the table knows of it."""
    places = [name for name in _PLACES if name in filled]
    return part.format(dob=_FULL_DATE, place=f"coalesce({', '.join(places)})" if places else "no_place")


def _columns(key: str) -> set[str]:
    """The columns that SQL speaks of."""
    return set(re.findall(r"[a-z_][a-z_0-9]*", key)) - _WORDS


def _write_rule(con: duckdb.DuckDBPyConnection, keys: list[str], refined: list[str], budget: int) -> None:
    known = " and ".join(f"{key} is not null" for key in keys)
    con.execute(
        f"create or replace temp table block as select no, hash({', '.join(keys)}) as key from person where {known}"
    )
    for refinement in (*refined, None):
        largest = _largest_block(con, budget)
        con.execute(f"""
            create or replace temp table block_size as
            select key, count(*) as n, count(*) > {largest} as is_large from block group by key having count(*) > 1""")
        con.execute("""
            insert into found_pair
            select l.no, r.no from block as l
            inner join block_size as s on s.key = l.key and not s.is_large
            inner join block as r on r.key = l.key and r.no > l.no""")
        used, left = con.execute("""
            select coalesce(sum(case when not is_large then n * (n - 1) / 2 end), 0), count(*) filter (is_large)
            from block_size""").fetchall()[0]
        budget -= int(used)
        if refinement is None or not left:
            return
        con.execute(f"""
            create or replace temp table block as
            select b.no, hash(b.key, p.refined) as key
            from block as b
            inner join block_size as s on s.key = b.key and s.is_large
            inner join (select no, {refinement} as refined from person) as p on p.no = b.no""")


def _largest_block(con: duckdb.DuckDBPyConnection, budget: int) -> int:
    """The largest size of block whose pairs, with those of all smaller blocks, fit the budget."""
    found = con.execute(f"""
        with sized as (select count(*) as n from block group by key having count(*) between 2 and {_LARGEST_BLOCK}),
        grouped as (select n, sum(n * (n - 1) / 2) as pairs from sized group by n)
        select max(n) from (select n, sum(pairs) over (order by n) as pairs from grouped) as g
        where pairs <= {budget}""").fetchall()[0][0]
    return int(found or 1)
