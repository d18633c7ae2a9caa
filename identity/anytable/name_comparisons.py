"""How given and family names are compared."""

from identity.anytable.levels import Comparison, Level, near


def _part_of(a: str, b: str) -> str:
    return f"(least(length({a}), length({b})) >= 3 and (starts_with({a}, {b}) or starts_with({b}, {a})))"


_CHANGED_PLACES = (
    "coalesce(case when l.given = r.family then l.given <> r.given and "
    f"{near('l.family', 'r.given')} when l.family = r.given then l.given <> r.given and {near('l.given', 'r.family')} "
    "else false end, false)"
)
GIVEN = Comparison(
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
FAMILY = Comparison(
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
