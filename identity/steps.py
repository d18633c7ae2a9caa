"""A matching key is made in steps, each from the text of one SQL expression to the next."""

from collections.abc import Callable

Step = Callable[[str], str]


class Steps:
    """Steps that are done one after the other; parts that are steps themselves are taken apart.

    Called with an expression, they return one expression. A step may name its value several times, so that the text
    multiplies with every step: short to write, but long to plan where many keys are made. See `step_by_step`.
    """

    def __init__(self, *parts: "Step | Steps") -> None:
        self.each: list[Step] = []
        for part in parts:
            self.each += part.each if isinstance(part, Steps) else [part]

    def __call__(self, x: str) -> str:
        for step in self.each:
            x = step(x)
        return x


def step_by_step(source: str, made: dict[str, tuple[Steps, str]]) -> str:
    """SQL: the rows of `source` and beside them the columns `made`, each by its steps from a column of the source.

    Every step is a select of its own and every value on the way a column. Three steps to given_words, one to email_key:

        (select s.*, <third step of s.given_words_2> as given_words from
        (select s.*, <second step of s.given_words_1> as given_words_2 from
        (select s.*, <first step of s.given_name> as given_words_1, <the step of s.email> as email_key from
        source as s) as s) as s)
    """
    way = {
        name: [column, *(f"{name}_{n}" for n in range(1, len(steps.each))), name]
        for name, (steps, column) in made.items()
    }
    for n in range(max(len(steps.each) for steps, _ in made.values())):
        values = [
            f"{steps.each[n](f's.{way[name][n]}')} as {way[name][n + 1]}"
            for name, (steps, _) in made.items()
            if n < len(steps.each)
        ]
        source = f"(select s.*, {', '.join(values)} from {source} as s)"
    return source
