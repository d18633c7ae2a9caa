"""What does not hang on people: costs of the ad platforms and daily exchange rates."""

from datetime import timedelta

import numpy as np
import polars as pl

from connectors.demo.baskets import money
from connectors.demo.clock import DAYS, START, dates
from connectors.demo.countries import COUNTRIES
from connectors.demo.sink import Sink

CAMPAIGNS = (
    ("google_ads", "brand", 900, 0.09, 0.35),
    ("google_ads", "herbst-leuchten", 6000, 0.012, 0.55),
    ("meta_ads", "advent", 14000, 0.008, 0.40),
    ("meta_ads", "lookalike-teppiche", 9000, 0.006, 0.48),
)


def write_ads(sink: Sink, seed: int, first: int = 0, last: int = DAYS) -> None:
    """Write costs.csv: one row a platform, campaign and day, with cost per thousand views and per click."""
    parts = []
    for number, (platform, campaign, views, rate, price) in enumerate(CAMPAIGNS):
        rng = np.random.default_rng([seed, number, first])
        day = np.arange(first, last)
        shown = rng.poisson(views, len(day))
        clicks = rng.binomial(shown, rate)
        cents = np.round(clicks * price * 100 * rng.uniform(0.85, 1.2, len(day))).astype(np.int64)
        parts.append(
            pl.DataFrame(
                {
                    "day": dates(day),
                    "impressions": shown,
                    "clicks": clicks,
                    "cost": money(cents),
                    "cpm": money(cents * 1000 // np.maximum(shown, 1)),
                    "cpc": money(cents // np.maximum(clicks, 1)),
                }
            ).select(
                pl.lit(platform).alias("platform"),
                pl.lit(campaign).alias("campaign"),
                "day",
                "impressions",
                "clicks",
                "cost",
                pl.lit("EUR").alias("currency"),
                "cpm",
                "cpc",
            )
        )
    sink.csv("ads", "costs", pl.concat(parts))


def write_rates(sink: Sink, first: int = -7, last: int = DAYS) -> None:
    """Write rates.csv: what one unit of a currency was worth in euro, each day. Not random: a slow wave
    around the mean."""
    day = np.arange(first, last)
    days = pl.Series([START + timedelta(int(n)) for n in day])
    parts = []
    for number, (currency, per_euro) in enumerate(
        {each.currency: each.per_euro for each in COUNTRIES.values()}.items()
    ):
        if currency != "EUR":
            swing = 0.0002 if currency == "DKK" else 0.02
            wave = 1 + swing * np.sin(day / 45.0 + number)
            parts.append(
                pl.DataFrame({"valid_on": days, "rate": (1 / (per_euro * wave)).round(8)}).select(
                    pl.lit(currency).alias("currency"), "valid_on", "rate"
                )
            )
    sink.csv("rates", "rates", pl.concat(parts))
