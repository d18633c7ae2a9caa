"""The cast: people planted in each country, so that each segment of the retail pack has somebody in it."""

from dataclasses import dataclass

import numpy as np

from connectors.demo.clock import DAYS
from connectors.demo.countries import CODES


@dataclass(frozen=True)
class Role:
    """What a planted person does. Days count back from the end of the history."""

    name: str
    silos: tuple[str, ...]
    orders: int = 0
    oldest: int = 0  # days ago of the first order at the earliest
    newest: int = 0  # days ago of the last order
    large: bool = False
    returns_all: bool = False


ROLES = (
    Role("new_customer", ("shop", "newsletter"), 1, 9, 4),
    Role("first_time_buyer", ("shop", "newsletter"), 1, 60, 50),
    Role("regular", ("shop", "loyalty", "newsletter"), 10, 350, 6),
    Role("lapsed", ("shop", "newsletter"), 3, 700, 430),
    Role("win_back", ("shop", "newsletter"), 6, 700, 240, large=True),
    Role("cart_abandoner", ("shop", "newsletter"), 1, 200, 120),
    Role("full_returner", ("shop", "newsletter"), 3, 300, 40, returns_all=True),
    Role("unanswered_enquirer", ("forms", "newsletter")),
    Role("open_quotation", ("erp", "newsletter")),
    Role("loyalty_without_account", ("loyalty", "newsletter"), 4, 150, 14),
    Role("high_value", ("shop", "loyalty", "newsletter"), 12, 500, 15, large=True),
    Role("objector", ("shop", "newsletter", "calls"), 5, 400, 20),
    Role("withdrawer", ("shop", "newsletter"), 2, 300, 30),
)
ROLE = {role.name: number for number, role in enumerate(ROLES)}
NOBODY = -1


def cast_size(people: int) -> int:
    """Return how many people of the first chunk are planted: one of each role and country, more of them
    in large sets."""
    every = len(ROLES) * len(CODES)
    return every * int(np.clip(people // 3000, 1, 4)) if people >= every * 2 else people // 2


def of_roles(roles: np.ndarray, value: str) -> np.ndarray:
    """Return, per person, a field of its role as a number; 0 for who has none."""
    table = np.array([getattr(role, value) for role in ROLES] + [0])
    return table[roles]


def ago(days: np.ndarray) -> np.ndarray:
    """Return day numbers for days before the end of the history."""
    return np.clip(DAYS - 1 - days, 0, DAYS - 1)
