"""A learned model as a JSON file, for other tables of the same kind. Holds numbers only, nothing about a person."""

from pathlib import Path

import numpy as np
from pydantic import BaseModel, ValidationError

from identity.anytable.levels import Comparison
from identity.anytable.model import NAMESAKE, PERSON, RELATIVE, Model
from identity.errors import IdentityError


class LevelNumbers(BaseModel):
    """How often a level holds among pairs of one person, of relatives, of namesakes, of strangers."""

    words: str
    person: float
    relative: float
    namesake: float
    stranger: float


class ModelFile(BaseModel):
    """What a table taught. Pairs a record where shares of all pairs fall as tables grow; those of namesakes don't."""

    format: int = 2
    person_pairs_per_record: float
    relative_pairs_per_record: float
    namesakes_among_pairs: float
    usual_bits: dict[str, float]
    comparisons: dict[str, list[LevelNumbers]]


def save_model(path: Path, model: Model, comparisons: list[Comparison], records: int) -> None:
    """Write the model as JSON."""
    per_record = model.shares * (records - 1) / 2
    made = ModelFile(
        person_pairs_per_record=float(per_record[PERSON]),
        relative_pairs_per_record=float(per_record[RELATIVE]),
        namesakes_among_pairs=float(model.shares[NAMESAKE]),
        usual_bits=model.usual,
        comparisons={
            c.name: [
                LevelNumbers(words=level.words, person=row[0], relative=row[1], namesake=row[2], stranger=row[3])
                for level, row in zip(c.levels, levels.tolist(), strict=True)
            ]
            for c, levels in zip(comparisons, model.levels, strict=True)
        },
    )
    path.write_text(made.model_dump_json(indent=1) + "\n", encoding="utf-8")


def load_model(path: Path, comparisons: list[Comparison], records: int) -> tuple[Model, list[Comparison]]:
    """Return the model in a file for a table of that many records, and the comparisons that both know.

    Raises IdentityError for a file that is no model, or one of a table with none of these columns.
    """
    try:
        found = ModelFile.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise IdentityError(f"--model: {path}: no such file. Make one with --save-model.") from None
    except (ValidationError, UnicodeDecodeError, OSError):
        raise IdentityError(f"--model: {path}: is no model that --save-model wrote. Make a new one.") from None
    common = [
        c
        for c in comparisons
        if [level.words for level in c.levels] == [level.words for level in found.comparisons.get(c.name, ())]
    ]
    if not common:
        raise IdentityError(
            f"--model: {path}: learned from {', '.join(found.comparisons)}; this table has none of that. "
            "Leave --model out, or name the columns with --map."
        )
    pairs = max((records - 1) / 2, 1.0)
    person, relative = (
        min(per_record / pairs, 0.4) for per_record in (found.person_pairs_per_record, found.relative_pairs_per_record)
    )
    levels = [
        np.array(
            [(level.person, level.relative, level.namesake, level.stranger) for level in found.comparisons[c.name]]
        )
        for c in common
    ]
    namesakes = found.namesakes_among_pairs
    shares = np.array([person, relative, namesakes, 1 - person - relative - namesakes])
    return Model(shares, levels, found.usual_bits), common
