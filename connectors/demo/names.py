"""Name lists by country: Faker's, widened by composed family names to a long tail."""

import importlib
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from connectors.demo.countries import COUNTRIES
from warehouse.yamlfile import read_yaml

TABLES = Path(__file__).parent / "tables"


@cache
def words(*path: str) -> list[str]:
    """Return the words under these keys of tables/words.yaml."""
    node = _tables()
    for key in path:
        node = node[key]
    return str(node).split()


@cache
def _tables() -> Any:
    return read_yaml(TABLES / "words.yaml")


def _faker_list(country: str, name: str) -> list[str]:
    locale = COUNTRIES[country].locale
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    return list(dict.fromkeys(getattr(provider, name)))


def _composed(country: str) -> list[str]:
    if country in ("DE", "AT", "CH"):
        firsts, stems, ends = (words("german_family_names", part) for part in ("first", "stem", "end"))
        short = [stem + end for stem, end in product(stems, ends)]
        long = [first + stem.lower() + end for first, stem, end in product(firsts, stems, ends)]
    else:
        stems, ends = words("nordic_family_names", "stem"), words("nordic_family_names", country)
        short = [stem + end for stem, end in product(stems, ends)]
        fathers = _faker_list(country, "first_names_male")
        long = [name.rstrip("s") + ("sson" if country == "SE" else "sen") for name in fathers if " " not in name]
        long += [a + b.lower() + end for a, b, end in product(stems, stems, ends)]
    return _shuffled(short) + _shuffled(long)


def _shuffled(names: list[str]) -> list[str]:
    return [names[i] for i in np.random.default_rng(7).permutation(len(names))]


@cache
def family_names(country: str) -> pl.Series:
    """Return the family names of a country, the most frequent first."""
    listed = _shuffled(_faker_list(country, "last_names"))
    return pl.Series(list(dict.fromkeys(words("common_family_names", country) + listed + _composed(country))))


@cache
def given_names(country: str, gender: str, young: bool) -> pl.Series:
    """Return given names, the most frequent first, in another order for the younger generation."""
    names = _faker_list(country, "first_names_female" if gender == "f" else "first_names_male")
    names = [name for name in _shuffled(names) if " " not in name and "." not in name]
    known = short_forms()["name"].to_list()
    common = [name for name in names if name in known]
    rest = [name for name in names if name not in known]
    return pl.Series((rest[:40] + common + rest[40:]) if young else common + rest)


@cache
def short_forms() -> pl.DataFrame:
    """Return given names with their short or pet forms."""
    return pl.read_csv(TABLES / "short_forms.csv").unique("name", keep="first", maintain_order=True)


def zipf_ranks(rng: np.random.Generator, size: int, length: int, exponent: float) -> NDArray[np.int64]:
    """Return ranks (0 is the most frequent) by Zipf-Mandelbrot: weight 1 / (rank + 9) ** exponent."""
    cdf = np.cumsum(1.0 / (np.arange(length) + 9.0) ** exponent)
    return np.searchsorted(cdf / cdf[-1], rng.random(size)).clip(0, length - 1)
