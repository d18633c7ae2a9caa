"""Who buys when, and what is in the basket."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from connectors.demo.assortment import articles
from connectors.demo.clock import DAYS, draw_days, draw_seconds, instants
from connectors.demo.countries import COUNTRIES
from connectors.demo.dice import Dice, chance
from connectors.demo.rates import Rates
from connectors.demo.roles import NOBODY, ago, of_roles

SETTLED = 12  # days after which a parcel may have come back


def purchases(dice: Dice, step: str, roles: NDArray[np.int64], rates: Rates, mean: float = 1.0) -> pl.DataFrame:
    """Return one row a purchase in the order of time: buyer (row of `roles`), day, at, large, returns_all.

    `mean` scales how often repeat buyers come back.
    """
    rng, size = dice.of(f"{step} purchases"), len(roles)
    buys = ~chance(rng, size, rates.customer_without_order)
    repeats = ~chance(rng, size, rates.one_time_buyer)
    more = 1 + rng.geometric(1 / max(rates.orders_of_repeat_buyer * mean - 1, 1.01), size)
    count = np.where(roles == NOBODY, buys * np.where(repeats, more, 1), of_roles(roles, "orders"))
    last = np.where(chance(rng, size, rates.lapsed), rng.integers(60, DAYS - 200, size), DAYS - 1)
    first = (rng.random(size) * last * 0.9).astype(np.int64)
    planted = roles != NOBODY
    first = np.where(planted, ago(of_roles(roles, "oldest")), first)
    last = np.where(planted, ago(of_roles(roles, "newest")), last)
    buyer = np.repeat(np.arange(size), count)
    day = draw_days(rng, first[buyer].astype(float), last[buyer].astype(float), rates)
    final = np.concatenate([buyer[1:] != buyer[:-1], [True]]) if len(buyer) else np.zeros(0, dtype=bool)
    day = np.where(final & planted[buyer], last[buyer], day)
    order = np.lexsort((buyer, day))
    buyer, day = buyer[order], day[order]
    seconds = draw_seconds(rng, len(buyer))
    returner = np.where(planted, of_roles(roles, "returns_all") > 0, chance(rng, size, rates.full_returner))
    return pl.DataFrame(
        {
            "buyer": buyer,
            "day": day,
            "at": instants(day, seconds),
            "large": of_roles(roles, "large")[buyer] > 0,
            "returns_all": returner[buyer],
        }
    )


def lines(dice: Dice, step: str, bought: pl.DataFrame, country: pl.Series, rates: Rates) -> pl.DataFrame:
    """Return one row a line: purchase (row of `bought`), line, article columns, quantity, price and gross
    (minor units of
    the country's currency), returned (whether this line came back)."""
    rng, size = dice.of(f"{step} lines"), len(bought)
    large, table = bought["large"].to_numpy(), articles()
    count = np.where(large, 3, 1) + rng.choice(4, size, p=[0.55, 0.25, 0.13, 0.07])
    purchase = np.repeat(np.arange(size), count)
    start = np.cumsum(count) - count
    row = (rng.random(len(purchase)) ** 1.3 * len(table)).astype(np.int64) * 7 % len(table)
    quantity = rng.choice([1, 2, 3, 4, 6], len(purchase), p=[0.74, 0.15, 0.04, 0.04, 0.03])
    price = local_price(table["price"].to_numpy()[row], country.gather(purchase))
    share = np.clip(table["return_share"].to_numpy()[row] * rates.return_scale, 0, 1)
    settled = bought["day"].to_numpy()[purchase] < DAYS - SETTLED
    back = ((rng.random(len(purchase)) < share) | bought["returns_all"].to_numpy()[purchase]) & settled
    return pl.DataFrame(
        {
            "purchase": purchase,
            "line": np.arange(len(purchase)) - start[purchase] + 1,
            **{name: table[name].gather(row) for name in ("article_no", "article", "code", "category", "gtin")},
            "quantity": quantity,
            "price": price,
            "gross": price * quantity,
            "returned": back,
        }
    )


def local_price(cents: NDArray[np.int64], country: pl.Series) -> NDArray[np.int64]:
    """Return euro prices in minor units of the country's currency, whole kroner in the north."""
    per_euro = country.replace_strict({code: each.per_euro for code, each in COUNTRIES.items()}).to_numpy()
    local = np.round(cents * per_euro)
    whole = country.is_in(["NO", "SE", "DK"]).to_numpy()
    return np.where(whole, np.round(local / 100) * 100, local).astype(np.int64)


def per_purchase(of: pl.Series, values: NDArray, size: int) -> NDArray[np.int64]:
    """Return the sum of line values per purchase (both whole numbers)."""
    return np.bincount(of.to_numpy(), values, size).astype(np.int64)


def vat_of(country: pl.Series) -> NDArray[np.float64]:
    """Return the standard VAT rate, in percent."""
    return country.replace_strict({code: each.vat for code, each in COUNTRIES.items()}).to_numpy()


def currency_of(country: pl.Series) -> pl.Series:
    """Return the currency of a country."""
    return country.replace_strict({code: each.currency for code, each in COUNTRIES.items()})


def money(minor: NDArray[np.int64] | pl.Series) -> pl.Series:
    """Return minor units as text with two decimals, `-12.50`."""
    value = pl.Series(minor).cast(pl.Int64)
    frame = pl.DataFrame({"v": value})
    sign = pl.when(pl.col("v") < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    size = pl.col("v").abs()
    return frame.select(
        pl.concat_str(sign, (size // 100).cast(pl.String), pl.lit("."), (size % 100).cast(pl.String).str.zfill(2))
    ).to_series()
