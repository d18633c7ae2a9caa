"""What a comparison of two records is made of.

Each comparison has levels from agreement to disagreement; the first that holds counts, and a value that
one side lacks says nothing. `same` and `relative` are what is expected of two records of one person, and
of two people of one family, before the table itself has told more.
"""

from dataclasses import dataclass


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
    The first `agreeing` levels say that the values agree, as far as they are known.
    `prepared` is worked out once a pair, for the levels to use as `p.<name>`.
    """

    name: str
    known: str
    levels: tuple[Level, ...]
    key: str | None = None
    of_family: bool = False
    agreeing: int = 1
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


def mistyped(a: str, b: str, most: str) -> str:
    """SQL: codes as many edits apart at most."""
    return (
        f"(case when jaro_winkler_similarity({a}, {b}) < 0.8 then false"
        f" else damerau_levenshtein({a}, {b}) <= {most} end)"
    )
