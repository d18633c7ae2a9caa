"""The model: four kinds of pairs, one person, relatives, namesakes and strangers, and how often each agrees on what.

Two kinds, as Fellegi and Sunter have it, take brother and sister of one house for one person, because family name
and address come together. A kind of their own for relatives says: what they share counts nothing, the given name
and the birth date decide. Given and family names come together, too, by country and time, so that two strangers of
one full name are more than both names alone let expect, the more the larger the table. Namesakes are that kind.
"""

from dataclasses import dataclass

import numpy as np

from identity.anytable.patterns import Floats, Patterns

PERSON, RELATIVE, NAMESAKE, STRANGER = range(4)
KINDS = 4


@dataclass(frozen=True)
class Model:
    """Shares of the four kinds among all pairs, and of each level within a kind, by comparison."""

    shares: Floats
    levels: list[Floats]
    usual: dict[str, float]

    def evidence(self, patterns: Patterns) -> Floats:
        """Return log2 of the share of each pattern in each kind (patterns × 4), kinds' shares included."""
        found = np.tile(np.log2(self.shares), (len(patterns.rarity), 1))
        for place, levels in enumerate(self.levels):
            known = np.concatenate([np.zeros((1, KINDS)), np.log2(levels)])
            found += known[patterns.levels[:, place]]
        found[:, STRANGER] -= patterns.rarity
        found[:, NAMESAKE] -= patterns.rarity
        found[:, RELATIVE] -= patterns.rarity_in_family
        return found

    @property
    def prior(self) -> float:
        """Log2 odds of one person before anything is known of a pair."""
        return float(np.log2(self.shares[PERSON] / (1 - self.shares[PERSON])))

    def weights(self, patterns: Patterns) -> Floats:
        """Return the log2 odds that a pair is one person."""
        found = self.evidence(patterns)
        return found[:, PERSON] - np.logaddexp2.reduce(found[:, RELATIVE:], axis=1)


@dataclass(frozen=True)
class Counted:
    """Patterns with the number of pairs that each stands for."""

    patterns: Patterns
    pairs: Floats

    @staticmethod
    def together(counted: list["Counted"]) -> "Counted":
        """Return all of them one after the other."""
        patterns = [one.patterns for one in counted]
        return Counted(
            Patterns(
                np.concatenate([one.levels for one in patterns]),
                np.concatenate([one.rarity for one in patterns]),
                np.concatenate([one.rarity_in_family for one in patterns]),
            ),
            np.concatenate([one.pairs for one in counted]),
        )
