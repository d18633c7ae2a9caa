"""The call centre: one row a call."""

import numpy as np
import polars as pl

from connectors.demo.clock import DAYS, draw_days, draw_seconds, instants, local, not_after_end
from connectors.demo.dice import chance, only, pick
from connectors.demo.roles import NOBODY, ROLE
from connectors.demo.silos.forms import ASKED, seconds
from connectors.demo.sink import Sink
from connectors.demo.world import World

CLOCK = "%Y-%m-%d %H:%M:%S"


def write(world: World, sink: Sink) -> None:
    """Write calls.csv."""
    callers = world.records("calls")
    callers = callers.with_columns(
        caller_id="A" + pl.Series(world.number(1) + np.arange(len(callers))).cast(pl.String).str.zfill(9)
    )
    rows = call_rows(_calls(world, callers))
    sink.csv("calls", "calls", rows, ";")
    sink.truth("calls", "caller", callers["caller_id"], callers)


def _calls(world: World, callers: pl.DataFrame) -> pl.DataFrame:
    rng, rates = world.dice.of("calls made"), world.rates
    row = np.repeat(np.arange(len(callers)), 1 + rng.choice(3, len(callers), p=[0.7, 0.22, 0.08]))
    who, size = callers[row], len(row)
    role = who["role"].to_numpy()
    planted = role != NOBODY
    day = draw_days(rng, np.zeros(size), np.full(size, DAYS - 1.0), rates)
    day = np.where(planted, DAYS - 12 - np.arange(size) % 30, day)
    order = np.lexsort((row, day))
    who, role, planted, day = who[order], role[order], planted[order], day[order]
    at = instants(day, draw_seconds(rng, size, 8, 18))
    draw = rng.random(size)
    objects = np.where(planted, role == ROLE["objector"], draw < rates.call_objection)
    opts_in = np.where(planted, role != ROLE["objector"], draw > 1 - rates.call_opt_in)
    enquires = ~planted & ~objects & ~opts_in & chance(rng, size, 0.3)
    other = pick(rng, ["resolved", "call_back", "no_answer"], size, [0.7, 0.1, 0.2])
    outcome = np.select([objects, opts_in, enquires], ["objection", "opt_in", "enquiry"], other.to_numpy())
    topic = np.select(
        [enquires], ["enquiry"], pick(rng, ["delivery", "complaint", "advice", "loyalty"], size).to_numpy()
    )
    answered = enquires & ~chance(rng, size, rates.enquiry_unanswered)
    number = pl.Series(world.number(1) + np.arange(size)).cast(pl.String).str.zfill(9)
    return who.with_columns(
        call_id="C" + number,
        at=at,
        direction=pick(rng, ["inbound", "outbound"], size, [0.85, 0.15]),
        agent=pick(rng, ["AG1", "AG2", "AG3"], size),
        topic=pl.Series(topic.astype(str)),
        outcome=pl.Series(outcome.astype(str)),
        asked=only(enquires, pick(rng, ASKED, size)),
        answered_at=only(answered, not_after_end(at + seconds(rng.integers(600, 86_400 * 4, size)))),
        kind=only(answered, pick(rng, ["standard", "individual"], size)),
        recording=only(opts_in, "REC-" + number),
    )


def call_rows(calls: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of the call list; times are local to the call centre in Berlin."""
    return calls.select(
        "call_id",
        "caller_id",
        local("at").dt.strftime(CLOCK).alias("called_at"),
        "direction",
        "agent",
        "phone",
        pl.col("given").alias("given_name"),
        pl.col("family").alias("family_name"),
        "country",
        "topic",
        pl.col("asked").alias("asked_for"),
        "outcome",
        local("answered_at").dt.strftime(CLOCK).alias("answered_at"),
        pl.when(pl.col("answered_at").is_not_null()).then("kind").alias("answer_kind"),
        pl.col("recording").alias("consent_recording_id"),
        # Since 2026 the recorded words cover text messages too.
        pl.when(pl.col("recording").is_null())
        .then(None)
        .when(pl.col("at").dt.year() >= 2026)
        .then(pl.lit("tel-sms-2026-1"))
        .otherwise(pl.lit("tel-2025-1"))
        .alias("consent_text_version"),
    )
