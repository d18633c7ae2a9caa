"""Orders, quotations and credit notes of the ERP."""

import numpy as np
import polars as pl

from connectors.demo.baskets import currency_of, lines, money, per_purchase, purchases, vat_of
from connectors.demo.clock import DAYS, draw_days, draw_seconds, instants, not_after_end
from connectors.demo.dice import chance, pick, where
from connectors.demo.roles import NOBODY, ROLE
from connectors.demo.silos.erp_tables import CURRENCIES
from connectors.demo.world import World

BUYS_LESS = 0.6  # repeat customers of the office order less often than those of the shop


def office_orders(world: World, partners: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return sale orders and quotations in the order of time, and their lines."""
    rng, rates = world.dice.of("erp orders"), world.rates
    planted = partners["role"].to_numpy()
    sold = purchases(
        world.dice, "erp", np.where(planted == NOBODY, NOBODY, ROLE["unanswered_enquirer"]), rates, BUYS_LESS
    )
    sold = sold.with_columns(state=pl.lit("sale"), follow=pl.lit(False))
    asked = np.flatnonzero(
        (chance(rng, len(partners), rates.quotation) & (planted == NOBODY)) | (planted == ROLE["open_quotation"])
    )
    real = planted[asked] == NOBODY
    day = draw_days(rng, np.full(len(asked), DAYS - 400.0), np.full(len(asked), DAYS - 1.0), rates)
    day = np.where(real, day, DAYS - 12 - np.arange(len(asked)) % 25)
    won, lost = chance(rng, len(asked), rates.quotation_won) & real, chance(rng, len(asked), 0.2) & real
    quoted = pl.DataFrame(
        {
            "buyer": asked,
            "day": day,
            "at": instants(day, draw_seconds(rng, len(asked), 8, 16)),
            "large": np.full(len(asked), True),
            "returns_all": np.full(len(asked), False),
            "state": np.select([won, lost], ["sale", "cancel"], "sent"),
            "follow": chance(rng, len(asked), rates.quotation_followed_up) & real,
        }
    )
    every = pl.concat([sold, quoted]).sort("at", "buyer", maintain_order=True)
    who = partners[every["buyer"].to_numpy()]
    items = lines(world.dice, "erp", every, who["country"], rates)
    total = per_purchase(items["purchase"], items["gross"].to_numpy(), len(every))
    vat = vat_of(who["country"])
    tax = np.round(total * vat / (100 + vat)).astype(np.int64)
    follow = instants(np.minimum(every["day"].to_numpy() + 6, DAYS + 5), draw_seconds(rng, len(every), 8, 16))
    channel = pick(rng, ["email", "phone", "post"], len(every), [0.6, 0.3, 0.1])
    channel = where((who["role"] != NOBODY).to_numpy(), pl.Series(["email"]).new_from_index(0, len(every)), channel)
    return every.with_columns(
        id=pl.Series(world.number(50_001) + np.arange(len(every))),
        partner=who["id"],
        country=who["country"],
        total=total,
        tax=tax,
        channel=channel,
        followed=pl.when("follow").then(not_after_end(follow)),
    ), items


def order_tables(world: World, orders: pl.DataFrame, items: pl.DataFrame) -> dict[str, pl.DataFrame]:
    number = pl.concat_str(pl.lit("S"), pl.col("id").cast(pl.String).str.zfill(8))
    currency = currency_of(orders["country"]).replace_strict(CURRENCIES)
    amounts = {
        name: money(value)
        for name, value in (
            ("amount_untaxed", orders["total"] - orders["tax"]),
            ("amount_tax", orders["tax"]),
            ("amount_total", orders["total"]),
        )
    }
    sale_order = orders.with_columns(currency=currency, **amounts).select(
        "id",
        number.alias("name"),
        pl.col("partner").alias("partner_id"),
        pl.col("partner").alias("partner_invoice_id"),
        stamp("at").alias("date_order"),
        "state",
        "amount_untaxed",
        "amount_tax",
        "amount_total",
        pl.col("currency").alias("currency_id"),
        pl.col("channel").alias("x_channel"),
        stamp("followed").alias("x_followed_up_at"),
        stamp("at").alias("create_date"),
        pl.coalesce(stamp("followed"), stamp("at")).alias("write_date"),
    )
    of = items["purchase"].to_numpy()
    line = items.with_columns(
        id=pl.Series(world.number(200_001) + np.arange(len(items))),
        order_id=orders["id"].gather(of),
        price_unit=money(items["price"]),
        price_total=money(items["gross"]),
        tax_percent=pl.Series(vat_of(orders["country"].gather(of))),
    ).select(
        "id",
        "order_id",
        pl.col("article_no").alias("product_code"),
        pl.col("article").alias("name"),
        pl.col("category").alias("categ"),
        pl.col("quantity").alias("product_uom_qty"),
        "price_unit",
        "price_total",
        "tax_percent",
    )
    return {"sale_order": sale_order, "sale_order_line": line, **_refunds(world, orders, items)}


def _refunds(world: World, orders: pl.DataFrame, items: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return credit notes of what came back, some days after the order."""
    rng = world.dice.of("erp refunds")
    sold = (orders["state"] == "sale").gather(items["purchase"].to_numpy())
    back = items.filter(items["returned"] & sold)
    of = back["purchase"].unique(maintain_order=True).to_numpy()
    whole = orders[of]
    day = whole["day"].to_numpy() + rng.integers(3, 12, len(of))
    ids = world.number(70_001) + np.arange(len(of))
    total = back.group_by("purchase", maintain_order=True).agg(pl.col("gross").sum())["gross"]
    move = whole.with_columns(
        move_id=pl.Series(ids),
        back_at=instants(day, draw_seconds(rng, len(of), 8, 16)),
        back_total=money(total),
        currency=currency_of(whole["country"]).replace_strict(CURRENCIES),
    ).select(
        pl.col("move_id").alias("id"),
        pl.concat_str(pl.lit("RINV/"), pl.col("move_id").cast(pl.String)).alias("name"),
        pl.lit("out_refund").alias("move_type"),
        pl.col("partner").alias("partner_id"),
        pl.concat_str(pl.lit("S"), pl.col("id").cast(pl.String).str.zfill(8)).alias("invoice_origin"),
        pl.col("back_at").dt.strftime("%Y-%m-%d").alias("invoice_date"),
        pl.col("back_total").alias("amount_total"),
        pl.col("currency").alias("currency_id"),
        pl.lit("posted").alias("state"),
        stamp("back_at").alias("create_date"),
        stamp("back_at").alias("write_date"),
    )
    owner = np.searchsorted(of, back["purchase"].to_numpy())
    line = back.with_columns(
        id=pl.Series(world.number(80_001) + np.arange(len(back))),
        move_id=pl.Series(ids[owner]),
        price_unit=money(back["price"]),
        price_total=money(back["gross"]),
    ).select(
        "id",
        "move_id",
        pl.col("article_no").alias("product_code"),
        pl.col("article").alias("name"),
        pl.col("category").alias("categ"),
        "quantity",
        "price_unit",
        "price_total",
    )
    return {"account_move": move, "account_move_line": line}


def stamp(column: str) -> pl.Expr:
    """Return a datetime as Odoo stores it: naive UTC."""
    return pl.col(column).dt.strftime("%Y-%m-%d %H:%M:%S")
