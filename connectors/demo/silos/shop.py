"""The online shop: Shopify's CSV exports of customers and orders."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from connectors.demo.baskets import currency_of, lines, per_purchase, purchases, vat_of
from connectors.demo.clock import local
from connectors.demo.countries import COUNTRIES
from connectors.demo.dice import chance, pick, where
from connectors.demo.roles import NOBODY
from connectors.demo.silos.shop_columns import customer_rows, order_rows
from connectors.demo.sink import Sink
from connectors.demo.story import told
from connectors.demo.world import World


@dataclass(frozen=True)
class Shop:
    """What other silos need of the shop: its customers' records and its orders."""

    customers: pl.DataFrame
    orders: pl.DataFrame
    lines: pl.DataFrame


def write(world: World, sink: Sink) -> Shop:
    """Write customers.csv and orders.csv and return what is in them."""
    customers, guests = customer_records(world), world.records("guest")
    orders, items = _orders(world, customers, guests)
    chunk = world.dice.chunk
    sink.csv("shop", "customers", told("shop/customers", customer_rows(customers, orders), chunk))
    sink.csv("shop", "orders", told("shop/orders", order_rows(orders, items), chunk))
    sink.truth("shop", "customer", customers["customer_id"], customers)
    stranger = orders.filter(~pl.col("email").is_in(customers["email"].drop_nulls().implode()))
    sink.truth("shop", "order", stranger["name"], stranger)
    return Shop(customers, orders, items)


def customer_records(world: World) -> pl.DataFrame:
    """Return the customers' records; Shopify knows an e-mail address once only."""
    frame, rng = world.records("shop"), world.dice.of("shop customers")
    size, rates = len(frame), world.rates
    planted = (frame["role"] != NOBODY).to_numpy()
    other = pl.when(pl.col("email").is_not_null()).then(world.people["email_2"].gather(frame["person"]))
    frame = frame.with_columns(email=pl.when(pl.col("email").is_first_distinct()).then("email").otherwise(other))
    return frame.with_columns(
        customer_id=pl.Series(world.number(7_100_000_000_000) + np.arange(size) + 1).cast(pl.String),
        email=pl.when(pl.col("email").is_first_distinct()).then("email"),
        accepts=pl.Series(chance(rng, size, rates.accepts_marketing) | planted),
        is_test=pl.Series(chance(rng, size, rates.test_record) & ~planted),
        quoted_zip=pl.Series(chance(rng, size, 0.2)),
    )


def _orders(world: World, customers: pl.DataFrame, guests: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return orders in the order of time, with all that the export tells of each, and their lines."""
    dice, rates = world.dice, world.rates
    shared = [name for name in guests.columns if name in customers.columns]
    buyers = pl.concat([customers.select(shared), guests.select(shared)])
    known = purchases(dice, "shop", customers["role"].to_numpy(), rates)
    once = purchases(dice, "guest", np.full(len(guests), NOBODY), rates, mean=0.0)
    once = once.with_columns(buyer=pl.col("buyer") + len(customers))
    bought = pl.concat([known, once]).sort("at", "buyer", maintain_order=True)
    bought = bought.filter(buyers["email"].is_not_null().gather(bought["buyer"]))
    return priced(world, bought, buyers[bought["buyer"].to_numpy()])


def priced(world: World, bought: pl.DataFrame, who: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return orders and their lines for purchases (row by row) of these buyers."""
    country = who["country"]
    items = lines(world.dice, "shop", bought, country, world.rates)
    amounts = _amounts(world, bought, items, country)
    names = pl.Series(world.number(100_001) + np.arange(len(bought))).cast(pl.String)
    orders = pl.concat([bought, who, amounts], how="horizontal").with_columns(
        name="#" + names,
        id=pl.Series(world.number(5_500_000_000_000) + np.arange(len(bought))).cast(pl.String),
        created=local_text(bought["at"]),
    )
    return _recipients(world, orders), items


def local_text(at: pl.Series) -> pl.Series:
    """Return UTC times as Shopify writes them: `2026-01-31 12:00:00 +0100`."""
    return at.to_frame("at").select(local("at").dt.strftime("%Y-%m-%d %H:%M:%S %z")).to_series()


def _amounts(world: World, bought: pl.DataFrame, items: pl.DataFrame, country: pl.Series) -> pl.DataFrame:
    """Return the money of each order, in minor units, and its status."""
    rng, size = world.dice.of("shop amounts"), len(bought)
    factor = country.replace_strict({code: round(each.per_euro) for code, each in COUNTRIES.items()}).to_numpy()
    subtotal = per_purchase(items["purchase"], items["gross"].to_numpy(), size)
    discount = np.where(chance(rng, size, 0.12), subtotal // 10, 0)
    shipping = np.where(subtotal < 5000 * factor, 495 * factor, 0)
    back = per_purchase(items["purchase"], (items["gross"] * items["returned"]).to_numpy(), size)
    planted = (bought["large"] | bought["returns_all"]).to_numpy()
    cancelled = chance(rng, size, 0.02) & ~planted
    refunded = np.where(cancelled, 0, back - discount * back // np.maximum(subtotal, 1))
    total = subtotal - discount + shipping
    vat = vat_of(country)
    whole = (back == subtotal) & (back > 0)
    status = np.select([cancelled, whole, back > 0], ["voided", "refunded", "partially_refunded"], "paid")
    return pl.DataFrame(
        {
            "currency": currency_of(country),
            "subtotal": subtotal,
            "discount": discount,
            "shipping": shipping,
            "total": total,
            "taxes": np.round(total * vat / (100 + vat)).astype(np.int64),
            "refunded": refunded,
            "status": status,
            "notice": chance(rng, size, world.rates.notice_shown) | planted,
            "gift": chance(rng, size, world.rates.gift),
        }
    )


def _recipients(world: World, orders: pl.DataFrame) -> pl.DataFrame:
    """Add whom the parcel goes to: the buyer, or with a gift somebody else at another address."""
    rng = world.dice.of("gifts")
    other = world.anybody(rng, orders["country"])
    gift = orders["gift"].to_numpy()
    own = orders.select(pl.concat_str("given", "family", separator=" ", ignore_nulls=True)).to_series()
    return orders.with_columns(
        billing_name=own,
        shipping_name=where(gift, other["given"] + " " + other["family"], own),
        shipping_street=where(gift, other["street"] + " " + other["house_no"], orders["street"]),
        shipping_postal_code=where(gift, other["postal_code"], orders["postal_code"]),
        shipping_city=where(gift, other["city"], orders["city"]),
        payment=pick(rng, ["Shopify Payments", "PayPal", "Klarna", "Rechnung"], len(orders), [0.4, 0.3, 0.2, 0.1]),
        notice=pl.col("notice") | (pl.col("role") != NOBODY),
    )
