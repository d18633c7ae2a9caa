"""A further day of tills, points and the office."""

import shutil
import sqlite3

import numpy as np
import polars as pl

from connectors.demo.baskets import lines, per_purchase, vat_of
from connectors.demo.countries import CODES
from connectors.demo.days.day import Day
from connectors.demo.dice import pick
from connectors.demo.silos import pos, receipts
from connectors.demo.silos.erp_orders import order_tables
from connectors.demo.silos.erp_tables import COUNTRY_IDS, insert
from connectors.demo.sink import Sink
from connectors.demo.store import Store


def tills(day: Day) -> None:
    """Write the day's receipts, those of card holders among them, and the points that they earn."""
    member, store = _sold(day)
    till = Sink(day.part)
    tables = pos.tables_of(day.world, store, member)
    pos.write_days(till, tables)
    day.sink.csv("receipts", "receipts", receipts.lines_of(day.world, store))
    known = store.receipts.filter(pl.col("member") >= 0)
    holder = member[known["member"].to_numpy()]
    abroad = (known["country"] != "DE").to_numpy()
    for source, mask in (("receipts", abroad), ("pos", ~abroad)):
        rows = np.flatnonzero(mask)
        day.sink.truth(source, "customer", known["card"].gather(rows), holder[rows])
    points = known.select(
        movement_id=pl.concat_str(pl.lit("PB-"), "receipt"),
        member_id=holder["member_id"],
        card_no="card",
        gebucht_am=pl.col("at").dt.strftime("%Y-%m-%d %H:%M:%S"),
        art=pl.lit("earned"),
        points=pl.col("euro") // 100,
        beleg="receipt",
    )
    day.sink.csv("loyalty", "points", points, ";")


def _sold(day: Day) -> tuple[pl.DataFrame, Store]:
    members = day.read("loyalty", "members.csv", ";").drop_nulls(["card_no", "land"])
    mine = members.join(
        day.keys("loyalty", "member"),
        left_on="member_id",
        right_on="record_key",
        how="inner",
        maintain_order="left",
    )
    member = mine.filter(pl.col("card_no").str.len_chars() == 13).select(
        "member_id",
        "person_id",
        "household_id",
        card="card_no",
        country="land",
        given="vorname",
        family="nachname",
        street="strasse",
        postal_code="plz",
        city="ort",
        hard_case=pl.lit(None, dtype=pl.String),
    )
    buyer = day.sample("card holders", len(member), 0.008, 3)
    rng, unknown = day.world.dice.of("tills of the day"), max(3, round(len(buyer) * 1.2))
    size = len(buyer) + unknown
    country = pl.concat([member["country"].gather(buyer), pick(rng, CODES, unknown)])
    nobody = np.full(unknown, -1)
    sold = pl.DataFrame(
        {
            "day": np.full(size, day.index),
            "at": day.times("receipts", size),
            "large": np.full(size, False),
            "returns_all": np.full(size, False),
            "country": country,
            "member": np.concatenate([buyer, nobody]),
            "named": np.full(size, -1),
            "card": pl.concat([member["card"].gather(buyer), pl.Series([None] * unknown, dtype=pl.String)]),
            "training": np.full(size, False),
            "refers": np.full(size, -1),
            "kind": ["sale"] * size,
            "till": rng.integers(1, 3, size) - day.world.dice.chunk * 2,
        }
    )
    items = lines(day.world.dice, "receipts", sold, country, day.world.rates).with_columns(kind=pl.lit("sale"))
    euro = per_purchase(items["purchase"], items["gross"].to_numpy(), size)
    number = country + "-" + pl.Series(day.world.number(1) + np.arange(size)).cast(pl.String)
    return member, Store(sold.with_columns(receipt=number, euro=pl.Series(euro)), items, member[:0])


def erp(day: Day) -> None:
    """Write the ERP anew: orders, a quotation at last followed up, a customer who moved."""
    path = day.part / "inbox" / "erp" / "odoo.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(day.folder / "inbox" / "erp" / "odoo.sqlite", path)
    asked = (
        day.keys("erp", "res_partner")
        .join(day.planted("open_quotation"), on="person_id", how="inner")["record_key"]
        .to_list()
    )
    now = f"{day.date} 10:05:00"
    with sqlite3.connect(path) as con:
        partners = pl.DataFrame(
            con.execute(
                "select id, country_id from res_partner where is_company = 0 and id < 1000000 order by id"
            ).fetchall(),
            schema={"id": pl.Int64, "country_id": pl.Int64},
            orient="row",
        )
        con.execute(
            "update sale_order set x_followed_up_at = ?, write_date = ? where partner_id = ? and state = 'sent'",
            (now, now, int(asked[0]) if asked else None),
        )
        mover = partners["id"][day.number * 7 % len(partners)]
        con.execute(
            "update res_partner set street = 'Neuer Weg ' || ?, write_date = ? where id = ? and id > 600",
            (day.number, now, mover),
        )
        for name, frame in _office_orders(day, partners).items():
            insert(con, name, frame)
    con.close()


def _office_orders(day: Day, partners: pl.DataFrame) -> dict[str, pl.DataFrame]:
    who = partners[day.sample("office", len(partners), 0.003, 2)]
    country, size = (
        who["country_id"].replace_strict({number: code for code, number in COUNTRY_IDS.items()}),
        len(who),
    )
    sold = pl.DataFrame(
        {
            "day": np.full(size, day.index),
            "at": day.times("office at", size),
            "large": np.full(size, False),
            "returns_all": np.full(size, False),
        }
    )
    items = lines(day.world.dice, "office", sold, country, day.world.rates)
    total = per_purchase(items["purchase"], items["gross"].to_numpy(), size)
    vat = vat_of(country)
    orders = sold.with_columns(
        id=pl.Series(day.world.number(50_001) + np.arange(size)),
        partner=who["id"],
        country=country,
        total=pl.Series(total),
        tax=pl.Series(np.round(total * vat / (100 + vat)).astype(np.int64)),
        state=pl.lit("sale"),
        channel=pl.lit("phone"),
        followed=pl.lit(None, dtype=pl.Datetime("us")),
    )
    return order_tables(day.world, orders, items)
