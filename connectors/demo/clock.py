"""The history's first and last instant, its seasons, and how times are drawn and written."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from connectors.demo.rates import Rates

START = date(2024, 11, 16)
END = date(2026, 11, 15)  # the last day of the history; as_of is its last second
DAYS = (END - START).days + 1
AS_OF = datetime(END.year, END.month, END.day, 23, 59, 59)
LATEST_SECOND = 21 * 3600 + 30 * 60  # nothing is stamped later in a day, so that UTC and local day agree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def day_weights(rates: Rates) -> Floats:
    """Return the weight of each day of the history: the peak, and quieter Sundays."""
    days = [START + timedelta(n) for n in range(DAYS)]
    season = [rates.peak if day.month in (11, 12) else 0.85 if day.month in (7, 8) else 1.0 for day in days]
    week = [0.8 if day.weekday() == 6 else 1.0 for day in days]
    return np.array(season) * np.array(week)


def draw_days(rng: np.random.Generator, first: Floats, last: Floats, rates: Rates) -> Ints:
    """Return one day number (0 is START) in [first, last] per row, drawn by season."""
    cdf = np.concatenate([[0.0], np.cumsum(day_weights(rates))])
    grid = np.arange(DAYS + 1, dtype=np.float64)
    low = np.interp(np.clip(first, 0, DAYS - 1), grid, cdf)
    high = np.interp(np.clip(last + 1, 1, DAYS), grid, cdf)
    drawn = np.interp(low + rng.random(len(low)) * np.maximum(high - low, 0), cdf, grid)
    return np.clip(drawn.astype(np.int64), 0, DAYS - 1)


def draw_seconds(rng: np.random.Generator, size: int, opens: int = 7, closes: int = 21) -> Ints:
    """Return seconds of the day between two hours (UTC)."""
    return rng.integers(opens * 3600, min(closes * 3600, LATEST_SECOND), size)


def instants(days: Ints, seconds: Ints) -> pl.Series:
    """Return naive UTC datetimes for day numbers and seconds of the day."""
    epoch = (START - date(1970, 1, 1)).days
    micros = ((days + epoch) * 86400 + seconds) * 1_000_000
    return pl.Series(micros).cast(pl.Datetime("us"))


def not_after_end(at: pl.Series) -> pl.Series:
    """Return the times, those after the history's end as null."""
    return pl.select(pl.when(at <= AS_OF).then(at)).to_series()


def dates(days: Ints) -> pl.Series:
    """Return dates for day numbers."""
    epoch = (START - date(1970, 1, 1)).days
    return pl.Series((days + epoch).astype(np.int32)).cast(pl.Date)


def iso(column: str) -> pl.Expr:
    """Return a UTC datetime column as `2026-01-31T12:00:00Z`."""
    return pl.col(column).dt.strftime("%Y-%m-%dT%H:%M:%SZ")


def local(column: str, zone: str = "Europe/Berlin") -> pl.Expr:
    """Return a UTC datetime column as a datetime with the zone's offset."""
    return pl.col(column).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
