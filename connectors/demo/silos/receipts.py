"""Plain receipts of the tills outside Germany: one row a line."""

import numpy as np
import polars as pl

from connectors.demo.baskets import currency_of, money, vat_of
from connectors.demo.clock import local
from connectors.demo.dice import chance, only, pick
from connectors.demo.sink import Sink
from connectors.demo.store import Store
from connectors.demo.world import World


def write(world: World, sink: Sink, store: Store, member: pl.DataFrame) -> None:
    """Write receipts.csv and note the cards seen."""
    frame = lines_of(world, store)
    sink.csv("receipts", "receipts", frame)
    seen = store.receipts.filter((pl.col("country") != "DE") & (pl.col("member") >= 0))
    seen = seen.unique("card", keep="first", maintain_order=True)
    sink.truth("receipts", "customer", seen["card"], member[seen["member"].to_numpy()])


def lines_of(world: World, store: Store) -> pl.DataFrame:
    """Return the receipts' lines with the receipt's own fields on each."""
    rng = world.dice.of("receipts")
    abroad = (store.receipts["country"] != "DE") & ~store.receipts["training"]
    original = store.receipts["receipt"].gather(np.maximum(store.receipts["refers"].to_numpy(), 0))
    coupon = pick(rng, ["HERBST26", "WILLKOMMEN5", "FREUNDE"], len(store.receipts))
    receipts = store.receipts.with_columns(
        original=only((store.receipts["refers"] >= 0).to_numpy(), original),
        paid=pick(rng, ["card", "cash", "voucher", "invoice"], len(store.receipts), [0.72, 0.22, 0.04, 0.02]),
        coupon=only(chance(rng, len(store.receipts), 0.04), coupon),
    )
    items = store.lines.filter(abroad.gather(store.lines["purchase"]))
    head = receipts[items["purchase"].to_numpy()]
    shift = head["at"].to_frame("at").select(local("at").dt.strftime("%Y-%m-%dT%H:%M:%S")).to_series()
    return pl.DataFrame(
        {
            "store_id": head["country"] + "-01",
            "till_id": head["country"] + "-01-" + head["till"].cast(pl.String),
            "receipt_no": head["receipt"],
            "sold_at": shift,
            "line_no": items["line"],
            "kind": items["kind"],
            "article_no": items["article_no"],
            "gtin": items["gtin"],
            "article": items["article"],
            "category": items["category"],
            "quantity": items["quantity"],
            "unit_price": money(items["price"]),
            "line_total": money(items["gross"]),
            "vat_rate": vat_of(head["country"]),
            "currency": currency_of(head["country"]),
            "payment_kind": head["paid"],
            "card_no": head["card"],
            "coupon_code": head["coupon"],
            "original_receipt_no": head["original"],
        }
    )
