"""One chunk of the simulated world, as the silos' writers take it."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from connectors.demo.countries import CODES
from connectors.demo.dice import Dice
from connectors.demo.rates import Rates, silo_carry
from connectors.demo.records import records

STAFFED = ("erp", "loyalty", "calls", "till")


@dataclass(frozen=True)
class World:
    """People of a chunk and who of them is known to which silo."""

    dice: Dice
    rates: Rates
    people: pl.DataFrame
    members: dict[str, NDArray[np.int64]]

    def records(self, silo: str) -> pl.DataFrame:
        """Return the records that a silo keeps of its members."""
        carry = silo_carry(self.rates, silo)
        return records(self.people, self.members[silo], self.dice, silo, carry, self.rates, silo in STAFFED)

    def number(self, base: int) -> int:
        """Return the first number of this chunk's keys in a silo."""
        return base + self.dice.chunk * 10_000_000

    def anybody(self, rng: np.random.Generator, country: pl.Series) -> pl.DataFrame:
        """Return, per row, a random person of that country."""
        rows = np.zeros(len(country), dtype=np.int64)
        lives = self.people["country"]
        for code in CODES:
            there, wanted = (
                np.flatnonzero((lives == code).to_numpy()),
                np.flatnonzero((country == code).to_numpy()),
            )
            if len(there):
                rows[wanted] = there[rng.integers(0, len(there), len(wanted))]
        return self.people[rows]


def full_name(frame: pl.DataFrame) -> pl.Series:
    """Return given and family name in one field."""
    return frame.select(pl.concat_str("given", "family", separator=" ", ignore_nulls=True)).to_series()
