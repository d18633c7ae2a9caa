"""Expectation maximisation over all pairs of a table: which kind each pattern is of, and what each kind agrees on."""

import numpy as np

from identity.anytable.expectation import (
    NAMES,
    bounded,
    bounded_evidence,
    bounded_namesake,
    by_chance,
    expected_levels,
    expected_name,
    kept,
)
from identity.anytable.levels import Comparison
from identity.anytable.model import KINDS, NAMESAKE, PERSON, RELATIVE, STRANGER, Counted, Model
from identity.anytable.patterns import Floats, Ints

_ROUNDS = 60
_ENOUGH = 1e-4
# Weight of what is expected, in pairs; a table with more of them tells for itself.
_PRIOR_PAIRS = 40.0
# Before learning: three of ten records have another of the same person, as many a relative.
_START_PAIRS, _MOST_START = 0.3, 0.05
_NO_NAMESAKES = 1e-30
_DIGITS = 6


def start(comparisons: list[Comparison], usual: dict[str, float], strangers: Counted, records: int) -> Model:
    """Return the model before learning: expectations of persons, relatives and namesakes, strangers as sampled."""
    levels = []
    for place, comparison in enumerate(comparisons):
        expected = expected_levels(comparison)
        size = len(comparison.levels)
        seen = _level_pairs(strangers.patterns.levels[:, place], strangers.pairs, size)
        equal = np.zeros(size)
        chance = by_chance(comparison, usual)
        equal[0] = 0.3 if chance is None else chance
        share = (seen + 1e-4 / size + equal) / (seen + 1e-4 / size + equal).sum()
        namesake = expected_name(size) if comparison.name in NAMES else share
        levels.append(np.stack([expected[:, PERSON], expected[:, RELATIVE], namesake, share], axis=1))
    return Model(_start_shares(usual, records), levels, usual)


def _start_shares(usual: dict[str, float], records: int) -> Floats:
    one = min(_START_PAIRS * 2 / (records - 1), _MOST_START)
    # As many as there were if names came together by chance.
    both = "given" in usual and "family" in usual
    namesakes = 2.0 ** -(usual["given"] + usual["family"]) if both else _NO_NAMESAKES
    shares = np.array([one, one, namesakes, 1.0])
    return np.asarray(shares / shares.sum())


def learn(comparisons: list[Comparison], model: Model, counted: Counted, records: int) -> Model:
    """Return the model after expectation maximisation over all pairs of the table.

    `counted` stands for all pairs: those compared one by one, the rest by samples.
    """
    total = counted.pairs.sum()
    for _ in range(_ROUNDS):
        found = model.evidence(counted.patterns)
        kinds = np.exp2(found - np.logaddexp2.reduce(found, axis=1, keepdims=True)) * counted.pairs[:, None]
        shares = np.maximum(kinds.sum(axis=0) / total, 0.01 * records / total / total)
        shares = shares / shares.sum()
        levels = [
            _level_shares(comparison, counted.patterns.levels[:, place], kinds, model.levels[place], model.usual)
            for place, comparison in enumerate(comparisons)
        ]
        moved = max(float(np.abs(new - old).max()) for new, old in zip(levels, model.levels, strict=True))
        model = Model(shares, levels, model.usual)
        if moved < _ENOUGH:
            break
    return Model(_rounded(model.shares), [_rounded(levels) for levels in model.levels], model.usual)


def _level_shares(
    comparison: Comparison, levels: Ints, kinds: Floats, before: Floats, usual: dict[str, float]
) -> Floats:
    size = len(comparison.levels)
    expected = expected_levels(comparison)
    seen = np.stack([_level_pairs(levels, kinds[:, kind], size) for kind in range(KINDS)], axis=1)
    found = np.empty((size, KINDS))
    for kind in (PERSON, RELATIVE):
        shares = _kept_of(expected[:, kind], seen[:, kind], kept(comparison, kind))
        found[:, kind] = bounded(comparison, kind, shares, expected[:, kind])
    found[:, STRANGER] = (seen[:, STRANGER] + before[:, STRANGER]) / (seen[:, STRANGER].sum() + 1)
    if comparison.name in NAMES:
        found[:, NAMESAKE] = _kept_of(expected_name(size), seen[:, NAMESAKE], kept(comparison, NAMESAKE))
    else:
        shares = _kept_of(found[:, STRANGER], seen[:, NAMESAKE], 0.0)
        found[:, NAMESAKE] = bounded_namesake(comparison, shares, found[:, STRANGER])
    return bounded_evidence(comparison, found, seen[:, PERSON], usual)


def _kept_of(expected: Floats, seen: Floats, share: float) -> Floats:
    """What was seen, with the weight of what is expected in pairs, and a share of the latter in any case."""
    pairs = seen + _PRIOR_PAIRS * expected
    return np.asarray((1 - share) * pairs / pairs.sum() + share * expected)


def _level_pairs(levels: Ints, pairs: Floats, size: int) -> Floats:
    return np.bincount(levels, weights=pairs, minlength=size + 1)[1:].astype(float)


def _rounded(numbers: Floats) -> Floats:
    """Six significant digits: the last ones differ between machines."""
    return np.array([float(f"{number:.{_DIGITS}g}") for number in numbers.ravel()]).reshape(numbers.shape)
