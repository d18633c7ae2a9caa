"""What is sold in the stores: receipts with their lines, later returns and cancellations among them."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from connectors.demo.baskets import lines, per_purchase, purchases
from connectors.demo.clock import DAYS, draw_days, draw_seconds, instants
from connectors.demo.countries import CODES, COUNTRIES
from connectors.demo.dice import chance, pick
from connectors.demo.rates import Carry
from connectors.demo.records import records
from connectors.demo.world import World

STORE_VISITS = 2.0  # card holders come to the stores more often than to the shop
TILL_DAYS = 184  # the German tills' exports reach back half a year
NOBODY_KNOWN = -1


@dataclass(frozen=True)
class Store:
    """Receipts (row number is the receipt), their lines, and the customers noted by name at German tills."""

    receipts: pl.DataFrame
    lines: pl.DataFrame
    by_name: pl.DataFrame


def sell(world: World, member: pl.DataFrame) -> Store:
    """Return all receipts of the chunk. `member` is the row of the card holder, `named` the row of
    `by_name`; -1 is nobody."""
    carry = Carry(0, 0, 1, 0)
    by_name = records(world.people, world.members["till"], world.dice, "till", carry, world.rates)
    sold = _sales(world, member, by_name)
    items = _cash_rounded(lines(world.dice, "store", sold, sold["country"], world.rates), sold["country"])
    items = items.select(
        "purchase",
        pl.lit("sale").alias("kind"),
        "article_no",
        "article",
        "category",
        "gtin",
        "quantity",
        "price",
        "gross",
        "returned",
    )
    items = pl.concat([items, _extra_lines(world, sold, items)])
    sold = sold.with_columns(
        refers=pl.lit(-1, dtype=pl.Int64),
        kind=pl.lit("sale"),
        till=pl.Series(world.dice.of("tills").integers(1, 3, len(sold))),
    )
    back, back_items = _taken_back(world, sold, items)
    every = pl.concat([sold, back])
    both = pl.concat([items, back_items]).sort("purchase", maintain_order=True)
    start = np.searchsorted(both["purchase"].to_numpy(), both["purchase"].to_numpy())
    both = both.with_columns(line=pl.Series(np.arange(len(both)) - start + 1))
    euro = _euro(every, both)
    return Store(every.with_columns(receipt=_numbers(world, every), euro=pl.Series(euro)), both, by_name)


def _sales(world: World, member: pl.DataFrame, by_name: pl.DataFrame) -> pl.DataFrame:
    """Return sales receipts in the order of time: with a card, with a name and without either."""
    dice, rates, rng = world.dice, world.rates, world.dice.of("store")
    card = purchases(dice, "store", member["role"].to_numpy(), rates, STORE_VISITS)
    named = np.repeat(np.arange(len(by_name)), 1 + chance(rng, len(by_name), 0.3))
    known = len(card) + len(named)
    unknown = round(known * rates.receipt_anonymous / max(1 - rates.receipt_anonymous, 0.01))
    day_named = draw_days(rng, np.full(len(named), DAYS - TILL_DAYS + 2.0), np.full(len(named), DAYS - 1.0), rates)
    day_unknown = draw_days(rng, np.zeros(unknown), np.full(unknown, DAYS - 1.0), rates)
    nobody = np.full(unknown, NOBODY_KNOWN)
    day = np.concatenate([card["day"].to_numpy(), day_named, day_unknown])
    size = len(day)
    country = pl.concat(
        [
            member["country"].gather(card["buyer"]),
            by_name["country"].gather(named),
            pick(rng, CODES, unknown, [rates.countries[code] for code in CODES]),
        ]
    )
    frame = pl.DataFrame(
        {
            "day": day,
            "at": instants(day, draw_seconds(rng, size, 8, 18)),
            "large": np.concatenate([card["large"].to_numpy(), np.zeros(len(named) + unknown, bool)]),
            "returns_all": np.concatenate([card["returns_all"].to_numpy(), np.zeros(len(named) + unknown, bool)]),
            "country": country,
            "member": np.concatenate([card["buyer"].to_numpy(), np.full(len(named), NOBODY_KNOWN), nobody]),
            "named": np.concatenate([np.full(len(card), NOBODY_KNOWN), named, nobody]),
        }
    )
    cards = pl.concat([member["card"].gather(card["buyer"]), pl.Series([None] * (size - len(card)), dtype=pl.String)])
    frame = frame.with_columns(
        card=cards,
        training=pl.Series(chance(rng, size, rates.receipt_training)) & (pl.col("member") < 0) & (pl.col("named") < 0),
    )
    return frame.sort("at", "country", "member", "named", maintain_order=True)


def _cash_rounded(items: pl.DataFrame, country: pl.Series) -> pl.DataFrame:
    """Return the lines, Swiss prices rounded to five Rappen."""
    swiss = (country.gather(items["purchase"]) == "CH").to_numpy()
    price = items["price"].to_numpy()
    price = np.where(swiss, np.round(price / 5).astype(np.int64) * 5, price)
    return items.with_columns(price=pl.Series(price), gross=pl.Series(price * items["quantity"].to_numpy()))


def _extra_lines(world: World, sold: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Return discounts, deposits and vouchers sold: lines that are no goods."""
    rng, rates, size = world.dice.of("store extras"), world.rates, len(sold)
    goods = per_purchase(items["purchase"], items["gross"].to_numpy(), size)
    factor = sold["country"].replace_strict({code: round(each.per_euro) for code, each in COUNTRIES.items()}).to_numpy()
    parts = []
    for kind, share, text, amount in (
        ("discount", 0.08, "Rabatt 10 %", -(goods // 1000) * 100),
        ("deposit", rates.receipt_deposit, "Pfand", 100 * factor),
        ("voucher_sale", rates.receipt_voucher, "Geschenkgutschein", 5000 * factor),
    ):
        rows = np.flatnonzero(chance(rng, size, share) & (amount != 0))
        parts.append(_lines_of(rows, kind, text, np.asarray(amount)[rows]))
    return pl.concat(parts)


def _lines_of(purchase: NDArray[np.int64], kind: str, text: str, amount: NDArray[np.int64]) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.String)
    return pl.DataFrame({"purchase": purchase, "price": amount}).select(
        "purchase",
        pl.lit(kind).alias("kind"),
        nothing.alias("article_no"),
        pl.lit(text).alias("article"),
        nothing.alias("category"),
        nothing.alias("gtin"),
        pl.lit(1, dtype=pl.Int64).alias("quantity"),
        "price",
        pl.col("price").alias("gross"),
        pl.lit(False).alias("returned"),
    )


def _taken_back(world: World, sold: pl.DataFrame, items: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the receipts that undo others, and their lines: cancellations within minutes, returns days
    later."""
    rng, rates, size = world.dice.of("store returns"), world.rates, len(sold)
    void = np.flatnonzero(chance(rng, size, rates.receipt_storno) & ~sold["training"].to_numpy())
    returned = items["returned"] & ~sold["training"].gather(items["purchase"]) & ~items["purchase"].is_in(void)
    from_ = items.filter(returned)["purchase"].unique(maintain_order=True).to_numpy()
    of = np.concatenate([void, from_])
    later = np.concatenate([np.zeros(len(void), np.int64), rng.integers(2, 11, len(from_))])
    day = sold["day"].to_numpy()[of] + later
    soon = sold["at"].gather(void).dt.offset_by("4m")
    at = pl.concat([soon, instants(day[len(void) :], draw_seconds(rng, len(from_), 8, 18))])
    keep = day < DAYS
    kind = np.where(np.arange(len(of)) < len(void), "storno", "return")
    back = (
        sold[of]
        .with_columns(day=pl.Series(day), at=at, refers=pl.Series(of), kind=pl.Series(kind))
        .filter(pl.Series(keep))
    )
    number = np.full(size, -1)
    number_void = number.copy()
    kept, is_void = of[keep], kind[keep] == "storno"
    fresh = size + np.arange(len(kept))
    number_void[kept[is_void]], number[kept[~is_void]] = fresh[is_void], fresh[~is_void]
    at_line = items["purchase"].to_numpy()
    target = np.where(
        number_void[at_line] >= 0, number_void[at_line], np.where(returned.to_numpy(), number[at_line], -1)
    )
    undone = (
        items.with_columns(purchase=pl.Series(target))
        .filter(pl.col("purchase") >= 0)
        .with_columns(
            quantity=-pl.col("quantity"),
            gross=-pl.col("gross"),
            kind=pl.col("kind").replace("sale", "return"),
        )
    )
    return back, undone.sort("purchase", maintain_order=True)


def _euro(receipts: pl.DataFrame, items: pl.DataFrame) -> NDArray[np.int64]:
    """Return what each receipt earns points for, in euro cents."""
    goods = items["gross"].to_numpy() * items["kind"].is_in(["sale", "return", "discount"]).to_numpy()
    total = per_purchase(items["purchase"], goods, len(receipts))
    per_euro = receipts["country"].replace_strict({code: each.per_euro for code, each in COUNTRIES.items()}).to_numpy()
    return np.round(total / per_euro).astype(np.int64)


def _numbers(world: World, receipts: pl.DataFrame) -> pl.Series:
    return (
        receipts["country"] + "-" + pl.Series(world.number(1) + np.arange(len(receipts))).cast(pl.String).str.zfill(9)
    )
