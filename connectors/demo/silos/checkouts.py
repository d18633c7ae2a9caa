"""Begun checkouts of the shop: one node of GraphQL's `abandonedCheckouts` a line."""

import numpy as np
import polars as pl

from connectors.demo.baskets import currency_of, lines, money, per_purchase
from connectors.demo.clock import AS_OF, DAYS, draw_days, draw_seconds, instants, iso
from connectors.demo.countries import COUNTRIES
from connectors.demo.dice import chance
from connectors.demo.roles import NOBODY, ROLE
from connectors.demo.silos.shop import Shop
from connectors.demo.sink import Sink
from connectors.demo.world import World

KEPT_DAYS = 60  # older ones are not exported
WINDOW_SHOPPERS = 0.3  # of customers: those who begin checkouts that they leave


def write(world: World, sink: Sink, shop: Shop) -> pl.DataFrame:
    """Write checkouts.jsonl and return its checkouts: buyer (row of shop.customers), at, completed,
    total, currency."""
    frame = _abandoned(world, shop)
    nodes = json_nodes(frame, frame["items"], world.number(30_000_001))
    sink.lines("shop", "checkouts", nodes)
    return frame


def _abandoned(world: World, shop: Shop) -> pl.DataFrame:
    """Return checkouts begun in the last days: those that became orders, and `cart_abandoned` more that
    did not."""
    rng, rates = world.dice.of("checkouts"), world.rates
    customers = shop.customers
    recent = shop.orders.filter(pl.col("day") >= DAYS - KEPT_DAYS, pl.col("buyer") < len(customers))
    count = round(len(recent) * rates.cart_abandoned / max(1 - rates.cart_abandoned, 0.01))
    able = (customers["email"].is_not_null() & (customers["role"] == NOBODY)).to_numpy()
    able = np.flatnonzero(able & chance(rng, len(customers), WINDOW_SHOPPERS))
    planted = np.flatnonzero((customers["role"] == ROLE["cart_abandoner"]).to_numpy())
    count *= bool(len(able))
    buyer = np.concatenate([rng.choice(able, count) if count else [], planted]).astype(np.int64)
    day = draw_days(rng, np.full(len(buyer), DAYS - KEPT_DAYS, float), np.full(len(buyer), DAYS - 1, float), rates)
    day[count:] = DAYS - 4 - np.arange(len(planted)) % 6
    begun = pl.DataFrame(
        {
            "buyer": buyer,
            "day": day,
            "at": instants(day, draw_seconds(rng, len(buyer))),
            "large": False,
            "returns_all": False,
            "completed": pl.Series([None] * len(buyer), dtype=pl.Datetime("us")),
        }
    )
    done = recent.select(
        "buyer",
        "day",
        (pl.col("at") - pl.duration(minutes=6)).alias("at"),
        "large",
        "returns_all",
        pl.col("at").alias("completed"),
    )
    late = chance(rng, len(begun), 0.02).tolist()
    recovered = pl.when(pl.Series(late, dtype=pl.Boolean) & (pl.col("day") < DAYS - 8)).then(
        pl.col("at").dt.offset_by("30h")
    )
    begun = begun.with_columns(completed=recovered.cast(pl.Datetime("us")))
    every = pl.concat([begun, done]).sort("at", "buyer", maintain_order=True)
    who = customers[every["buyer"].to_numpy()].select("customer_id", "email", "country", "person", "role")
    items = lines(world.dice, "checkouts", every, who["country"], rates)
    listed = items.group_by("purchase", maintain_order=True).agg(
        pl.struct(title="article", quantity="quantity", sku="article_no").alias("items")
    )
    total = per_purchase(items["purchase"], items["gross"].to_numpy(), len(every))
    return pl.concat([every, who], how="horizontal").with_columns(
        total=pl.Series(total), currency=currency_of(who["country"]), items=listed["items"]
    )


def json_nodes(frame: pl.DataFrame, items: pl.Series, first_number: int) -> pl.Series:
    """Return one JSON object per checkout."""
    rate = {code: each.per_euro for code, each in COUNTRIES.items()}
    euro = (frame["total"] / frame["country"].replace_strict(rate)).round().cast(pl.Int64)
    number = pl.Series(first_number + np.arange(len(frame))).cast(pl.String)
    changed = (
        frame.select(pl.coalesce("completed", pl.col("at") + pl.duration(minutes=11)))
        .to_series()
        .clip(upper_bound=AS_OF)
    )
    table = frame.with_columns(n=number, euro=money(euro), local=money(frame["total"]), items=items, changed=changed)
    shown = lambda amount, currency: pl.struct(amount=pl.col(amount), currencyCode=currency)  # noqa: E731
    return table.select(
        pl.struct(
            id=pl.concat_str(pl.lit("gid://shopify/AbandonedCheckout/"), "n"),
            name=pl.concat_str(pl.lit("#C"), "n"),
            createdAt=iso("at"),
            updatedAt=iso("changed"),
            completedAt=iso("completed"),
            abandonedCheckoutUrl=pl.concat_str(pl.lit("https://shop.nordlicht-wohnen.example/checkouts/"), "n"),
            customer=pl.struct(id=pl.concat_str(pl.lit("gid://shopify/Customer/"), "customer_id"), email="email"),
            lineItems=pl.struct(nodes="items"),
            totalPriceSet=pl.struct(
                shopMoney=shown("euro", pl.lit("EUR")), presentmentMoney=shown("local", pl.col("currency"))
            ),
        ).struct.json_encode()
    ).to_series()
