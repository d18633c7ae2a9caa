"""True e-mail addresses (under the reserved .example), phone numbers and card numbers."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from connectors.demo.countries import CODES, COUNTRIES
from connectors.demo.dice import pick

EXPANDED = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ß": "ss",
    "å": "aa",
    "ø": "oe",
    "æ": "ae",
    "Ä": "Ae",
    "Ö": "Oe",
    "Ü": "Ue",
    "Å": "Aa",
    "Ø": "Oe",
    "Æ": "Ae",
}
STRIPPED = {
    "ä": "a",
    "ö": "o",
    "ü": "u",
    "ß": "s",
    "å": "a",
    "ø": "o",
    "æ": "a",
    "Ä": "A",
    "Ö": "O",
    "Ü": "U",
    "Å": "A",
    "Ø": "O",
    "Æ": "A",
}
_STEP = 387_420_489  # coprime to 10: k * _STEP mod 10^n meets every number once


def ascii_lower(names: pl.Series) -> pl.Series:
    """Return names as they stand in an address: lower case, ä as ae, letters and hyphens only."""
    plain = names.str.replace_many(list(EXPANDED), list(EXPANDED.values())).str.to_lowercase()
    return plain.str.replace_many(["é", "è", "á", "ó", "ç"], ["e", "e", "a", "o", "c"]).str.replace_all("[^a-z-]", "")


def emails(rng: np.random.Generator, table: pl.DataFrame, chunk: int) -> tuple[pl.Series, pl.Series]:
    """Return a first and a second address per person, none used twice."""
    given, family = ascii_lower(table["given"]), ascii_lower(table["family"])
    year = table["birth"].dt.year().cast(pl.String).str.slice(2)
    both = [_local_part(rng, given, family, year) + "@" + _domains(rng, table) for _ in range(2)]
    every = pl.DataFrame({"address": pl.concat(both)}).with_columns(
        again=pl.col("address").cum_count().over("address") - 1,
        chunk=pl.lit(f".{chunk:03d}" if chunk else ""),
    )
    tail = pl.when(pl.col("again") > 0).then(pl.col("again").cast(pl.String)).otherwise(pl.lit(""))
    unique = every.select(pl.col("address").str.replace("@", pl.concat_str("chunk", tail, pl.lit("@")), literal=True))
    series = unique.to_series()
    return series[: len(table)], series[len(table) :]


def _local_part(rng: np.random.Generator, given: pl.Series, family: pl.Series, year: pl.Series) -> pl.Series:
    size = len(given)
    kind = rng.choice(6, size, p=[0.36, 0.14, 0.12, 0.08, 0.1, 0.2])
    frame = pl.DataFrame({"g": given, "f": family, "y": year, "kind": kind})
    forms = [
        pl.concat_str("g", pl.lit("."), "f"),
        pl.concat_str("g", "f"),
        pl.concat_str("f", pl.lit("."), "g"),
        pl.concat_str(pl.col("g").str.slice(0, 1), pl.lit("."), "f"),
        pl.concat_str("g", "y"),
        pl.concat_str("g", pl.lit("."), "f", "y"),
    ]
    chosen = pl.lit("")
    for number, form in enumerate(forms):
        chosen = pl.when(pl.col("kind") == number).then(form).otherwise(chosen)
    return frame.select(chosen.str.strip_chars(".-")).to_series()


def _domains(rng: np.random.Generator, table: pl.DataFrame) -> pl.Series:
    lists = {code: COUNTRIES[code].domains for code in CODES}
    slot = np.minimum((rng.random(len(table)) ** 1.5 * 6).astype(np.int64), 5)
    flat = [
        f"{names[min(i, len(names) - 1)]}.{code.lower()}.example" for code, names in lists.items() for i in range(6)
    ]
    return pl.Series(flat).gather(country_codes(table) * 6 + slot)


def country_codes(table: pl.DataFrame) -> NDArray[np.int64]:
    """Return the number of each person's country."""
    return table["country"].replace_strict(CODES, list(range(len(CODES))), return_dtype=pl.Int64).to_numpy()


def mobiles(table: pl.DataFrame, which: int) -> pl.Series:
    """Return the first or second mobile number of each person, E.164."""
    key = table["no"].to_numpy() * 2 + which
    country = country_codes(table)
    prefixes = [
        (f"+{COUNTRIES[code].dialling}{prefix}", digits) for code in CODES for prefix, digits in COUNTRIES[code].mobile
    ]
    counts = np.array([len(COUNTRIES[code].mobile) for code in CODES])
    slot = (np.concatenate([[0], np.cumsum(counts)])[country]) + (key // 7 + key // 1000) % counts[country]
    digits = np.array([number for _, number in prefixes])[slot]
    return pl.Series([prefix for prefix, _ in prefixes]).gather(slot) + _digits(key, digits)


def landlines(table: pl.DataFrame, key: NDArray[np.int64]) -> pl.Series:
    """Return a landline number for each key (the household's), E.164."""
    country = country_codes(table)
    dialling = pl.Series([f"+{COUNTRIES[code].dialling}" for code in CODES]).gather(country)
    digits = np.array([COUNTRIES[code].landline_digits for code in CODES])[country]
    return dialling + table["area"] + _digits(key, digits, first=2)


def cards(key: NDArray[np.int64]) -> pl.Series:
    """Return 13-digit card numbers with an EAN check digit."""
    body = 262_000_000_000 + (key * _STEP + 104_729) % 10**9
    digits = body[:, None] // 10 ** np.arange(11, -1, -1) % 10
    check = (10 - (digits * np.array([1, 3] * 6)).sum(axis=1) % 10) % 10
    return pl.Series(body * 10 + check).cast(pl.String)


def _digits(key: NDArray[np.int64], count: NDArray[np.int64], first: int = 0) -> pl.Series:
    """Return `count` digits for each key, the first of them at least `first`."""
    size = 10**count
    value = (key * _STEP + 12_345) % size
    if first:
        lead = 10 ** (count - 1)
        value = (first + value // lead % (10 - first)) * lead + value % lead
    text = pl.Series(value).cast(pl.String)
    return (
        pl.DataFrame({"t": text, "n": count})
        .select(pl.concat_str(pl.lit("00000000").str.slice(0, pl.col("n") - pl.col("t").str.len_chars()), "t"))
        .to_series()
    )


def written(rng: np.random.Generator, phones: pl.Series, country: pl.Series) -> pl.Series:
    """Return E.164 numbers as people write them."""
    trunk = country.replace_strict({code: COUNTRIES[code].trunk for code in CODES})
    frame = pl.DataFrame(
        {"p": phones, "t": trunk, "form": pick(rng, list("esin"), len(phones), [0.3, 0.2, 0.08, 0.42])}
    )
    national = pl.concat_str("t", pl.col("p").str.slice(3))
    spaced = pl.concat_str(
        pl.col("p").str.slice(0, 3),
        pl.lit(" "),
        pl.col("p").str.slice(3, 3),
        pl.lit(" "),
        pl.col("p").str.slice(6),
    )
    form = pl.col("form")
    return frame.select(
        pl.when(form == "e")
        .then("p")
        .when(form == "s")
        .then(spaced)
        .when(form == "i")
        .then(pl.concat_str(pl.lit("00"), pl.col("p").str.slice(1)))
        .otherwise(national)
    ).to_series()
