"""The frozen model: learned weights, name frequencies, prior and threshold as one version in data/model.json."""

import math
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from identity.comparisons import COMPARISONS, Comparison, Level
from identity.errors import IdentityError

MODEL_FILE = "identity_model.json"
"""A workspace's own model, beside its rundblick.yaml."""

# With fewer records the prior would be near 1; a namesake in a list of ten is no proof either.
_LEAST_RECORDS = 1000
# Nothing is gained by telling how much rarer than this a name is.
_LEAST_FREQUENCY = 0.00001


class LevelWeight(BaseModel):
    """m: share of this level among pairs of one person; u: among pairs of two persons."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    words: str
    m: float = Field(gt=0, le=1)
    u: float = Field(gt=0, le=1)


class Model(BaseModel):
    """One version of what was learned. Weights have 6 significant digits, so that EM's last bits don't matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: str
    records: int = Field(gt=1, description="Records that it was trained on.")
    pairs_per_record: float = Field(gt=0, description="Expected pairs of one person, by record.")
    match_weight: float = Field(description="Weight (log2 odds, prior included) from which a pair is linked.")
    weights: dict[str, tuple[LevelWeight, ...]]
    frequencies: dict[str, dict[str, float]] = Field(
        description="Shares by kind: given, family, country, and family names in a country as `family DE`."
    )
    suppressed_values: dict[str, int] = Field(
        default_factory=dict, description="Values without meaning among the data learned from, by kind."
    )

    def prior(self, records: int) -> float:
        """Probability that two random records are one person: the true pairs grow with N, all pairs with N²."""
        return 2 * self.pairs_per_record / (max(records, _LEAST_RECORDS) - 1)

    def prior_weight(self, records: int) -> float:
        """The prior as log2 odds."""
        prior = self.prior(records)
        return math.log2(prior / (1 - prior))

    def needed_weight(self, asked: float | None) -> float:
        """The weight from which a pair is linked: the one that identity.yaml asks for, else the model's own."""
        return self.match_weight if asked is None else asked

    def at(self, records: int) -> "Model":
        """Return the model for a set of `records`: what is shared with a few others is rarer in a larger set.

        Two people share a mailbox in one of a million pairs at a hundred thousand records, in one of ten million
        at a million. The share of pairs that bear one name stays.
        """
        times = (self.records - 1) / (max(records, _LEAST_RECORDS) - 1)
        weights = {
            c.name: tuple(
                found.model_copy(update={"u": min(found.u * times, 1.0)}) if level.per_head else found
                for level, found in zip(c.levels, self.weights[c.name], strict=True)
            )
            for c in COMPARISONS
        }
        return self.model_copy(update={"weights": weights})


def rounded(number: float) -> float:
    """6 significant digits: what expectation maximisation finds beyond them differs from machine to machine."""
    return float(f"{number:.6g}")


def workspace_model(root: Path) -> Model:
    """Return the workspace's own model where `rundblick identity train` wrote one, else the one shipped."""
    own = root / MODEL_FILE
    return read_model(own.read_text(encoding="utf-8"), str(own)) if own.exists() else read_model()


def read_model(text: str | None = None, where: str = "identity model") -> Model:
    """Return the model in `text`, by default the one shipped.

    Raises IdentityError when it does not fit the comparisons in code: it has to be trained again.
    """
    text = text or files("identity").joinpath("data/model.json").read_text(encoding="utf-8")
    try:
        model = Model.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise IdentityError(f"{where}: {place}: {first['msg']}. Train it again.") from None
    for comparison in COMPARISONS:
        found = [w.words for w in model.weights.get(comparison.name, ())]
        if found != [level.words for level in comparison.levels]:
            raise IdentityError(
                f"{where}: comparison {comparison.name} has other levels than the code. Train it again."
            )
    return model


# The weights of one level as Splink names them; a level without any is learned.
SplinkWeight = dict[str, float]


def splink_weights(model: Model) -> dict[str, list[SplinkWeight]]:
    """Return the model's weights by comparison, as Splink names them."""
    return {
        name: [{"m_probability": level.m, "u_probability": level.u} for level in levels]
        for name, levels in model.weights.items()
    }


def splink_settings(prior: float, weights: dict[str, list[SplinkWeight]]) -> dict[str, Any]:
    """Return Splink's settings: the comparisons in code with `weights`."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record_id",
        "comparisons": [_comparison(c, weights[c.name]) for c in COMPARISONS],
        "blocking_rules_to_generate_predictions": [],
        "probability_two_random_records_match": prior,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "linker_uid": "rundblick",
    }


def _comparison(comparison: Comparison, weights: list[SplinkWeight]) -> dict[str, Any]:
    missing = {"sql_condition": comparison.missing, "label_for_charts": "not known", "is_null_level": True}
    levels = [_level(*pair) for pair in zip(comparison.levels, weights, strict=True)]
    levels.insert(comparison.before_missing, missing)
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def _level(level: Level, weight: SplinkWeight) -> dict[str, Any]:
    made: dict[str, Any] = {"sql_condition": level.sql, "label_for_charts": level.words, **weight}
    if level.frequency:
        made |= {"tf_adjustment_column": level.frequency, "tf_minimum_u_value": _LEAST_FREQUENCY}
    return made
