"""What is expected of each kind of pairs, and what learning may make of it, whatever the table tells."""

import numpy as np

from identity.anytable.levels import Comparison
from identity.anytable.model import NAMESAKE, PERSON, RELATIVE, STRANGER
from identity.anytable.patterns import Floats

NAMES = ("given_name", "family_name")
OWN = ("email", "phone", "national_id", "card")
# Strangers agree on a value of one's own so many bits seldomer than by chance: by mistake only.
_OWN_BITS = 8
# Of a relative these differ: so much of what is expected is kept whatever the table tells. A family shares the rest.
_NOT_OF_FAMILY = ("given_name", "birth_date", "birth_year", *OWN)
_KEPT_OF_RELATIVES, _KEPT_OF_NAMESAKES, _KEPT = 0.5, 0.5, 0.05
# Namesakes are of one country, time or place: so much oftener than strangers they may agree on something else.
_TIMES_STRANGERS = 4
# Without these bounds learning takes some other common thing, a family, for a person: no level of disagreement is much
# oftener than expected, and two records of one person differ no more often, and agree at least as often as this.
_TIMES_EXPECTED, _MORE_THAN_EXPECTED = 4, 0.02
_MOST_DIFFERENT = {"given_name": 0.1, "family_name": 0.3, "birth_date": 0.15, "birth_year": 0.2, "national_id": 0.35}
_LEAST_SAME = {"given_name": 0.5, "family_name": 0.5, "birth_date": 0.35, "birth_year": 0.35, "national_id": 0.5}
_LEAST_AGREEING = 0.2
_LEAST = 1e-9
# What a level may speak for one person, in bits, before any pair was seen at it; doubling the pairs adds a bit.
_FIRST_BITS, _MORE_BITS_OF_EQUAL = 8, 6


def expected_levels(comparison: Comparison) -> Floats:
    """Return the share of each level among persons and relatives (levels × 2)."""
    raw = np.array([(level.same, level.relative) for level in comparison.levels])
    return np.asarray(raw / raw.sum(axis=0))


def expected_name(size: int) -> Floats:
    """Return the share of each level of a name among namesakes."""
    share = np.full(size, 0.1 / (size - 1))
    share[0] = 0.9
    return share


def by_chance(comparison: Comparison, usual: dict[str, float]) -> float | None:
    """Return how often two strangers agree on a comparison's value, None for one without a key."""
    if comparison.key is None:
        return None
    return float(2.0 ** -(usual[comparison.key] + (_OWN_BITS if comparison.name in OWN else 0)))


def kept(comparison: Comparison, kind: int) -> float:
    """Return how much of what is expected of a kind is kept, 0–1."""
    if kind == NAMESAKE:
        return _KEPT_OF_NAMESAKES
    return _KEPT_OF_RELATIVES if kind == RELATIVE and comparison.name in _NOT_OF_FAMILY else _KEPT


def bounded(comparison: Comparison, kind: int, shares: Floats, expected: Floats) -> Floats:
    """Return a person's or relative's levels within their bounds; those that agree get what the others lose."""
    if kind == RELATIVE and not comparison.of_family:
        return shares
    agree, name = comparison.agreeing, comparison.name
    limited = shares.copy()
    limited[agree:] = np.minimum(shares, _TIMES_EXPECTED * expected + _MORE_THAN_EXPECTED)[agree:]
    if kind == PERSON:
        limited[-1] = min(limited[-1], _MOST_DIFFERENT.get(name, 1.0))
    most = 1 - _LEAST_SAME.get(name, _LEAST_AGREEING)
    limited[agree:] *= min(1.0, most / limited[agree:].sum())
    limited[:agree] *= (1 - limited[agree:].sum()) / limited[:agree].sum()
    return np.asarray(limited)


def bounded_namesake(comparison: Comparison, shares: Floats, strangers: Floats) -> Floats:
    """Return a namesake's levels of anything but a name: like a stranger's, or not much above."""
    limited = np.minimum(shares, strangers * _TIMES_STRANGERS)
    if comparison.name == "email":
        # Mailboxes are made of names: namesakes have much the same ones, but not the same.
        limited = np.append(strangers[:1], shares[1:])
    elif comparison.name in OWN:
        limited = strangers
    return np.asarray(limited / limited.sum())


def bounded_evidence(comparison: Comparison, shares: Floats, seen: Floats, usual: dict[str, float]) -> Floats:
    """Return all kinds' levels so that none speaks for one person by more than the pairs seen of it can tell."""
    most = _FIRST_BITS + np.log2(1 + seen)
    most[0] += _MORE_BITS_OF_EQUAL
    most = np.minimum(most, [level.most_bits or np.inf for level in comparison.levels])
    bounded = shares.copy()
    for kind in (RELATIVE, NAMESAKE, STRANGER):
        bounded[:, kind] = np.maximum(shares[:, kind], np.maximum(shares[:, PERSON] * 2.0**-most, _LEAST))
    # Strangers share a number of one's own by mistake only, however many pairs have nothing else in common.
    chance = by_chance(comparison, usual)
    if comparison.name in OWN and chance is not None:
        bounded[0, [NAMESAKE, STRANGER]] = np.minimum(bounded[0, [NAMESAKE, STRANGER]], chance)
    return bounded
