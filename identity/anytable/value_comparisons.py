"""How e-mail addresses, numbers of one's own and values of any other kind are compared."""

from identity.anytable.levels import Comparison, Level, mistyped, near

_NAMED = "l.is_name_mailbox and r.is_name_mailbox"
_MISTYPED = mistyped("l.email", "r.email", "1")
# Figures, dots and providers tell those apart whose mailboxes are made of one name: that is no typing error.
_MADE_OF_NAMES = "l.name_mailbox is not null and r.name_mailbox is not null"
_OF_TWO_NAMES = f"{_MADE_OF_NAMES} and l.name_mailbox <> r.name_mailbox"
EMAIL = Comparison(
    "email",
    # john.smith@ at two providers is what two John Smiths have, and one: it says nothing.
    f"l.email is not null and r.email is not null and (l.email = r.email or not ({_NAMED}) or l.mailbox <> r.mailbox)",
    (
        Level("same e-mail address", f"l.email = r.email and not ({_NAMED})", 0.5, 0.08),
        # Made of the name, the address tells no more than the name and the provider, be it a small one.
        Level("same e-mail address made of the name, small provider", "l.email = r.email and l.domain_bits > 6",
              0.1, 0.005, most_bits=9),
        Level("same e-mail address made of the name", "l.email = r.email", 0.1, 0.005, most_bits=4),
        Level("typing error in the e-mail address", f"not ({_MADE_OF_NAMES}) and {_MISTYPED}", 0.05, 0.02),
        Level("nearly the same e-mail address made of the name",
              f"l.mailbox = r.mailbox and {_MADE_OF_NAMES} or {_OF_TWO_NAMES} and {_MISTYPED}",
              0.02, 0.005, most_bits=3),
        Level("same mailbox name elsewhere", "l.mailbox = r.mailbox", 0.03, 0.005),
        Level("different e-mail addresses", "true", 0.2, 0.87),
    ),
    key="email",
)  # fmt: skip
GENDER = Comparison(
    "gender",
    "l.gender is not null and r.gender is not null",
    (Level("same gender", "l.gender = r.gender", 0.97, 0.5), Level("different gender", "true", 0.03, 0.5)),
    key="gender",
)


def code(name: str, words: str, same: float, relative: float) -> Comparison:
    """A number that belongs to one person: right, mistyped, or another one."""
    rest = 1 - same
    return Comparison(
        name,
        f"l.{name} is not null and r.{name} is not null",
        (
            Level(f"same {words}", f"l.{name} = r.{name}", same, relative),
            Level(
                f"typing error in the {words}",
                mistyped(f"l.{name}", f"r.{name}", f"case when length(l.{name}) >= 9 then 2 else 1 end"),
                min(0.06, rest / 2),
                0.01,
            ),
            Level(f"different {words}", "true", rest - min(0.06, rest / 2), 0.99 - relative),
        ),
        key=name,
    )


def text(name: str, words: str, same: float, relative: float, of_family: bool = False) -> Comparison:
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
