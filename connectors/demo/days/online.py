"""A further day of the shop: orders, returns, checkouts, visits, and the list of customers anew."""

from datetime import timedelta

import numpy as np
import polars as pl

from connectors.demo.baskets import currency_of, lines, money, per_purchase
from connectors.demo.days.day import Day
from connectors.demo.dice import pick
from connectors.demo.roles import NOBODY
from connectors.demo.silos import web
from connectors.demo.silos.checkouts import json_nodes
from connectors.demo.silos.segment import event_lines
from connectors.demo.silos.shop import customer_records, priced
from connectors.demo.silos.shop_columns import customer_rows, order_rows

RETURN_DAYS = 25
KEEPERS = 6  # of the story, who stay


def shop(day: Day) -> None:
    """Write the day's orders and returns and the customers' new snapshot."""
    before = day.read("shop", "customers.csv")
    fresh = customer_records(day.world)
    orders, items = _orders(day, before, fresh)
    new_rows = order_rows(orders, items).cast(pl.String)
    pl.concat([new_rows, _returned(day)]).write_csv(day.sink.path("shop", "orders", "csv"))
    stayed = _moved(day, _left(day, before))
    rows = customer_rows(fresh, orders).cast(pl.String)
    rows = rows.filter(~pl.col("Customer ID").is_in(stayed["Customer ID"].implode()))
    day.replace("shop", "customers.csv", pl.concat([stayed, rows]))
    day.sink.truth("shop", "customer", fresh["customer_id"], fresh)


def _orders(day: Day, before: pl.DataFrame, fresh: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what known customers and new ones buy; one planted first-time buyer buys again."""
    again = before.with_row_index().filter(pl.col("Email").is_in(day.planted("first_time_buyer")["email"].implode()))[
        "index"
    ]
    able = (
        before.with_row_index().filter(pl.col("Email").is_not_null() & (pl.col("index") >= KEEPERS))["index"].to_numpy()
    )
    chosen = able[day.sample("buyers", len(able), 0.006, 4)]
    rows = np.unique(np.concatenate([chosen, again.to_numpy()])).astype(np.int64)
    who = pl.concat(
        [
            _buyers(before[rows]),
            fresh.filter(pl.col("email").is_not_null()).select(
                "given",
                "family",
                "email",
                "phone",
                "street",
                "postal_code",
                "city",
                "country",
                role=pl.lit(NOBODY),
            ),
        ]
    )
    bought = pl.DataFrame(
        {
            "buyer": np.arange(len(who)),
            "day": np.full(len(who), day.index),
            "at": day.times("orders", len(who)),
            "large": np.full(len(who), False),
            "returns_all": np.full(len(who), False),
        }
    )
    return priced(day.world, bought, who)


def _buyers(rows: pl.DataFrame) -> pl.DataFrame:
    """Return customers of the export with the simulator's column names."""
    plain = lambda name: pl.col(name).str.strip_prefix("'")  # noqa: E731
    return rows.select(
        given="First Name",
        family="Last Name",
        email="Email",
        phone=plain("Phone"),
        street="Default Address Address1",
        postal_code=plain("Default Address Zip"),
        city="Default Address City",
        country="Default Address Country Code",
        role=pl.lit(NOBODY),
    )


def _returned(day: Day) -> pl.DataFrame:
    """Return earlier orders once more, now refunded."""
    old = day.read("shop", "orders.csv")
    since = (day.date - timedelta(RETURN_DAYS)).isoformat()
    paid = old.filter((pl.col("Financial Status") == "paid") & (pl.col("Created at").str.slice(0, 10) >= since))
    names = paid["Name"].gather(day.sample("returns", len(paid), 0.03, 1))
    head = pl.col("Financial Status").is_not_null()
    left = pl.col("Subtotal").cast(pl.Float64) - pl.col("Discount Amount").cast(pl.Float64)
    cents = (left * 100).round().cast(pl.Int64)
    rows = old.filter(pl.col("Name").is_in(names.implode()))
    amount = money(rows.select(cents.fill_null(0)).to_series())
    return rows.with_columns(
        pl.when(head).then(pl.lit("refunded")).alias("Financial Status"),
        pl.when(head).then(amount).alias("Refunded Amount"),
    )


def _left(day: Day, before: pl.DataFrame) -> pl.DataFrame:
    """Return the customers without one who closed the account and never bought."""
    idle = before.with_row_index().filter((pl.col("Total Orders") == "0") & (pl.col("index") >= KEEPERS))["index"]
    gone = before["Customer ID"].gather(idle[-1:])
    day.removed.extend(("shop", "customer", key) for key in gone)
    return before.filter(~pl.col("Customer ID").is_in(gone.implode()))


def _moved(day: Day, before: pl.DataFrame) -> pl.DataFrame:
    """Return the customers, some of them at a new address."""
    rows = day.sample("movers", len(before), 0.001, 2)
    rows = rows[rows >= KEEPERS]
    home = day.world.anybody(day.world.dice.of("new homes"), before["Default Address Country Code"].gather(rows))
    new = {
        "Default Address Address1": home["street"] + " " + home["house_no"],
        "Default Address City": home["city"],
        "Default Address Zip": home["postal_code"],
        "Default Address Country Code": home["country"],
    }
    return before.with_columns(before[name].clone().scatter(rows, value).alias(name) for name, value in new.items())


def checkouts(day: Day) -> None:
    """Write checkouts that known customers began and left."""
    before = day.read("shop", "customers.csv")
    able = before.filter(pl.col("Email").is_not_null())
    who = able[day.sample("carts", len(able), 0.004, 3)]
    country, size = who["Default Address Country Code"], len(who)
    begun = pl.DataFrame(
        {
            "buyer": np.arange(size),
            "day": np.full(size, day.index),
            "at": day.times("carts at", size),
            "large": np.full(size, False),
            "returns_all": np.full(size, False),
            "completed": pl.Series([None] * size, dtype=pl.Datetime("us")),
        }
    )
    items = lines(day.world.dice, "carts", begun, country, day.world.rates)
    listed = items.group_by("purchase", maintain_order=True).agg(
        pl.struct(title="article", quantity="quantity", sku="article_no").alias("items")
    )
    total = per_purchase(items["purchase"], items["gross"].to_numpy(), size)
    frame = begun.with_columns(
        customer_id=who["Customer ID"],
        email=who["Email"],
        country=country,
        total=pl.Series(total),
        currency=currency_of(country),
    )
    day.sink.lines("shop", "checkouts", json_nodes(frame, listed["items"], day.world.number(30_000_001)))


def visits(day: Day) -> None:
    """Write the day's web events: visitors who do not tell who they are."""
    rng, size = day.world.dice.of("visits"), max(20, day.size // 200)
    nothing = pl.Series([None] * size, dtype=pl.String)
    sessions = pl.DataFrame(
        {
            "session": np.arange(size),
            "at": day.times("visits at", size),
            "depth": rng.choice(4, size, p=[0.3, 0.45, 0.16, 0.09]),
            "order": nothing,
            "user": nothing,
            "currency": nothing,
            "total": np.zeros(size, np.int64),
            "consent": pick(rng, ["true", "false", ""], size, [0.62, 0.32, 0.06]),
            "campaign": pick(rng, ["", "advent"], size),
            "anonymous": f"anon-{day.world.dice.chunk}-" + pl.Series(np.arange(size)).cast(pl.String),
        }
    )
    events = web.step_events(day.world, sessions).sort("at", "key")
    day.sink.lines("web", "events", event_lines(events, day.world.number(1)))
