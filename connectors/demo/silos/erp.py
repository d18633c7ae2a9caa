"""The ERP: Odoo's tables in a SQLite file."""

import sqlite3

import numpy as np
import polars as pl

from connectors.demo.baskets import currency_of, lines, money, per_purchase, purchases, vat_of
from connectors.demo.clock import DAYS, draw_days, draw_seconds, instants, not_after_end
from connectors.demo.dice import chance, pick, where
from connectors.demo.roles import NOBODY, ROLE
from connectors.demo.silos.erp_tables import CURRENCIES, SCHEMA, insert, partner_rows, reference_rows
from connectors.demo.sink import Sink
from connectors.demo.story import told
from connectors.demo.world import World

BUYS_LESS = 0.6  # repeat customers of the office order less often than those of the shop


def write(world: World, sink: Sink) -> pl.DataFrame:
    """Append the chunk to odoo.sqlite and return the partners who are persons."""
    partners = _partners(world)
    orders, items = _orders(world, partners)
    tables = {"res_partner": partner_rows(partners), **_companies(world, partners), **order_tables(world, orders, items)}
    tables["mail_blacklist"] = _blacklist(world, partners)
    path = sink.root / "inbox" / "erp" / "odoo.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = not path.exists()
    with sqlite3.connect(path) as con:
        if fresh:
            con.executescript(SCHEMA)
            for name, frame in reference_rows().items():
                insert(con, name, frame)
        for name, frame in tables.items():
            insert(con, name.split(":")[0], told(f"erp/{name}", frame, world.dice.chunk))
    con.close()
    sink.truth("erp", "res_partner", partners["id"], partners)
    firms = partners.filter("contact").with_columns(
        person_id="B" + pl.col("company_id").cast(pl.String), household_id=pl.lit(None, dtype=pl.String),
        hard_case=pl.lit("company"),
    )  # fmt: skip
    sink.truth("erp", "res_partner", firms["company_id"], firms)
    return partners


def _partners(world: World) -> pl.DataFrame:
    frame, rng = world.records("erp"), world.dice.of("erp partners")
    size = len(frame)
    planted = (frame["role"] != NOBODY).to_numpy()
    contact = chance(rng, size, world.rates.company_share) & ~planted
    day = draw_days(rng, np.zeros(size), np.full(size, DAYS - 1.0), world.rates)
    created = instants(day, draw_seconds(rng, size))
    later = instants(np.minimum(day + rng.integers(0, 200, size), DAYS - 1), draw_seconds(rng, size))
    ids = world.number(1001) + np.arange(size)
    return frame.with_columns(
        id=pl.Series(ids), contact=pl.Series(contact), company_id=pl.Series(np.where(contact, ids + 5_000_000, 0)),
        created=created, written=pl.Series(later).clip(lower_bound=created), archived=pl.Series(chance(rng, size, 0.02) & ~planted),
        is_test=pl.Series(chance(rng, size, world.rates.test_record) & ~planted),
    )  # fmt: skip


def _companies(world: World, partners: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the companies that some partners are contacts of."""
    rng = world.dice.of("companies")
    contacts = partners.filter("contact")
    size = len(contacts)
    names = pick(rng, ["Hotel", "Café", "Praxis", "Kanzlei", "Pension", "Atelier"], size)
    forms = contacts["country"].replace_strict({"DE": "GmbH", "AT": "GmbH", "CH": "AG", "NO": "AS", "SE": "AB", "DK": "ApS"})
    frame = contacts.with_columns(
        company=names + " " + contacts["family"].str.to_titlecase() + " " + forms, id=pl.col("company_id"),
        vat="vat_" + pl.col("company_id").cast(pl.String),
    )  # fmt: skip
    return {"res_partner:companies": partner_rows(frame, companies=True)}


def _orders(world: World, partners: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return sale orders and quotations in the order of time, and their lines."""
    rng, rates = world.dice.of("erp orders"), world.rates
    planted = partners["role"].to_numpy()
    sold = purchases(world.dice, "erp", np.where(planted == NOBODY, NOBODY, ROLE["unanswered_enquirer"]), rates, BUYS_LESS)
    sold = sold.with_columns(state=pl.lit("sale"), follow=pl.lit(False))
    asked = np.flatnonzero((chance(rng, len(partners), rates.quotation) & (planted == NOBODY)) | (planted == ROLE["open_quotation"]))
    real = planted[asked] == NOBODY
    day = draw_days(rng, np.full(len(asked), DAYS - 400.0), np.full(len(asked), DAYS - 1.0), rates)
    day = np.where(real, day, DAYS - 12 - np.arange(len(asked)) % 25)
    won, lost = chance(rng, len(asked), rates.quotation_won) & real, chance(rng, len(asked), 0.2) & real
    quoted = pl.DataFrame(
        {"buyer": asked, "day": day, "at": instants(day, draw_seconds(rng, len(asked), 8, 16)), "large": np.full(len(asked), True),
         "returns_all": np.full(len(asked), False),
         "state": np.select([won, lost], ["sale", "cancel"], "sent"),
         "follow": chance(rng, len(asked), rates.quotation_followed_up) & real}
    )  # fmt: skip
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
        id=pl.Series(world.number(50_001) + np.arange(len(every))), partner=who["id"], country=who["country"], total=total, tax=tax,
        channel=channel, followed=pl.when("follow").then(not_after_end(follow)),
    ), items  # fmt: skip


def order_tables(world: World, orders: pl.DataFrame, items: pl.DataFrame) -> dict[str, pl.DataFrame]:
    number = pl.concat_str(pl.lit("S"), pl.col("id").cast(pl.String).str.zfill(8))
    currency = currency_of(orders["country"]).replace_strict(CURRENCIES)
    amounts = {name: money(value) for name, value in
               (("amount_untaxed", orders["total"] - orders["tax"]), ("amount_tax", orders["tax"]), ("amount_total", orders["total"]))}  # fmt: skip
    sale_order = orders.with_columns(currency=currency, **amounts).select(
        "id", number.alias("name"), pl.col("partner").alias("partner_id"), pl.col("partner").alias("partner_invoice_id"),
        stamp("at").alias("date_order"), "state", "amount_untaxed", "amount_tax", "amount_total",
        pl.col("currency").alias("currency_id"), pl.col("channel").alias("x_channel"), stamp("followed").alias("x_followed_up_at"),
        stamp("at").alias("create_date"), pl.coalesce(stamp("followed"), stamp("at")).alias("write_date"),
    )  # fmt: skip
    of = items["purchase"].to_numpy()
    line = items.with_columns(
        id=pl.Series(world.number(200_001) + np.arange(len(items))), order_id=orders["id"].gather(of),
        price_unit=money(items["price"]), price_total=money(items["gross"]), tax_percent=pl.Series(vat_of(orders["country"].gather(of))),
    ).select(
        "id", "order_id", pl.col("article_no").alias("product_code"), pl.col("article").alias("name"), pl.col("category").alias("categ"),
        pl.col("quantity").alias("product_uom_qty"), "price_unit", "price_total", "tax_percent",
    )  # fmt: skip
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
        move_id=pl.Series(ids), back_at=instants(day, draw_seconds(rng, len(of), 8, 16)), back_total=money(total),
        currency=currency_of(whole["country"]).replace_strict(CURRENCIES),
    ).select(
        pl.col("move_id").alias("id"), pl.concat_str(pl.lit("RINV/"), pl.col("move_id").cast(pl.String)).alias("name"),
        pl.lit("out_refund").alias("move_type"), pl.col("partner").alias("partner_id"),
        pl.concat_str(pl.lit("S"), pl.col("id").cast(pl.String).str.zfill(8)).alias("invoice_origin"),
        pl.col("back_at").dt.strftime("%Y-%m-%d").alias("invoice_date"), pl.col("back_total").alias("amount_total"),
        pl.col("currency").alias("currency_id"), pl.lit("posted").alias("state"), stamp("back_at").alias("create_date"),
        stamp("back_at").alias("write_date"),
    )  # fmt: skip
    owner = np.searchsorted(of, back["purchase"].to_numpy())
    line = back.with_columns(
        id=pl.Series(world.number(80_001) + np.arange(len(back))), move_id=pl.Series(ids[owner]), price_unit=money(back["price"]),
        price_total=money(back["gross"]),
    ).select(
        "id", "move_id", pl.col("article_no").alias("product_code"), pl.col("article").alias("name"), pl.col("category").alias("categ"),
        "quantity", "price_unit", "price_total",
    )  # fmt: skip
    return {"account_move": move, "account_move_line": line}


def _blacklist(world: World, partners: pl.DataFrame) -> pl.DataFrame:
    """Return the addresses that Odoo must not mail."""
    rng = world.dice.of("blacklist")
    able = partners.filter(pl.col("email").is_not_null() & (pl.col("role") == NOBODY))
    chosen = able.filter(pl.Series(chance(rng, len(able), 0.015), dtype=pl.Boolean))
    day = draw_days(rng, np.full(len(chosen), 100.0), np.full(len(chosen), DAYS - 1.0), world.rates)
    return pl.DataFrame(
        {"id": world.number(901) + np.arange(len(chosen)), "email": chosen["email"].str.to_lowercase(), "active": np.ones(len(chosen), np.int64),
         "create_date": instants(day, draw_seconds(rng, len(chosen))).dt.strftime("%Y-%m-%d %H:%M:%S")}
    )  # fmt: skip


def stamp(column: str) -> pl.Expr:
    """Return a datetime as Odoo stores it: naive UTC."""
    return pl.col(column).dt.strftime("%Y-%m-%d %H:%M:%S")


