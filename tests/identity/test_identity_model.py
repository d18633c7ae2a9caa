"""The frozen model: it fits the code, scales with N, and has a weight for every level."""

import json
import re
from importlib.resources import files

import pytest

from identity.comparisons import COMPARISONS
from identity.errors import IdentityError
from identity.model import read_model
from identity.veto import VETO

SHIPPED = files("identity").joinpath("data/model.json").read_text("utf-8")


def changed(path: list, value) -> str:
    """The shipped model with one value changed."""
    model = json.loads(SHIPPED)
    place = model
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(model)


def test_the_shipped_model_fits_the_comparisons():
    assert set(read_model().weights) == {c.name for c in COMPARISONS}


def test_the_prior_falls_as_the_records_grow():
    model = read_model()
    assert model.prior(1_000_001) == pytest.approx(model.prior(100_001) / 10)


@pytest.mark.parametrize("weight", [None, 0])
def test_a_level_without_a_weight_is_refused(weight):
    with pytest.raises(IdentityError, match=r"weights\.email\.0\.m"):
        read_model(changed(["weights", "email", 0, "m"], weight))


def test_weights_of_other_levels_are_refused():
    with pytest.raises(IdentityError, match="comparison card has other levels than the code"):
        read_model(changed(["weights", "card", 0, "words"], "same hat"))


def test_weights_have_six_significant_digits_at_most():
    numbers = [n for levels in read_model().weights.values() for level in levels for n in (level.m, level.u)]
    assert [n for n in numbers if float(f"{n:.6g}") != n] == []


def test_levels_use_functions_that_engines_agree_on():
    """Jaro-Winkler and Damerau-Levenshtein differ between DuckDB and Spark."""
    sql = " ".join([VETO, *(c.missing for c in COMPARISONS), *(level.sql for c in COMPARISONS for level in c.levels)])
    used = set(re.findall(r"([a-z_]+)\(", sql))
    assert used <= {"abs", "coalesce", "in", "least", "length", "levenshtein", "substr", "translate"}
