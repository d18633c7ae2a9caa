"""The model: three kinds of pairs, one person, relatives and strangers, and how often each agrees on what.

Two kinds, as Fellegi and Sunter have it, take brother and sister of one house for one person, because
family name and address come together. A kind of their own for relatives says: what they share counts
nothing, the given name and the birth date decide.
"""

from dataclasses import dataclass

import numpy as np

from identity.anytable.levels import Comparison
from identity.anytable.patterns import Floats, Ints, Patterns

PERSON, RELATIVE, STRANGER = range(3)
_ROUNDS = 60
_ENOUGH = 1e-4
# Weight of what is expected, in pairs; a table with more of them tells for itself.
_PRIOR_PAIRS = 40.0
# Of a relative the given name and the birth date differ: so much of that is kept whatever the table tells.
_KEPT_OF_RELATIVES = 0.5
_KEPT_OF_PERSONS = 0.05
# Two records of one person disagree on a core value no more often than this.
_MOST_DIFFERENT = {"given_name": 0.25, "family_name": 0.3, "birth_date": 0.25, "birth_year": 0.3, "national_id": 0.35}
# … and agree on it at least this often: without that, learning may take some other common thing for a person.
_LEAST_SAME = {"given_name": 0.4, "family_name": 0.5, "birth_date": 0.35, "birth_year": 0.35, "national_id": 0.5}
_LEAST = 1e-9
# What a level may speak for one person, in bits, before any pair was seen at it; doubling the pairs adds a bit.
_FIRST_BITS, _MORE_BITS_OF_EQUAL = 8, 6
_OWN, _OWN_BITS = ("email", "phone", "national_id", "card"), 8
_DIGITS = 6


@dataclass(frozen=True)
class Model:
    """Shares of the three kinds among all pairs, and of each level within a kind, by comparison."""

    shares: Floats
    levels: list[Floats]
    usual: dict[str, float]

    def evidence(self, patterns: Patterns) -> Floats:
        """Return log2 of the share of each pattern in each kind (patterns × 3), kinds' shares included."""
        found = np.tile(np.log2(self.shares), (len(patterns.rarity), 1))
        for place, levels in enumerate(self.levels):
            known = np.concatenate([np.zeros((1, 3)), np.log2(levels)])
            found += known[patterns.levels[:, place]]
        found[:, STRANGER] -= patterns.rarity
        found[:, RELATIVE] -= patterns.rarity_in_family
        return found

    @property
    def prior(self) -> float:
        """Log2 odds of one person before anything is known of a pair."""
        return float(np.log2(self.shares[PERSON] / (1 - self.shares[PERSON])))

    def weights(self, patterns: Patterns) -> Floats:
        """Return the log2 odds that a pair is one person."""
        found = self.evidence(patterns)
        return found[:, PERSON] - np.logaddexp2(found[:, RELATIVE], found[:, STRANGER])


@dataclass(frozen=True)
class Counted:
    """Patterns with the number of pairs that each stands for."""

    patterns: Patterns
    pairs: Floats


def start(comparisons: list[Comparison], usual: dict[str, float], strangers: Counted, shares: Floats) -> Model:
    """Return the model before learning: expectations of persons and relatives, strangers as sampled."""
    levels = []
    for place, comparison in enumerate(comparisons):
        expected = _expected(comparison)
        size = len(comparison.levels)
        seen = _level_pairs(strangers.patterns.levels[:, place], strangers.pairs, size)
        equal = np.zeros(size)
        rarer = _OWN_BITS if comparison.name in _OWN else 0
        equal[0] = 2.0 ** -(usual[comparison.key] + rarer) if comparison.key else 0.3
        share = (seen + 1e-4 / size + equal) / (seen + 1e-4 / size + equal).sum()
        levels.append(np.stack([expected[:, PERSON], expected[:, RELATIVE], share], axis=1))
    return Model(shares, levels, usual)


def learn(comparisons: list[Comparison], model: Model, counted: Counted, records: int) -> Model:
    """Return the model after expectation maximisation over all pairs of the table.

    `counted` stands for all pairs: those compared one by one, the rest by a sample.
    """
    total = counted.pairs.sum()
    for _ in range(_ROUNDS):
        found = model.evidence(counted.patterns)
        kinds = np.exp2(found - np.logaddexp2.reduce(found, axis=1, keepdims=True)) * counted.pairs[:, None]
        shares = np.maximum(kinds.sum(axis=0) / total, 0.01 * records / total / total)
        shares = shares / shares.sum()
        levels = [
            _by_strangers(
                _level_shares(comparison, counted.patterns.levels[:, place], kinds, model.levels[place]),
                comparison,
                model.usual,
            )
            for place, comparison in enumerate(comparisons)
        ]
        moved = max(float(np.abs(new - old).max()) for new, old in zip(levels, model.levels, strict=True))
        model = Model(shares, levels, model.usual)
        if moved < _ENOUGH:
            break
    return Model(_rounded(model.shares), [_rounded(levels) for levels in model.levels], model.usual)


def _by_strangers(found: Floats, comparison: Comparison, usual: dict[str, float]) -> Floats:
    """Strangers share a number of one's own by mistake only, however many pairs have nothing else in common."""
    if comparison.name in _OWN and comparison.key:
        found[0, STRANGER] = min(found[0, STRANGER], 2.0 ** -(usual[comparison.key] + _OWN_BITS))
    return found


def _level_shares(comparison: Comparison, levels: Ints, kinds: Floats, before: Floats) -> Floats:
    size = len(comparison.levels)
    expected = _expected(comparison)
    found = np.empty((size, 3))
    for kind in (PERSON, RELATIVE):
        seen = _level_pairs(levels, kinds[:, kind], size) + _PRIOR_PAIRS * expected[:, kind]
        kept = _KEPT_OF_PERSONS if kind == PERSON else _KEPT_OF_RELATIVES
        found[:, kind] = (1 - kept) * seen / seen.sum() + kept * expected[:, kind]
    found[:, PERSON] = _limited(
        found[:, PERSON], _LEAST_SAME.get(comparison.name, 0.0), _MOST_DIFFERENT.get(comparison.name, 1.0)
    )
    seen = _level_pairs(levels, kinds[:, STRANGER], size)
    found[:, STRANGER] = (seen + 1.0 * before[:, STRANGER]) / (seen.sum() + 1.0)
    return _capped(comparison, found, _level_pairs(levels, kinds[:, PERSON], size))


def _capped(comparison: Comparison, found: Floats, seen: Floats) -> Floats:
    """No level speaks for one person by more than so many pairs of one person can tell."""
    most = _FIRST_BITS + np.log2(1 + seen)
    most[0] += _MORE_BITS_OF_EQUAL
    most = np.minimum(most, [level.most_bits or np.inf for level in comparison.levels])
    for kind in (RELATIVE, STRANGER):
        found[:, kind] = np.maximum(found[:, kind], np.maximum(found[:, PERSON] * 2.0**-most, _LEAST))
    return found


def _limited(shares: Floats, least_first: float, most_last: float) -> Floats:
    """The first level at least, the last at most so much, the others scaled to make the whole."""
    limited = shares.copy()
    limited[0] = max(limited[0], least_first)
    limited[-1] = min(limited[-1], most_last)
    between = limited[1:-1].sum()
    if between > 0:
        limited[1:-1] *= max(1 - limited[0] - limited[-1], 1e-4) / between
    return np.asarray(limited / limited.sum())


def _expected(comparison: Comparison) -> Floats:
    raw = np.array([(level.same, level.relative) for level in comparison.levels])
    return raw / raw.sum(axis=0)


def _level_pairs(levels: Ints, pairs: Floats, size: int) -> Floats:
    return np.bincount(levels, weights=pairs, minlength=size + 1)[1:].astype(float)


def _rounded(numbers: Floats) -> Floats:
    """Six significant digits: the last ones differ between machines."""
    return np.array([float(f"{number:.{_DIGITS}g}") for number in numbers.ravel()]).reshape(numbers.shape)
