"""When two words are alike: SQL over Levenshtein distance and letters only, the same on DuckDB and Spark."""


def one_begins_with_other(a: str, b: str) -> str:
    """SQL: one of two words is the beginning of the other, with three letters or more."""
    return (
        f"(least(length({a}), length({b})) >= 3"
        f" and substr({a}, 1, least(length({a}), length({b}))) = substr({b}, 1, least(length({a}), length({b}))))"
    )


def near(a: str, b: str) -> str:
    """SQL: at most one edit, two in long words, or two letters swapped.

    The CASE keeps the costly distance from most pairs. Two edits that leave the same letters are a swap.
    """
    return (
        f"(case when abs(length({a}) - length({b})) > 2 or least(length({a}), length({b})) < 3 then false"
        f" when least(length({a}), length({b})) >= 7 then levenshtein({a}, {b}) <= 2"
        f" when length({a}) = length({b})"
        f" and length(translate({a}, {b}, '')) = 0 and length(translate({b}, {a}, '')) = 0"
        f" then levenshtein({a}, {b}) <= 2"
        f" else levenshtein({a}, {b}) <= 1 end)"
    )


def initial_of_other(a: str, b: str) -> str:
    """SQL: one of two words is the other's first letter, or its first two."""
    return (
        f"(least(length({a}), length({b})) <= 2"
        f" and substr({a}, 1, least(length({a}), length({b}))) = substr({b}, 1, least(length({a}), length({b}))))"
    )
