"""The newsletter tool: Mailchimp's audience export with the granular activity in the same ZIP."""

from datetime import timedelta

import numpy as np
import polars as pl

from connectors.demo.clock import DAYS, START, draw_days, draw_seconds, instants
from connectors.demo.dice import chance, pick
from connectors.demo.roles import NOBODY, ROLE
from connectors.demo.silos.forms import seconds
from connectors.demo.sink import Sink, csv_bytes, zip_bytes
from connectors.demo.story import told
from connectors.demo.world import World

EVERY_DAYS = 14
SENT_AT = 8 * 3600 + 600  # of the day, UTC
CLOCK = "%Y-%m-%d %H:%M:%S"
CAMPAIGN_DAYS = np.arange(10, DAYS - 1, EVERY_DAYS)
CLEANED_PER_SEND = 0.0008
WITHDRAWN_BEFORE_END = 3  # campaigns: planted withdrawers leave with one of the last


def write(world: World, sink: Sink, forms: pl.DataFrame) -> pl.DataFrame:
    """Write the audience's ZIP and return the members."""
    members = _members(world, forms)
    activity = _activity(world, members)
    listed = told("newsletter/members", member_rows(members), world.dice.chunk)
    files = export_files(listed, activity_rows(members, activity))
    sink.path("newsletter", "audience_export", "zip").write_bytes(zip_bytes(files))
    sink.truth("newsletter", "member", members["leid"], members)
    return members


def _members(world: World, forms: pl.DataFrame) -> pl.DataFrame:
    """Return who is in the audience: confirmed by form, or taken over from elsewhere; an address once
    only."""
    came = forms.filter(pl.col("confirmed_at").is_not_null())
    own, rng = world.records("newsletter"), world.dice.of("audience")
    size = len(own)
    planted = (own["role"] != NOBODY).to_numpy()
    day = draw_days(rng, np.zeros(size), np.full(size, DAYS - 20.0), world.rates)
    day = np.where(planted, 20 + np.arange(size) % 40, day)
    opted = instants(day, draw_seconds(rng, size))
    confirmed = chance(rng, size, world.rates.newsletter_confirmed) | planted
    own = own.with_columns(
        opted=pl.when(pl.Series(chance(rng, size, 0.85) | confirmed)).then(opted),
        joined=opted,
        confirmed_at=pl.when(pl.Series(confirmed)).then(opted + seconds(rng.integers(60, 7200, size))),
        ip=pl.lit("198.51.100.7"),
    )
    came = came.with_columns(opted="at", joined="confirmed_at")
    shared = own.columns
    every = pl.concat([own, came.select(shared)]).with_columns(pl.col("email").str.to_lowercase())
    every = every.filter(pl.col("email").is_not_null() & pl.col("email").is_first_distinct())
    return _left(world, every)


def _left(world: World, members: pl.DataFrame) -> pl.DataFrame:
    """Add LEID and what became of the member: subscribed, unsubscribed or cleaned, since which campaign."""
    rng, size = world.dice.of("unsubscribes"), len(members)
    first = np.searchsorted(CAMPAIGN_DAYS, (members["joined"].dt.date() - START).dt.total_days().to_numpy() + 1)
    unsub = first + rng.geometric(max(world.rates.unsubscribe_per_send, 1e-9), size) - 1
    clean = first + rng.geometric(CLEANED_PER_SEND, size) - 1
    role = members["role"].to_numpy()
    last = len(CAMPAIGN_DAYS)
    unsub = np.where(role == ROLE["withdrawer"], last - WITHDRAWN_BEFORE_END, np.where(role != NOBODY, last, unsub))
    clean = np.where(role != NOBODY, last, clean)
    status = np.select([(unsub < last) & (unsub <= clean), clean < last], ["unsubscribed", "cleaned"], "subscribed")
    until = np.minimum(np.minimum(unsub, clean), last - 1)
    left = instants(CAMPAIGN_DAYS[until], SENT_AT + rng.integers(60, 20_000, size))
    gone = pl.Series(status) != "subscribed"
    changed = pl.max_horizontal("joined", "confirmed_at")
    return members.with_columns(
        leid=pl.Series(world.number(500_001) + np.arange(size)).cast(pl.String),
        status=pl.Series(status),
        first=pl.Series(first),
        until=pl.Series(until),
        left=pl.when(gone).then(left),
        changed=pl.when(gone).then(left).otherwise(changed),
        tags=pick(rng, ["", "VIP", "Katalog", "Filiale"], size, [0.8, 0.05, 0.1, 0.05]).replace("", None),
    )


def _activity(world: World, members: pl.DataFrame) -> pl.DataFrame:
    """Return one row a send, open, click or bounce."""
    rng, rates = world.dice.of("activity"), world.rates
    first, until = members["first"].to_numpy(), members["until"].to_numpy()
    count = np.maximum(until - first + 1, 0)
    row = np.repeat(np.arange(len(members)), count)
    campaign = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + first[row]
    size = len(row)
    sent = SENT_AT + rng.integers(0, 900, size)
    draw = rng.random(size)
    opened, clicked, bounced = (
        draw < rates.email_opened,
        draw < rates.email_clicked,
        draw > 1 - rates.email_bounced,
    )
    parts = []
    for name, mask, delay in (
        ("send", np.full(size, True), 0),
        ("open", opened, 40_000),
        ("click", clicked, 44_000),
        ("bounce", bounced, 300),
    ):
        chosen = np.flatnonzero(mask)
        after = rng.integers(0, max(delay, 1), len(chosen))
        after = np.minimum(sent[chosen] + after, 86_000)
        parts.append(
            pl.DataFrame(
                {
                    "row": row[chosen],
                    "campaign": campaign[chosen],
                    "at": instants(CAMPAIGN_DAYS[campaign[chosen]], after),
                }
            ).with_columns(action=pl.lit(name))
        )
    return pl.concat(parts)


def activity_rows(members: pl.DataFrame, activity: pl.DataFrame) -> pl.DataFrame:
    """Return activity in the export's columns; `row` is the member's, `campaign` the campaign's number."""
    who = members.select("email", "leid")[activity["row"].to_numpy()]
    ids = pl.Series([f"c{n + 1:04d}" for n in range(len(CAMPAIGN_DAYS) + 400)])
    titles = pl.Series([campaign_title(n) for n in range(len(CAMPAIGN_DAYS) + 400)])
    number = activity["campaign"].to_numpy()
    click, bounce = activity["action"] == "click", activity["action"] == "bounce"
    return activity.select(
        who["email"].alias("Email Address"),
        who["leid"].alias("LEID"),
        pl.col("action").alias("Action"),
        pl.col("at").dt.strftime(CLOCK).alias("Timestamp"),
        ids.gather(number).alias("Campaign ID"),
        titles.gather(number).alias("Campaign Title"),
        pl.when(click).then(pl.lit("https://nordlicht-wohnen.example/neu")).alias("URL"),
        pl.when(bounce).then(pl.lit("soft")).alias("Bounce Type"),
    )


def campaign_title(number: int) -> str:
    """Return a campaign's title by its number."""
    return f"Nordlicht-Brief {START + timedelta(10 + number * EVERY_DAYS):%Y-%m-%d}"


def member_rows(members: pl.DataFrame) -> pl.DataFrame:
    """Return members in the export's columns, birthday and address as merge fields."""
    time = lambda column: pl.col(column).dt.strftime(CLOCK)  # noqa: E731
    ip = lambda column: pl.when(pl.col(column).is_not_null()).then("ip")  # noqa: E731
    address = pl.concat_str("street", "city", "postal_code", "country", separator="  ")
    return members.select(
        pl.col("email").alias("Email Address"),
        pl.col("given").alias("First Name"),
        pl.col("family").alias("Last Name"),
        pl.col("phone").alias("Phone"),
        address.alias("Address"),
        pl.col("birth").dt.strftime("%m/%d").alias("Birthday"),
        pl.lit(2).alias("MEMBER_RATING"),
        time("opted").alias("OPTIN_TIME"),
        ip("opted").alias("OPTIN_IP"),
        time("confirmed_at").alias("CONFIRM_TIME"),
        ip("confirmed_at").alias("CONFIRM_IP"),
        time("changed").alias("LAST_CHANGED"),
        pl.col("leid").alias("LEID"),
        pl.lit(None, dtype=pl.String).alias("NOTES"),
        pl.col("tags").alias("TAGS"),
        pl.col("country").alias("CC"),
        "status",
        left=time("left"),
        title=pl.Series([campaign_title(n) for n in range(len(CAMPAIGN_DAYS))]).gather(members["until"].to_numpy()),
    )


def export_files(listed: pl.DataFrame, log: pl.DataFrame) -> dict[str, bytes]:
    """Return the ZIP's files: three lists by status, four logs by action."""
    files = {}
    for status, extra in (("subscribed", ""), ("unsubscribed", "UNSUB"), ("cleaned", "CLEAN")):
        rows = listed.filter(pl.col("status") == status).drop("status")
        named = (
            rows.rename({"left": f"{extra}_TIME", "title": f"{extra}_CAMPAIGN_TITLE"})
            if extra
            else rows.drop("left", "title")
        )
        files[f"{status}_members_export_nordlicht.csv"] = csv_bytes(named)
    for action, name in (("send", "sends"), ("open", "opens"), ("click", "clicks"), ("bounce", "bounces")):
        files[f"granular_activity/{name}.csv"] = csv_bytes(log.filter(pl.col("Action") == action))
    return files
