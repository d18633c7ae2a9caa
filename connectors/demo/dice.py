"""Random numbers that depend on the seed, the chunk and the step's name only, never on what ran before."""

import zlib
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray


@dataclass(frozen=True)
class Dice:
    """One generator per named step of one chunk."""

    seed: int
    chunk: int

    def of(self, step: str) -> np.random.Generator:
        """Return the generator of a step."""
        return np.random.default_rng([self.seed, self.chunk, zlib.crc32(step.encode())])


def chance(rng: np.random.Generator, size: int, share: float) -> NDArray[np.bool_]:
    """Return True for about `share` of the rows."""
    return rng.random(size) < share


def pick(rng: np.random.Generator, values: list[str], size: int, weights: list[float] | None = None) -> pl.Series:
    """Return one of the values per row, by weight."""
    if weights is None:
        return pl.Series(values).gather(rng.integers(0, len(values), size))
    cdf = np.cumsum(weights) / np.sum(weights)
    return pl.Series(values).gather(np.minimum(np.searchsorted(cdf, rng.random(size)), len(values) - 1))


def where(mask: NDArray[np.bool_], yes: pl.Series, no: pl.Series) -> pl.Series:
    """Return `yes` where the mask holds, else `no`."""
    return yes.zip_with(pl.Series(mask), no)


def only(mask: NDArray[np.bool_], values: pl.Series) -> pl.Series:
    """Return the values, null where the mask does not hold."""
    return values.zip_with(pl.Series(mask), pl.Series([None], dtype=values.dtype).new_from_index(0, len(values)))
