"""How two records are compared, made from the columns that a table has.

Each comparison has levels from agreement to disagreement; the first that holds counts, and a value that
one side lacks says nothing. `same` and `relative` are what is expected of two records of one person, and
of two people of one family, before the table itself has told more.
"""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Level:
    """One outcome, as SQL over rows `l` and `r` of person; the last of a comparison is `true`.

    `most_bits` bounds what it may speak for one person, where other comparisons have said most of it.
    """

    words: str
    sql: str
    same: float
    relative: float
    most_bits: float | None = None


@dataclass(frozen=True)
class Comparison:
    """One piece of evidence. At the first level the weight grows with the rarity of the value in `key`.

    `of_family`: a family shares it, so that its rarity tells nothing about which of them it is.
    `prepared` is worked out once a pair, for the levels to use as `p.<name>`.
    """

    name: str
    known: str
    levels: tuple[Level, ...]
    key: str | None = None
    of_family: bool = False
    prepared: tuple[tuple[str, str], ...] = ()


def near(a: str, b: str) -> str:
    """SQL: one edit apart, two in long words, or much alike from the beginning.

    What is one edit apart is 0.8 alike at least: that keeps the costly distance from most pairs.
    """
    alike = f"jaro_winkler_similarity({a}, {b})"
    return (
        f"(case when least(length({a}), length({b})) < 3 or abs(length({a}) - length({b})) > 3 then false"
        f" when {alike} < 0.8 then false when {alike} >= 0.92 then true"
        f" else damerau_levenshtein({a}, {b}) <= case when least(length({a}), length({b})) >= 7 then 2 else 1 end end)"
    )


def _mistyped(a: str, b: str, most: str) -> str:
    """SQL: codes as many edits apart at most."""
    return (
        f"(case when jaro_winkler_similarity({a}, {b}) < 0.8 then false"
        f" else damerau_levenshtein({a}, {b}) <= {most} end)"
    )


def _part_of(a: str, b: str) -> str:
    return f"(least(length({a}), length({b})) >= 3 and (starts_with({a}, {b}) or starts_with({b}, {a})))"


_CHANGED_PLACES = (
    "coalesce(case when l.given = r.family then l.given <> r.given and "
    f"{near('l.family', 'r.given')} when l.family = r.given then l.given <> r.given and {near('l.given', 'r.family')} "
    "else false end, false)"
)
_GIVEN = Comparison(
    "given_name",
    "l.given is not null and r.given is not null",
    (
        Level(
            "same given name",
            "l.given = r.given and length(l.given) > 1 and coalesce(l.given_2[1] = r.given_2[1], true)",
            0.7,
            0.03,
        ),
        Level("same first and another second given name", "l.given = r.given and length(l.given) > 1", 0.02, 0.02),
        Level("short or long form", "l.nick = r.nick and length(l.nick) > 1", 0.05, 0.01),
        Level("typing error in the given name", near("l.given", "r.given"), 0.09, 0.02),
        Level(
            "initial",
            "(length(l.given) = 1 or length(r.given) = 1) and l.given[1] in (r.given[1], r.given_2[1])"
            " or length(r.given) = 1 and r.given = l.given_2[1]",
            0.03,
            0.02,
        ),
        Level("names that changed places", _CHANGED_PLACES, 0.015, 0.001),
        Level(
            "part of the given names",
            f"coalesce({_part_of('l.given', 'r.given')} or l.given = r.given_2 or r.given = l.given_2, false)",
            0.03,
            0.03,
        ),
        Level(
            "given names that sound alike",
            "l.given_sound = r.given_sound or jaro_winkler_similarity(l.given, r.given) >= 0.84",
            0.025,
            0.04,
        ),
        Level("different given names", "true", 0.045, 0.85),
    ),
    key="given",
)
_FAMILY = Comparison(
    "family_name",
    # Names that changed places have told their tale with the given names.
    f"l.family is not null and r.family is not null and not ({_CHANGED_PLACES})",
    (
        Level("same family name", "l.family = r.family and length(l.family) > 1", 0.78, 0.84),
        Level("typing error in the family name", near("l.family", "r.family"), 0.09, 0.05),
        Level(
            "part of the family name",
            f"coalesce({_part_of('l.family', 'r.family')} or l.family in (r.family_first, r.family_last)"
            " or r.family in (l.family_first, l.family_last), false)",
            0.03,
            0.02,
        ),
        Level(
            "family names that sound alike",
            "l.family_sound = r.family_sound or jaro_winkler_similarity(l.family, r.family) >= 0.84",
            0.03,
            0.02,
        ),
        Level("different family names", "true", 0.07, 0.07),
    ),
    key="family",
    of_family=True,
)
_FULL = "substr(l.dob, 5) <> '0000' and substr(r.dob, 5) <> '0000'"
_BIRTH = Comparison(
    "birth_date",
    "l.dob is not null and r.dob is not null",
    (
        Level("same birth date", f"l.dob = r.dob and {_FULL}", 0.78, 0.02),
        Level(
            "birth date with a typing error, or day and month swapped",
            f"{_FULL} and (l.dob = r.dob_swapped or case when hamming(l.dob, r.dob) > 2 then false"
            " else damerau_levenshtein(l.dob, r.dob) <= 1 end)",
            0.08,
            0.01,
        ),
        Level("same year of birth, the day not known", f"l.birth_year = r.birth_year and not ({_FULL})", 0.03, 0.03),
        Level(
            "two parts of the birth date agree",
            f"{_FULL} and (l.birth_year = r.birth_year and (substr(l.dob, 5, 2) = substr(r.dob, 5, 2)"
            " or substr(l.dob, 7, 2) = substr(r.dob, 7, 2)) or substr(l.dob, 5) = substr(r.dob, 5))",
            0.035,
            0.03,
        ),
        Level("years of birth next to each other", "abs(l.birth_year - r.birth_year) <= 1", 0.02, 0.09),
        Level("years of birth near each other", "abs(l.birth_year - r.birth_year) <= 3", 0.015, 0.17),
        Level("different birth dates", "true", 0.04, 0.65),
    ),
    key="dob",
)
_YEAR = Comparison(
    "birth_year",
    "l.birth_year is not null and r.birth_year is not null",
    (
        Level("same year of birth", "l.birth_year = r.birth_year", 0.78, 0.04),
        Level("a year apart", "abs(l.birth_year - r.birth_year) <= 1", 0.08, 0.08),
        Level("two or three years apart", "abs(l.birth_year - r.birth_year) <= 3", 0.04, 0.18),
        Level(
            "one figure of the year differs",
            "length(l.dob) = 8 and length(r.dob) = 8 and hamming(substr(l.dob, 1, 4), substr(r.dob, 1, 4)) <= 1",
            0.05,
            0.25,
        ),
        Level("different years of birth", "true", 0.05, 0.45),
    ),
    key="dob",
)
_NAMED = "l.is_name_mailbox and r.is_name_mailbox"
_EMAIL = Comparison(
    "email",
    # john.smith@ at two providers is what two John Smiths have, and one: it says nothing.
    f"l.email is not null and r.email is not null and (l.email = r.email or not ({_NAMED}) or l.mailbox <> r.mailbox)",
    (
        Level("same e-mail address", f"l.email = r.email and not ({_NAMED})", 0.5, 0.08),
        # Made of the name, the address tells no more than the name and the provider, be it a small one.
        Level("same e-mail address made of the name, small provider", "l.email = r.email and l.domain_bits > 6",
              0.1, 0.005, most_bits=9),
        Level("same e-mail address made of the name", "l.email = r.email", 0.1, 0.005, most_bits=4),
        Level("typing error in the e-mail address", _mistyped("l.email", "r.email", "1"), 0.05, 0.02),
        Level("same mailbox name elsewhere", "l.mailbox = r.mailbox", 0.05, 0.01),
        Level("different e-mail addresses", "true", 0.2, 0.87),
    ),
    key="email",
)  # fmt: skip
_GENDER = Comparison(
    "gender",
    "l.gender is not null and r.gender is not null",
    (Level("same gender", "l.gender = r.gender", 0.97, 0.5), Level("different gender", "true", 0.03, 0.5)),
    key="gender",
)


def _code(name: str, words: str, same: float, relative: float) -> Comparison:
    """A number that belongs to one person: right, mistyped, or another one."""
    rest = 1 - same
    return Comparison(
        name,
        f"l.{name} is not null and r.{name} is not null",
        (
            Level(f"same {words}", f"l.{name} = r.{name}", same, relative),
            Level(
                f"typing error in the {words}",
                _mistyped(f"l.{name}", f"r.{name}", f"case when length(l.{name}) >= 9 then 2 else 1 end"),
                min(0.06, rest / 2),
                0.01,
            ),
            Level(f"different {words}", "true", rest - min(0.06, rest / 2), 0.99 - relative),
        ),
        key=name,
    )


def _text(name: str, words: str, same: float, relative: float, of_family: bool = False) -> Comparison:
    """A value of any kind: equal, nearly equal, one inside the other, or another."""
    rest, other = 1 - same, 1 - relative
    return Comparison(
        name,
        f"l.{name} is not null and r.{name} is not null",
        (
            Level(f"same {words}", f"l.{name} = r.{name}", same, relative),
            Level(f"nearly the same {words}", near(f"l.{name}", f"r.{name}"), rest * 0.25, other * 0.1),
            Level(
                f"one {words} part of the other",
                f"least(length(l.{name}), length(r.{name})) >= 4"
                f" and (contains(l.{name}, r.{name}) or contains(r.{name}, l.{name}))",
                rest * 0.15,
                other * 0.1,
            ),
            Level(f"different {words}", "true", rest * 0.6, other * 0.8),
        ),
        key=name,
        of_family=of_family,
    )


# What a part of an address that differs takes away, against what the whole would have given.
_PARTS = ("street", "house_no", "extra", "city", "postal_code", "postal_area", "region")
_WORDY = ("street", "extra", "city")


def _agreed(part: str) -> str:
    """SQL: how much a part of the address tells, in bits, 0 when it differs or one side lacks it."""
    bits = f"least(l.{part}_bits, r.{part}_bits)"
    if part not in _WORDY:
        return f"case when l.{part} = r.{part} then l.{part}_bits else 0 end"
    others = ", ".join(f"r.{other}" for other in _WORDY if other != part)
    return (
        f"coalesce(case when l.{part} = r.{part} then l.{part}_bits when l.{part} in ({others}) then l.{part}_bits"
        f" when {near(f'l.{part}', f'r.{part}')} then {bits} * 0.8 else 0 end, 0)"
    )


def _address(parts: list[str]) -> Comparison:
    """All parts in one: they come together, and counted one by one they would count many times.

    What agrees is added up in bits, each value as rare as it is in this table.
    """
    agreed = " + ".join(_agreed(part) for part in parts)
    known = " + ".join(f"case when r.{part} is not null then coalesce(l.{part}_bits, 0) else 0 end" for part in parts)
    levels = (
        ("whole address", 0.85, 15, 0.38, 0.55),
        ("most of the address", 0.85, 10, 0.14, 0.12),
        ("most of a vague address", 0.85, 6, 0.06, 0.05),
        ("little is known of the address, and agrees", 0.85, 0, 0.03, 0.03),
        ("half of the address", 0.4, 12, 0.13, 0.08),
        ("half of the address", 0.4, 6, 0.08, 0.06),
        ("some of the address", 0.4, 0, 0.03, 0.03),
        ("little of the address", 0.12, 4, 0.04, 0.03),
        ("hardly anything of the address", 0.01, 0, 0.04, 0.03),
    )
    made = [
        Level(f"{words} ({bits} bits)", f"p.agreed >= {share} * p.known and p.agreed >= {bits}", same, relative)
        for words, share, bits, same, relative in levels
    ]
    last = Level("different addresses", "true", 0.07, 0.02)
    return Comparison(
        "address",
        "p.known > 0",
        (*made, last),
        of_family=True,
        prepared=(("agreed", agreed), ("known", known)),
    )


def comparisons_of(con: duckdb.DuckDBPyConnection) -> list[Comparison]:
    """Return the comparisons that the filled columns of person allow."""
    filled = filled_keys(con)
    full_dates = con.execute("select count(*) from person where substr(dob, 5) <> '0000'").fetchall()[0][0]
    made = [_GIVEN] if "given" in filled else []
    made += [_FAMILY] if "family" in filled else []
    if "dob" in filled:
        made.append(_BIRTH if full_dates else _YEAR)
    made += [_EMAIL] if "email" in filled else []
    made += [_code("phone", "phone number", 0.62, 0.3)] if "phone" in filled else []
    made += [_code("national_id", "national id", 0.9, 0.001)] if "national_id" in filled else []
    made += [_code("card", "card number", 0.7, 0.1)] if "card" in filled else []
    parts = [part for part in _PARTS if part in filled]
    made += [_address(parts)] if parts else []
    made += [_text("birth_place", "birth place", 0.75, 0.55, of_family=True)] if "birth_place" in filled else []
    made += [_GENDER] if "gender" in filled else []
    for name in ("occupation", "company"):
        made += [_text(name, name, 0.5, 0.15)] if name in filled else []
    for name in ("other_0", "other_1", "other_2"):
        made += [_text(name, "value of another column", 0.6, 0.3)] if name in filled else []
    return made[:MOST_COMPARISONS]


# Four bits a comparison, and two offsets, must fit into 64.
MOST_COMPARISONS = 12


def filled_keys(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the columns of person that any record has."""
    names = [row[0] for row in con.execute("describe person").fetchall()]
    wanted = [name for name in names if name != "no" and not name.endswith("_bits")]
    counts = con.execute(f"select {', '.join(f'count({name})' for name in wanted)} from person")
    return {name for name, number in zip(wanted, counts.fetchall()[0], strict=True) if number}
