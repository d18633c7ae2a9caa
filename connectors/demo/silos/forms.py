"""Landing pages: posts of forms, double opt-in mails and answers, one JSON object a line."""

import numpy as np
import polars as pl

from connectors.demo.clock import AS_OF, DAYS, draw_days, draw_seconds, instants, iso
from connectors.demo.dice import chance, pick
from connectors.demo.roles import NOBODY, ROLE
from connectors.demo.sink import Sink
from connectors.demo.story import told_lines
from connectors.demo.world import World

FORMS = {"newsletter": 0.55, "contact": 0.30, "catalogue": 0.15}
TOPICS = ["Möbel", "Leuchten", "Teppiche", "Küche", "Lieferung", "Reklamation"]
ASKED = ["information", "quotation", "appointment", "call_back"]
LINK_DAYS = 14  # after which a confirmation link no longer works


def write(world: World, sink: Sink) -> pl.DataFrame:
    """Write submissions.jsonl and return the submissions; `confirmed_at` where the opt-in was confirmed."""
    frame = submissions(world)
    lines = pl.concat([submission_lines(frame), doi_lines(frame), answer_lines(frame)]).sort("at", "line")["line"]
    sink.lines("forms", "submissions", told_lines("forms/submissions", lines, world.dice.chunk))
    sink.truth("forms", "submission", frame["submission_id"], frame)
    return frame


def submissions(world: World, on: int | None = None) -> pl.DataFrame:
    """Return who sent which form when (`on` that day, else in the history), what they ticked and what
    came of it."""
    frame, rng, rates = world.records("forms"), world.dice.of("submissions"), world.rates
    size = len(frame)
    planted = (frame["role"] != NOBODY).to_numpy()
    day = draw_days(rng, np.zeros(size), np.full(size, DAYS - 1.0), rates)
    day = np.where(planted, DAYS - 4 - np.arange(size) % 10, day)
    at = instants(day if on is None else np.full(size, on), draw_seconds(rng, size))
    ticked, phoned = chance(rng, size, 0.18), chance(rng, size, 0.10)
    confirmed = chance(rng, size, rates.doi_confirmed)
    sent = rng.integers(20, 180, size)
    opened = sent + np.where(confirmed, rng.integers(60, 86_400 * 2, size), 86_400 * LINK_DAYS)
    asks = pick(rng, ASKED, size, [0.5, 0.25, 0.1, 0.15])
    answered = ~chance(rng, size, rates.enquiry_unanswered) & ~planted
    frame = frame.with_columns(
        submission_id="sub-" + pl.Series(world.number(1) + np.arange(size)).cast(pl.String).str.zfill(9),
        form=pl.when(pl.Series(planted))
        .then(pl.lit("contact"))
        .otherwise(pick(rng, list(FORMS), size, list(FORMS.values()))),
        at=at,
        ip=_ip(rng, size),
        topic=pick(rng, TOPICS, size),
        asked=asks,
        phone_yes=pl.Series(phoned) & pl.col("phone").is_not_null(),
        sent_at=at + seconds(sent),
        done_at=at + seconds(opened),
        confirmed=pl.Series(confirmed),
        click_ip=_ip(rng, size),
        answered_at=at + seconds(rng.integers(1800, 86_400 * 5, size)),
        answered=pl.Series(answered),
        answer_kind=pick(rng, ["standard", "individual"], size, [0.6, 0.4]),
        text_version=pick(rng, ["nl-2024-1", "nl-2025-2"], size),
    )
    enquiry = pl.col("form").is_in(["contact", "catalogue"])
    wants = (pl.col("form") == "newsletter") | (pl.Series(ticked) & (pl.col("role") == NOBODY))
    asked = pl.when(pl.col("form") == "catalogue").then(pl.lit("information")).otherwise("asked")
    asked = pl.when(pl.col("role") == ROLE["unanswered_enquirer"]).then(pl.lit("quotation")).otherwise(asked)
    frame = frame.with_columns(
        enquiry=enquiry, wants=wants, asked=pl.when(enquiry).then(asked), topic=pl.when(enquiry).then("topic")
    )
    past = pl.col("done_at") <= AS_OF
    return frame.with_columns(confirmed_at=pl.when(pl.col("wants") & pl.col("confirmed") & past).then("done_at"))


def seconds(count: np.ndarray) -> pl.Series:
    """Return a number of seconds as durations."""
    return pl.Series(count.astype(np.int64) * 1_000_000).cast(pl.Duration("us"))


def _ip(rng: np.random.Generator, size: int) -> pl.Series:
    """Return addresses of the networks reserved for documentation."""
    last = pl.Series(rng.integers(1, 255, size)).cast(pl.String)
    return pick(rng, ["192.0.2.", "198.51.100.", "203.0.113."], size) + last


def submission_lines(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `at` and the JSON line of each post."""
    tick = lambda version, given: pl.struct(text_version=version, given=given)  # noqa: E731
    line = pl.struct(
        type=pl.lit("submission"),
        submission_id="submission_id",
        form="form",
        submitted_at=iso("at"),
        page=pl.concat_str(pl.lit("https://nordlicht-wohnen.example/"), "form"),
        ip="ip",
        fields=pl.struct(
            email="email",
            first_name="given",
            last_name="family",
            phone="phone",
            street="street",
            zip="postal_code",
            city="city",
            country="country",
            birthday=pl.col("birth").dt.strftime("%Y-%m-%d"),
            message_topic="topic",
            asked_for="asked",
        ),
        consents=pl.struct(
            newsletter=tick(pl.col("text_version"), pl.col("wants")),
            phone=tick(pl.lit("tel-2025-1"), pl.col("phone_yes")),
        ),
    )
    return frame.select("at", line=line.struct.json_encode())


def doi_lines(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `at` and the JSON line of each step of a double opt-in up to the history's end."""
    wants = frame.filter("wants")
    sent = wants.select(
        "submission_id", at="sent_at", event=pl.lit("confirmation_sent"), ip=pl.lit(None, dtype=pl.String)
    )
    end = pl.when("confirmed").then(pl.lit("confirmed")).otherwise(pl.lit("expired"))
    done = wants.select("submission_id", at="done_at", event=end, ip=pl.when("confirmed").then("click_ip"))
    every = pl.concat([sent, done]).filter(pl.col("at") <= AS_OF)
    line = pl.struct(
        type=pl.lit("doi"),
        submission_id="submission_id",
        event="event",
        at=iso("at"),
        ip="ip",
        mail_version=pl.lit("doi-3"),
    )
    return every.select("at", line=line.struct.json_encode())


def answer_lines(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `at` and the JSON line of each answer to an enquiry."""
    done = frame.filter(pl.col("enquiry") & pl.col("answered") & (pl.col("answered_at") <= AS_OF))
    line = pl.struct(
        type=pl.lit("answer"),
        submission_id="submission_id",
        answered_at=iso("answered_at"),
        answer_kind="answer_kind",
    )
    return done.select(at="answered_at", line=line.struct.json_encode())
