"""Addresses: real cities and postal codes, composed streets."""

from functools import cache
from itertools import product

import numpy as np
import polars as pl

from connectors.demo.dice import pick
from connectors.demo.names import TABLES, words, zipf_ranks


@cache
def cities(country: str) -> pl.DataFrame:
    """Return the cities of a country with their ranges of postal codes."""
    table = pl.read_csv(TABLES / "cities.csv", schema_overrides={"area": pl.String})
    return table.filter(pl.col("country") == country)


@cache
def streets(country: str) -> pl.Series:
    """Return street names of a country, the most frequent first."""
    if country in ("NO", "SE", "DK"):
        stems, ends = words("nordic_streets", country, "stem"), words("nordic_streets", country, "end")
        names = [stem + end for end, stem in product(ends, stems)]
    else:
        stems, ends = words("german_streets", "stem"), words("german_streets", "end")
        composed = [f"{stem} {end.title()}" if stem == "Berliner" else stem + end for end, stem in product(ends, stems)]
        names = words("german_streets", "common") + composed
        names = [name.replace("-s", "-S").replace("-w", "-W").replace("-g", "-G") for name in names]
        if country == "CH":
            names = [name.replace("ß", "ss") for name in names]
    return pl.Series(list(dict.fromkeys(names)))


def addresses(rng: np.random.Generator, country: str, size: int) -> pl.DataFrame:
    """Return `size` addresses: street, house_no, postal_code, city, area (dialling code of the place)."""
    table = cities(country)
    weights = table["weight"].to_numpy()
    row = np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(size))
    place = table[row]
    low, high = place["postal_from"].to_numpy(), place["postal_to"].to_numpy()
    code = pl.Series((low + (rng.random(size) * (high - low + 1))).astype(np.int64)).cast(pl.String)
    code = code.str.zfill(5 if country in ("DE", "SE") else 4)
    if country == "SE":
        code = code.str.slice(0, 3) + " " + code.str.slice(3)
    names = streets(country)
    number = pl.Series((1 + rng.exponential(28, size)).astype(np.int64).clip(1, 240)).cast(pl.String)
    letter = pick(rng, ["", "a", "b", "c"], size, [0.9, 0.06, 0.03, 0.01])
    return pl.DataFrame(
        {
            "street": names.gather(zipf_ranks(rng, size, len(names), 0.6)),
            "house_no": number + letter,
            "postal_code": code,
            "city": place["city"],
            "area": place["area"],
        }
    )
