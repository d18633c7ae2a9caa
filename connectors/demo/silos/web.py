"""The web shop's events after the Segment spec, one JSON object a line."""

import numpy as np
import polars as pl

from connectors.demo.assortment import articles
from connectors.demo.baskets import money
from connectors.demo.clock import DAYS, LATEST_SECOND, draw_days, draw_seconds, instants
from connectors.demo.dice import chance, pick
from connectors.demo.records import records
from connectors.demo.silos.segment import event_lines
from connectors.demo.silos.shop import Shop
from connectors.demo.sink import Sink
from connectors.demo.world import World

KEPT_DAYS = 180
STEPS = ("page", "Product Viewed", "Product Added", "Checkout Started", "Order Completed")
SHARED_DEVICE = 0.02


def write(world: World, sink: Sink, shop: Shop) -> None:
    """Write events.jsonl."""
    visitors = _visitors(world, shop)
    sessions = _sessions(world, shop, visitors)
    events = pl.concat([step_events(world, sessions), _identifies(world, shop, sessions, visitors)]).sort("at", "key")
    lines = event_lines(events, world.number(1))
    sink.lines("web", "events", lines)
    known = visitors.filter(pl.col("customer_id").is_in(sessions.filter("identifies")["user"].drop_nulls().implode()))
    sink.truth("web", "identify", known["customer_id"], known)


def _visitors(world: World, shop: Shop) -> pl.DataFrame:
    """Return the customers who log in, with what they told the web shop of themselves."""
    rng, rates = world.dice.of("visitors"), world.rates
    able = shop.customers.with_row_index("buyer").filter(pl.col("email").is_not_null())
    chosen = able.filter(pl.Series(chance(rng, len(able), rates.web_identified), dtype=pl.Boolean))
    told = records(world.people, chosen["person"].to_numpy(), world.dice, "web", rates.carry_forms, rates)
    return told.with_columns(
        email=chosen["email"], customer_id=chosen["customer_id"], buyer=chosen["buyer"].cast(pl.Int64)
    )


def _sessions(world: World, shop: Shop, visitors: pl.DataFrame) -> pl.DataFrame:
    """Return visits: device, user (where logged in), at, depth (last step), order."""
    rng, rates = world.dice.of("sessions"), world.rates
    place = np.full(len(shop.customers), -1)
    place[visitors["buyer"].to_numpy()] = np.arange(len(visitors))
    recent = shop.orders.filter((pl.col("day") >= DAYS - KEPT_DAYS) & (pl.col("buyer") < len(shop.customers)))
    visitor = place[recent["buyer"].to_numpy()]
    mine = recent.filter(pl.Series(visitor >= 0, dtype=pl.Boolean))
    visitor = visitor[visitor >= 0]
    total = round(rates.web_sessions_per_person * len(world.people))
    more = np.repeat(np.arange(len(visitors)), rng.poisson(3, len(visitors)))
    lone = max(total - len(mine) - len(more), 0)
    browse = np.concatenate([more, np.full(lone, -1)])
    day = draw_days(rng, np.full(len(browse), float(DAYS - KEPT_DAYS)), np.full(len(browse), DAYS - 1.0), rates)
    depth = rng.choice(4, len(browse), p=[0.3, 0.45, 0.16, 0.09])
    at = pl.concat([mine["at"].dt.offset_by("-20m"), instants(day, draw_seconds(rng, len(browse), 6, 20))])
    who = np.concatenate([visitor, browse])
    size = len(who)
    device = np.where(who >= 0, who * 2 + chance(rng, size, 0.25), 10_000_000 + np.arange(size) // 2)
    guest = chance(rng, size, SHARED_DEVICE) & (who >= 0)
    device = np.where(guest, np.roll(device, 1), device)
    logs_in = (who >= 0) & (chance(rng, size, 0.4) | (np.arange(size) < len(mine)))
    user = (
        visitors["customer_id"].gather(np.maximum(who, 0))
        if len(visitors)
        else pl.Series([None] * size, dtype=pl.String)
    )
    nothing = pl.Series([None], dtype=pl.String)
    orders = pl.concat([mine["name"].str.strip_prefix("#"), nothing.new_from_index(0, len(browse))])
    frame = pl.DataFrame(
        {
            "visitor": who,
            "device": device,
            "at": at,
            "depth": np.concatenate([np.full(len(mine), 4), depth]),
            "order": orders,
            "identifies": logs_in,
            "user": user.zip_with(pl.Series(logs_in), nothing.new_from_index(0, size)),
            "total": np.concatenate([mine["total"].to_numpy(), np.zeros(len(browse), np.int64)]),
            "currency": pl.concat([mine["currency"], nothing.new_from_index(0, len(browse))]),
        }
    )
    per_device = np.random.default_rng(5).random(20_000_000 // 16)
    mood = per_device[frame["device"].to_numpy() % len(per_device)]
    consent = np.select(
        [mood < rates.web_consent_missing, mood < rates.web_consent_missing + rates.web_consented],
        ["", "true"],
        "false",
    )
    campaign = pick(rng, ["", "herbst-leuchten", "brand", "advent"], size, [0.7, 0.12, 0.1, 0.08])
    chunk = f"{world.dice.chunk:03d}"
    return frame.with_columns(
        consent=pl.Series(consent),
        campaign=campaign,
        session=pl.Series(np.arange(size)),
        anonymous="anon-" + chunk + "-" + frame["device"].cast(pl.String),
    )


def step_events(world: World, sessions: pl.DataFrame) -> pl.DataFrame:
    """Return one event a step of each session: a page, one to three products, cart, checkout, order."""
    rng = world.dice.of("events")
    depth = sessions["depth"].to_numpy()
    views = np.where(depth >= 1, 1 + rng.choice(3, len(depth), p=[0.5, 0.3, 0.2]), 0)
    count = 1 + views + np.maximum(depth - 1, 0)
    row = np.repeat(np.arange(len(depth)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    step = np.where(nth == 0, 0, np.where(nth <= views[row], 1, nth - views[row] + 1))
    table = articles()
    product = rng.integers(0, len(table), len(row))
    of = sessions[row]
    price = money(table["price"].gather(product))
    goods = pl.DataFrame(
        {
            "product_id": table["article_no"].gather(product),
            "name": table["article"].gather(product),
            "category": table["category"].gather(product),
            "price": price,
        }
    )
    shown = goods.select(pl.struct(pl.all()).struct.json_encode()).to_series()
    cart = '{"cart_id":"cart-' + of["session"].cast(pl.String) + '","products":[' + shown + "]}"
    done = (
        '{"order_id":"'
        + of["order"].fill_null("")
        + '","total":'
        + money(of["total"])
        + ',"currency":"'
        + of["currency"].fill_null("EUR")
        + '"}'
    )
    frame = of.with_columns(step=pl.Series(step), nth=pl.Series(nth), shown=shown, cart=cart, done=done)
    body = (
        pl.when(pl.col("step") == 0)
        .then(pl.lit('{"path":"/"}'))
        .when(pl.col("step") == 3)
        .then("cart")
        .when(pl.col("step") == 4)
        .then("done")
    )
    second = np.minimum(nth * rng.integers(15, 300, len(row)), 86_399 - LATEST_SECOND)
    return frame.select(
        at=pl.col("at") + pl.duration(seconds=pl.lit(pl.Series(second))),
        key=pl.col("session") * 10 + pl.col("nth") + 1,
        type=pl.when(pl.col("step") == 0).then(pl.lit("page")).otherwise(pl.lit("track")),
        event=pl.when(pl.col("step") > 0).then(pl.Series(STEPS).gather(step)),
        anonymous="anonymous",
        user="user",
        consent="consent",
        campaign="campaign",
        body=body.otherwise("shown"),
    )


def _identifies(world: World, shop: Shop, sessions: pl.DataFrame, visitors: pl.DataFrame) -> pl.DataFrame:
    """Return one identify call a session with a login."""
    logged = sessions.filter("identifies")
    who = visitors[logged["visitor"].to_numpy()]
    traits = who.select(
        pl.struct(
            email="email",
            firstName="given",
            lastName="family",
            phone="phone",
            birthday=pl.col("birth").dt.strftime("%Y-%m-%d"),
            address=pl.struct(street="street", city="city", postalCode="postal_code", country="country"),
        ).struct.json_encode()
    ).to_series()
    return logged.select(
        at=pl.col("at") - pl.duration(seconds=5),
        key=pl.col("session") * 10,
        type=pl.lit("identify"),
        event=pl.lit(None, dtype=pl.String),
        anonymous="anonymous",
        user="user",
        consent="consent",
        campaign="campaign",
        body=traits,
    )
