"""Prize draws: one row an entry; marketing consent is a separate yes or no."""

import numpy as np
import polars as pl

from connectors.demo.clock import AS_OF, DAYS, draw_days, draw_seconds, instants, local
from connectors.demo.dice import chance, pick
from connectors.demo.silos.forms import seconds
from connectors.demo.sink import Sink
from connectors.demo.story import told
from connectors.demo.world import World


def write(world: World, sink: Sink) -> None:
    """Write entries.csv."""
    frame = entries(world)
    sink.csv("draws", "entries", told("draws/entries", rows(frame), world.dice.chunk), ";")
    sink.truth("draws", "entry", frame["entry_id"], frame)


def entries(world: World, on: int | None = None) -> pl.DataFrame:
    """Return who took part when: `on` that day, else in the history."""
    frame, rng = world.records("draws"), world.dice.of("entries")
    size = len(frame)
    day = draw_days(rng, np.zeros(size), np.full(size, DAYS - 1.0), world.rates)
    at = instants(day if on is None else np.full(size, on), draw_seconds(rng, size))
    yes, confirmed = chance(rng, size, 0.45), chance(rng, size, world.rates.doi_confirmed)
    done = at + seconds(rng.integers(120, 86_400, size))
    frame = frame.with_columns(
        entry_id="E" + pl.Series(world.number(1) + np.arange(size)).cast(pl.String).str.zfill(9),
        at=at,
        yes=pl.Series(yes),
        draw_id=pick(rng, ["sommer-2025", "advent-2025", "fruehling-2026", "herbst-2026"], size),
        channel=pick(rng, ["web", "store", "post"], size, [0.7, 0.25, 0.05]),
        confirmed=pl.Series(confirmed & yes),
        done=done,
    )
    return frame.with_columns(confirmed=pl.col("confirmed") & (pl.col("done") <= AS_OF))


def rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of the entries' list."""
    status = pl.when("confirmed").then(pl.lit("confirmed")).when("yes").then(pl.lit("sent")).otherwise(pl.lit("none"))
    clock = "%Y-%m-%d %H:%M:%S"
    return frame.select(
        "entry_id",
        "draw_id",
        local("at").dt.strftime(clock).alias("entered_at"),
        "channel",
        pl.col("given").alias("given_name"),
        pl.col("family").alias("family_name"),
        "email",
        "phone",
        "street",
        "postal_code",
        "city",
        "country",
        pl.col("birth").dt.strftime("%d.%m.%Y").alias("birth_date"),
        pl.lit("tb-2025").alias("terms_version"),
        pl.when("yes").then(pl.lit("ja")).otherwise(pl.lit("nein")).alias("marketing_consent"),
        status.alias("doi_status"),
        pl.when("confirmed").then(local("done").dt.strftime(clock)).alias("doi_confirmed_at"),
        (pl.col("at") + pl.duration(days=180)).dt.strftime("%Y-%m-%d").alias("delete_after"),
    )
