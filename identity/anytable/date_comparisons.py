"""How birth dates, and years of birth where no days are known, are compared."""

from identity.anytable.levels import Comparison, Level

_FULL = "substr(l.dob, 5) <> '0000' and substr(r.dob, 5) <> '0000'"
BIRTH = Comparison(
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
        Level("same year of birth, the day not known", f"l.birth_year = r.birth_year and not ({_FULL})", 0.06, 0.03),
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
YEAR = Comparison(
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
