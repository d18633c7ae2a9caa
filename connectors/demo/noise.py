"""What happens to a value between the person and the record: typing errors, short forms, other spellings."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from connectors.demo.contacts import EXPANDED, STRIPPED
from connectors.demo.dice import chance, where
from connectors.demo.names import short_forms

Mask = NDArray[np.bool_]
LETTERS = list("eninsratdhulcgmobwfkzpv")
DIGITS = list("0123456789")


def typed_wrong(rng: np.random.Generator, values: pl.Series, mask: Mask, alphabet: list[str]) -> pl.Series:
    """Return the values with one letter left out, doubled, swapped with its neighbour or replaced, where
    masked."""
    rows = np.flatnonzero(mask & (values.str.len_chars().fill_null(0) > 2).to_numpy())
    if not len(rows):
        return values
    word = values.gather(rows)
    at = 1 + (rng.random(len(rows)) * (word.str.len_chars().to_numpy() - 1)).astype(np.int64)
    frame = pl.DataFrame(
        {
            "w": word,
            "p": at,
            "kind": rng.integers(0, 4, len(rows)),
            "x": pl.Series(alphabet).gather(rng.integers(0, len(alphabet), len(rows))),
        }
    )
    w, p, kind = pl.col("w"), pl.col("p"), pl.col("kind")
    here, before = w.str.slice(p, 1), w.str.slice(p - 1, 1)
    wrong = frame.select(
        pl.when(kind == 0)
        .then(pl.concat_str(w.str.slice(0, p), w.str.slice(p + 1)))
        .when(kind == 1)
        .then(pl.concat_str(w.str.slice(0, p), here, here, w.str.slice(p + 1)))
        .when(kind == 2)
        .then(pl.concat_str(w.str.slice(0, p - 1), here, before, w.str.slice(p + 1)))
        .otherwise(pl.concat_str(w.str.slice(0, p), "x", w.str.slice(p + 1)))
    ).to_series()
    return values.clone().scatter(rows, wrong)


def short_form(names: pl.Series, mask: Mask) -> pl.Series:
    """Return the names, where masked, as people call them; a name without a pet form is cut to three
    letters."""
    table = short_forms()
    short = names.replace_strict(table["name"], table["short"], default=names.str.slice(0, 3))
    return where(mask, short, names)


def respelled(rng: np.random.Generator, values: pl.Series, expanded: float, stripped: float) -> pl.Series:
    """Return the values, some with ä as ae (or ø as oe, å as aa), some with a bare letter."""
    draw = rng.random(len(values))
    wide = values.str.replace_many(list(EXPANDED), list(EXPANDED.values()))
    bare = values.str.replace_many(list(STRIPPED), list(STRIPPED.values()))
    return where(draw < expanded, wide, where(draw > 1 - stripped, bare, values))


def other_case(rng: np.random.Generator, values: pl.Series, share: float) -> pl.Series:
    """Return the values, some in capitals or in small letters."""
    draw = rng.random(len(values))
    return where(
        draw < share / 2,
        values.str.to_uppercase(),
        where(draw > 1 - share / 2, values.str.to_lowercase(), values),
    )


def street_wrong(rng: np.random.Generator, streets: pl.Series, mask: Mask) -> pl.Series:
    """Return the streets, where masked, abbreviated, split or misspelt."""
    short = streets.str.replace("(?i)strasse|straße", "str.").str.replace("gatan$", "g.").str.replace("veien$", "vn.")
    rough = typed_wrong(rng, streets, mask, LETTERS)
    return where(mask & chance(rng, len(streets), 0.5), short, rough)


def birth_wrong(rng: np.random.Generator, births: pl.Series, mask: Mask) -> pl.Series:
    """Return the dates, where masked, shifted, with day and month swapped, or 1900-01-01."""
    frame = pl.DataFrame(
        {
            "b": births,
            "wrong": mask,
            "kind": rng.choice(3, len(births), p=[0.45, 0.3, 0.25]),
            "by": rng.choice([-1, 1, 10, 365, -365], len(births)),
        }
    )
    b = pl.col("b")
    swapped = pl.when(b.dt.day() <= 12).then(pl.date(b.dt.year(), b.dt.day(), b.dt.month())).otherwise(b)
    shifted = b + pl.duration(days=pl.col("by"))
    wrong = (
        pl.when(pl.col("kind") == 0)
        .then(shifted)
        .when(pl.col("kind") == 1)
        .then(swapped)
        .otherwise(pl.date(1900, 1, 1))
    )
    return frame.select(pl.when("wrong").then(wrong).otherwise(b).cast(pl.Date)).to_series()
