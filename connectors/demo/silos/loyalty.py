"""The loyalty programme "Polarstern" and its collecting card: members, points and stamps."""

import numpy as np
import polars as pl

from connectors.demo.clock import DAYS, dates, draw_days, draw_seconds, instants, not_after_end
from connectors.demo.dice import chance, only, pick
from connectors.demo.roles import NOBODY
from connectors.demo.sink import Sink
from connectors.demo.story import told
from connectors.demo.world import World


def members(world: World) -> pl.DataFrame:
    """Return the members' records with their consents, before anything is booked."""
    frame, rng = world.records("loyalty"), world.dice.of("members")
    size = len(frame)
    planted = (frame["role"] != NOBODY).to_numpy()
    joined = draw_days(rng, np.zeros(size), np.full(size, DAYS - 3.0), world.rates)
    joined = np.where(planted, rng.integers(0, 60, size), joined)
    signed = np.minimum(joined + rng.choice([0, 0, 0, 40, 200], size), DAYS - 1)
    card = frame["card"].fill_null("").str.zfill(13)
    return frame.with_columns(
        member_id="M" + pl.Series(world.number(100_001) + np.arange(size)).cast(pl.String),
        card=card,
        joined=dates(joined),
        joined_day=pl.Series(joined),
        signed=dates(signed),
        email_yes=pick(rng, ["ja", "nein", ""], size, [0.3, 0.35, 0.35]).zip_with(
            pl.Series(~planted), pl.Series(["ja"] * size)
        ),
        post_yes=pick(rng, ["ja", "nein", ""], size, [0.4, 0.08, 0.52]),
        status=pick(rng, ["aktiv", "ruhend", "gekündigt"], size, [0.88, 0.08, 0.04]),
        changed=dates(np.minimum(signed + rng.integers(0, 300, size), DAYS - 1)),
    ).with_columns(
        post_yes=pl.when(pl.Series(planted)).then(pl.lit("")).otherwise("post_yes"),
        status=pl.when(pl.Series(planted)).then(pl.lit("aktiv")).otherwise("status"),
    )


def write(world: World, sink: Sink, member: pl.DataFrame, receipts: pl.DataFrame) -> None:
    """Write members.csv, points.csv (from the receipts with a card) and stamps.csv."""
    points = _points(world, member, receipts.filter((pl.col("member") >= 0) & (pl.col("kind") != "storno")))
    balance = points.group_by("member_id", maintain_order=True).agg(pl.col("points").sum())
    full = member.join(balance, on="member_id", how="left", maintain_order="left")
    rows = member_rows(full.with_columns(pl.col("points").fill_null(0)))
    sink.csv("loyalty", "members", told("loyalty/members", rows, world.dice.chunk), ";")
    sink.csv("loyalty", "points", told("loyalty/points", points, world.dice.chunk), ";")
    sink.csv("loyalty", "stamps", _stamps(world, member), ";")
    sink.truth("loyalty", "member", member["member_id"], member)


def member_rows(member: pl.DataFrame) -> pl.DataFrame:
    """Return the member list's columns."""
    given = pl.col("email_yes").is_in(["ja", "nein"])
    tier = pl.when(pl.col("points") >= 1500).then(pl.lit("Gold")).when(pl.col("points") >= 400).then(pl.lit("Silber"))
    return member.select(
        "member_id",
        pl.col("card").alias("card_no"),
        pl.when("female").then(pl.lit("Frau")).otherwise(pl.lit("Herr")).alias("anrede"),
        pl.col("title").alias("titel"),
        pl.col("given").alias("vorname"),
        pl.col("family").alias("nachname"),
        "email",
        pl.col("phone").alias("telefon"),
        pl.col("street").alias("strasse"),
        pl.col("postal_code").alias("plz"),
        pl.col("city").alias("ort"),
        pl.col("country").alias("land"),
        pl.col("birth").dt.strftime("%d.%m.%Y").alias("geburtsdatum"),
        pl.col("joined").dt.strftime("%d.%m.%Y").alias("eingetreten_am"),
        "status",
        tier.otherwise(pl.lit("Basis")).alias("stufe"),
        pl.col("points").alias("punktestand"),
        pl.col("email_yes").replace("", None).alias("werbung_email"),
        pl.col("post_yes").replace("", None).alias("werbung_post"),
        pl.when(given).then(pl.col("signed").dt.strftime("%d.%m.%Y")).alias("unterschrieben_am"),
        pl.when(pl.col("email_yes") == "ja").then(pl.concat_str(pl.lit("FORM-2024-2/"), "member_id")).alias("formular"),
        pl.when("died").then(pl.lit("verstorben")).alias("vermerk"),
        pl.col("changed").dt.strftime("%d.%m.%Y").alias("geaendert_am"),
    )


def _points(world: World, member: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Return movements: earned with a receipt, some reversed, spent or expired later."""
    rng, size = world.dice.of("points"), len(receipts)
    who = member[receipts["member"].to_numpy()]
    earned = pl.DataFrame(
        {
            "member_id": who["member_id"],
            "card_no": receipts["card"],
            "at": receipts["at"],
            "art": pl.Series(["earned"] * size, dtype=pl.String),
            "points": (receipts["euro"] // 100).cast(pl.Int64),
            "beleg": receipts["receipt"],
        }
    )
    kind = rng.choice(4, size, p=[0.82, 0.05, 0.09, 0.04])
    rows = np.flatnonzero(kind > 0)
    share = np.array([0, 1.0, 0.5, 0.3])[kind[rows]]
    names = pl.Series(["", "reversed", "spent", "expired"]).gather(kind[rows])
    taken = earned[rows].with_columns(
        at=not_after_end(
            earned["at"].gather(rows)
            + pl.Series(rng.integers(2, 200, len(rows)) * 86_400_000_000).cast(pl.Duration("us"))
        ),
        art=names,
        points=-(earned["points"].gather(rows) * pl.Series(share)).floor().cast(pl.Int64),
    )
    every = pl.concat([earned, taken.filter(pl.col("at").is_not_null())]).filter(pl.col("points") != 0)
    every = every.sort("at", "member_id", "art", "beleg")
    number = pl.Series(world.number(1) + np.arange(len(every))).cast(pl.String).str.zfill(9)
    return every.select(
        ("PB" + number).alias("movement_id"),
        "member_id",
        "card_no",
        pl.col("at").dt.strftime("%Y-%m-%d %H:%M:%S").alias("gebucht_am"),
        "art",
        "points",
        "beleg",
    )


def _stamps(world: World, member: pl.DataFrame) -> pl.DataFrame:
    """Return the coffee card's stamps; ten fill a card."""
    rng = world.dice.of("stamps")
    collects = np.flatnonzero(chance(rng, len(member), 0.2))
    count = 1 + rng.geometric(0.2, len(collects)).clip(1, 10)
    row = np.repeat(collects, count)
    day = draw_days(rng, member["joined_day"].to_numpy()[row].astype(float), np.full(len(row), DAYS - 1.0), world.rates)
    order = np.lexsort((day, row))
    row, day = row[order], day[order]
    nth = np.arange(len(row)) - np.searchsorted(row, row) + 1
    at = instants(day, draw_seconds(rng, len(row), 8, 18))
    number = pl.Series(world.number(1) + np.arange(len(row))).cast(pl.String).str.zfill(9)
    text = at.dt.strftime("%Y-%m-%d %H:%M:%S")
    full = nth >= 10
    return pl.DataFrame(
        {
            "stamp_id": "ST" + number,
            "member_id": member["member_id"].gather(row),
            "card_no": member["card"].gather(row),
            "programm": pl.Series(["Kaffeekarte"] * len(row), dtype=pl.String),
            "gestempelt_am": text,
            "filiale": "F" + member["country"].gather(row) + "1",
            "stempel": np.ones(len(row), np.int64),
            "voll_am": only(full, text),
            "eingeloest_am": only(full & chance(rng, len(row), 0.6), text),
        }
    )
