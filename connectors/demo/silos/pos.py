"""The German tills: one DSFinV-K ZIP a till and day."""

from datetime import timedelta

import numpy as np
import polars as pl

from connectors.demo.clock import DAYS, START, local
from connectors.demo.dice import chance
from connectors.demo.silos.dsfinvk import files_of, refers
from connectors.demo.silos.dsfinvk_index import index_xml
from connectors.demo.sink import Sink, csv_bytes, zip_bytes
from connectors.demo.store import TILL_DAYS, Store
from connectors.demo.story import till
from connectors.demo.world import World, full_name


def write(world: World, sink: Sink, store: Store, member: pl.DataFrame) -> None:
    """Write <till>_<day>.zip for each till and day with receipts, and note the customers seen."""
    tables = tables_of(world, store, member)
    write_days(sink, tables)
    if world.dice.chunk == 0:
        write_days(sink, till())
    heads = tables["head"]
    card = heads.filter((pl.col("member") >= 0) & ~pl.col("training")).unique("card", keep="first", maintain_order=True)
    sink.truth("pos", "customer", card["card"], member[card["member"].to_numpy()])
    named = heads.filter((pl.col("named") >= 0) & ~pl.col("training"))
    key = pl.concat_str("KUNDE_NAME", "KUNDE_STRASSE", "KUNDE_PLZ", separator="|")
    named = named.with_columns(key=key).unique("key", keep="first", maintain_order=True)
    sink.truth("pos", "customer", named["key"], store.by_name[named["named"].to_numpy()])


def tables_of(world: World, store: Store, member: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the German receipts and lines of the last half year as DSFinV-K's tables, in the order of
    till and day."""
    rng = world.dice.of("pos")
    mine = ((store.receipts["country"] == "DE") & (store.receipts["day"] >= DAYS - TILL_DAYS)).to_numpy()
    rows = np.flatnonzero(mine)
    kasse = store.receipts["till"].to_numpy()[rows] + world.dice.chunk * 2
    order = np.lexsort((store.receipts["at"].to_numpy()[rows], store.receipts["day"].to_numpy()[rows], kasse))
    rows, kasse = rows[order], kasse[order]
    head = _customers(world, store.receipts[rows], member, store.by_name, rng)
    place = np.full(len(store.receipts), -1)
    place[rows] = np.arange(len(rows))
    of = place[store.lines["purchase"].to_numpy()]
    items = store.lines.with_columns(head=pl.Series(of)).filter(pl.col("head") >= 0).sort("head", maintain_order=True)
    total = np.bincount(items["head"].to_numpy(), items["gross"].to_numpy(), len(rows)).astype(np.int64)
    time = head.select(local("at").dt.strftime("%Y-%m-%dT%H:%M:%S")).to_series()
    day = head["day"].to_numpy()
    head = head.with_columns(
        Z_KASSE_ID="KASSE-" + pl.Series(kasse).cast(pl.String).str.zfill(3),
        Z_NR=pl.Series(day - DAYS + TILL_DAYS + 1),
        Z_ERSTELLUNG=time.str.slice(0, 10) + "T20:30:00",
        time=time,
        total=pl.Series(total),
        number=pl.Series(np.arange(len(rows)) - np.searchsorted(kasse * 10_000 + day, kasse * 10_000 + day) + 1),
        paid_cash=pl.Series(chance(rng, len(rows), 0.4)),
        row=pl.Series(np.arange(len(rows))),
        original=pl.Series(place[np.maximum(head["refers"].to_numpy(), 0)]),
    )
    return {"head": head, "items": items}


def _customers(
    world: World, head: pl.DataFrame, member: pl.DataFrame, by_name: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """Add KUNDE_*: the card in KUNDE_ID; a name and address where something was delivered."""
    carries, lent = (
        chance(rng, len(head), world.rates.carry_till.address),
        chance(rng, len(head), world.rates.card_lent),
    )
    own = member[np.maximum(head["member"].to_numpy(), 0)].with_columns(
        name=full_name(member[np.maximum(head["member"].to_numpy(), 0)])
    )
    other = world.anybody(rng, head["country"])
    named = by_name[np.maximum(head["named"].to_numpy(), 0)] if len(by_name) else own
    with_name = (head["named"] >= 0).to_numpy()
    with_card = (head["member"] >= 0).to_numpy() & carries & own["street"].is_not_null().to_numpy()
    values = {}
    for target, column in (
        ("KUNDE_NAME", "name"),
        ("KUNDE_STRASSE", "street"),
        ("KUNDE_PLZ", "postal_code"),
        ("KUNDE_ORT", "city"),
    ):
        mine = (
            own[column]
            if target != "KUNDE_NAME"
            else own["name"].zip_with(pl.Series(~lent), other["given"] + " " + other["family"])
        )
        noted = full_name(named) if column == "name" else named[column]
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(head))
        values[target] = noted.zip_with(pl.Series(with_name), mine.zip_with(pl.Series(with_card), nothing))
    return head.with_columns(**values)


def write_days(sink: Sink, tables: dict[str, pl.DataFrame]) -> None:
    """Write one ZIP for each till and day in the tables."""
    files = files_of(tables["head"], tables["items"])
    key = (
        tables["head"]
        .select("Z_KASSE_ID", "Z_NR", "day")
        .with_row_index("row")
        .group_by("Z_KASSE_ID", "Z_NR", "day", maintain_order=True)
    )
    index = index_xml({name: frame.columns for name, frame in files.items()})
    starts = key.agg(pl.col("row").first()).sort("row")
    cuts = {
        name: np.append(np.searchsorted(owner, starts["row"].to_numpy()), len(owner))
        for name, owner in _owners(tables).items()
    }
    for number, (kasse, _, day, _) in enumerate(starts.iter_rows()):
        parts = {"index.xml": index}
        for name, frame in files.items():
            first, last = cuts[name][number], cuts[name][number + 1]
            parts[name] = csv_bytes(frame[int(first) : int(last)], ";", "\r\n")
        date = START + timedelta(int(day))
        sink.path("pos", f"{kasse}_{date:%Y-%m-%d}", "zip").write_bytes(zip_bytes(parts))


def _owners(tables: dict[str, pl.DataFrame]) -> dict[str, np.ndarray]:
    """Return, per file, the receipt row that each of its rows belongs to."""
    head, items = tables["head"], tables["items"]
    days = (
        head.select("Z_KASSE_ID", "Z_NR", "row")
        .unique(["Z_KASSE_ID", "Z_NR"], keep="first", maintain_order=True)["row"]
        .to_numpy()
    )
    per_line, per_head = items["head"].to_numpy(), head["row"].to_numpy()
    referring = head.filter(refers())["row"].to_numpy()
    return {
        "cashpointclosing.csv": days,
        "location.csv": days,
        "transactions.csv": per_head,
        "lines.csv": per_line,
        "lines_vat.csv": per_line,
        "datapayment.csv": per_head,
        "references.csv": referring,
    }
