"""The German tills: one DSFinV-K ZIP a till and day."""

from datetime import timedelta

import numpy as np
import polars as pl

from connectors.demo.baskets import money
from connectors.demo.clock import DAYS, START, local
from connectors.demo.dice import chance
from connectors.demo.silos.dsfinvk import index_xml
from connectors.demo.sink import Sink, csv_bytes, zip_bytes
from connectors.demo.store import TILL_DAYS, Store
from connectors.demo.story import till
from connectors.demo.world import World, full_name

GV_TYP = {"sale": "Umsatz", "return": "Umsatz", "discount": "Rabatt", "deposit": "Pfand", "voucher_sale": "MehrzweckgutscheinKauf"}


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
    """Return the German receipts and lines of the last half year as DSFinV-K's tables, in the order of till and day."""
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
        Z_KASSE_ID="KASSE-" + pl.Series(kasse).cast(pl.String).str.zfill(3), Z_NR=pl.Series(day - DAYS + TILL_DAYS + 1),
        Z_ERSTELLUNG=time.str.slice(0, 10) + "T20:30:00", time=time, total=pl.Series(total),
        number=pl.Series(np.arange(len(rows)) - np.searchsorted(kasse * 10_000 + day, kasse * 10_000 + day) + 1),
        paid_cash=pl.Series(chance(rng, len(rows), 0.4)), row=pl.Series(np.arange(len(rows))),
        original=pl.Series(place[np.maximum(head["refers"].to_numpy(), 0)]),
    )  # fmt: skip
    return {"head": head, "items": items}


def _customers(world: World, head: pl.DataFrame, member: pl.DataFrame, by_name: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Add KUNDE_*: the card in KUNDE_ID; a name and address where something was delivered."""
    carries, lent = chance(rng, len(head), world.rates.carry_till.address), chance(rng, len(head), world.rates.card_lent)
    own = member[np.maximum(head["member"].to_numpy(), 0)].with_columns(name=full_name(member[np.maximum(head["member"].to_numpy(), 0)]))
    other = world.anybody(rng, head["country"])
    named = by_name[np.maximum(head["named"].to_numpy(), 0)] if len(by_name) else own
    with_name = (head["named"] >= 0).to_numpy()
    with_card = (head["member"] >= 0).to_numpy() & carries & own["street"].is_not_null().to_numpy()
    values = {}
    for target, column in (("KUNDE_NAME", "name"), ("KUNDE_STRASSE", "street"), ("KUNDE_PLZ", "postal_code"), ("KUNDE_ORT", "city")):
        mine = own[column] if target != "KUNDE_NAME" else own["name"].zip_with(pl.Series(~lent), other["given"] + " " + other["family"])
        noted = full_name(named) if column == "name" else named[column]
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(head))
        values[target] = noted.zip_with(pl.Series(with_name), mine.zip_with(pl.Series(with_card), nothing))
    return head.with_columns(**values)


def write_days(sink: Sink, tables: dict[str, pl.DataFrame]) -> None:
    """Write one ZIP for each till and day in the tables."""
    files = _files(tables["head"], tables["items"])
    key = tables["head"].select("Z_KASSE_ID", "Z_NR", "day").with_row_index("row").group_by("Z_KASSE_ID", "Z_NR", "day", maintain_order=True)
    index = index_xml({name: frame.columns for name, frame in files.items()})
    starts = key.agg(pl.col("row").first()).sort("row")
    cuts = {name: np.append(np.searchsorted(owner, starts["row"].to_numpy()), len(owner))
            for name, owner in _owners(tables).items()}  # fmt: skip
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
    days = head.select("Z_KASSE_ID", "Z_NR", "row").unique(["Z_KASSE_ID", "Z_NR"], keep="first", maintain_order=True)["row"].to_numpy()
    per_line, per_head = items["head"].to_numpy(), head["row"].to_numpy()
    referring = head.filter(_refers())["row"].to_numpy()
    return {"cashpointclosing.csv": days, "location.csv": days, "transactions.csv": per_head, "lines.csv": per_line,
            "lines_vat.csv": per_line, "datapayment.csv": per_head, "references.csv": referring}  # fmt: skip


def _refers() -> pl.Expr:
    return (pl.col("refers") >= 0) & (pl.col("original") >= 0)


def _files(head: pl.DataFrame, items: pl.DataFrame) -> dict[str, pl.DataFrame]:
    key = [pl.col(name) for name in ("Z_KASSE_ID", "Z_ERSTELLUNG", "Z_NR")]
    of = head[items["head"].to_numpy()]
    text = pl.lit(None, dtype=pl.String)
    closing = head.unique(["Z_KASSE_ID", "Z_NR"], keep="first", maintain_order=True)
    transactions = head.with_columns(total=german(money(head["total"]))).select(
        *key, pl.col("receipt").alias("BON_ID"), pl.col("number").alias("BON_NR"),
        pl.when("training").then(pl.lit("AVTraining")).otherwise(pl.lit("Beleg")).alias("BON_TYP"), text.alias("BON_NAME"),
        pl.col("Z_KASSE_ID").alias("TERMINAL_ID"), (pl.col("kind") == "storno").cast(pl.Int64).alias("BON_STORNO"),
        pl.col("time").alias("BON_START"), pl.col("time").alias("BON_ENDE"), pl.lit("B1").alias("BEDIENER_ID"),
        text.alias("BEDIENER_NAME"), pl.col("total").alias("UMS_BRUTTO"), "KUNDE_NAME", pl.col("card").alias("KUNDE_ID"),
        pl.when(pl.col("card").is_not_null()).then(pl.lit("Kundenkarte")).alias("KUNDE_TYP"), "KUNDE_STRASSE", "KUNDE_PLZ", "KUNDE_ORT",
        pl.when(pl.col("KUNDE_NAME").is_not_null()).then(pl.lit("DEU")).alias("KUNDE_LAND"), text.alias("KUNDE_USTID"), text.alias("BON_NOTIZ"),
    )  # fmt: skip
    line = pl.concat([of.select(*key, pl.col("receipt").alias("BON_ID")), items.drop("head", "purchase", "kind"), items.select(gv=pl.col("kind").replace_strict(GV_TYP))], how="horizontal")
    line = line.with_columns(quantity=german(items["quantity"].cast(pl.String) + ".000"), price=german(money(items["price"]) + "000"))
    lines = line.select(
        *key, "BON_ID", pl.col("line").alias("POS_ZEILE"), text.alias("GUTSCHEIN_NR"), pl.col("article").alias("ARTIKELTEXT"),
        pl.col("Z_KASSE_ID").alias("POS_TERMINAL_ID"), pl.col("gv").alias("GV_TYP"), text.alias("GV_NAME"), pl.lit(1).alias("INHAUS"),
        pl.lit(0).alias("P_STORNO"), pl.lit(0).alias("AGENTUR_ID"), pl.col("article_no").alias("ART_NR"), pl.col("gtin").alias("GTIN"),
        pl.col("article_no").str.slice(0, 3).alias("WARENGR_ID"), pl.col("category").alias("WARENGR"), pl.col("quantity").alias("MENGE"),
        pl.lit("1,000").alias("FAKTOR"), pl.lit("Stück").alias("EINHEIT"), pl.col("price").alias("STK_BR"),
    )  # fmt: skip
    plain = items["kind"] == "voucher_sale"
    tax = pl.Series(np.where(plain.to_numpy(), 0, np.round(items["gross"].to_numpy() * 19 / 119)).astype(np.int64))
    vat = line.with_columns(b=german(money(items["gross"]) + "000"), n=german(money(items["gross"] - tax) + "000"), u=german(money(tax) + "000"),
                            schluessel=pl.Series(np.where(plain.to_numpy(), 5, 1)))  # fmt: skip
    lines_vat = vat.select(*key, "BON_ID", pl.col("line").alias("POS_ZEILE"), pl.col("schluessel").alias("UST_SCHLUESSEL"),
                           pl.col("b").alias("POS_BRUTTO"), pl.col("n").alias("POS_NETTO"), pl.col("u").alias("POS_UST"))  # fmt: skip
    payment = transactions.select(
        *key, "BON_ID", head.select(pl.when("paid_cash").then(pl.lit("Bar")).otherwise(pl.lit("ECKarte"))).to_series().alias("ZAHLART_TYP"),
        text.alias("ZAHLART_NAME"), pl.lit("EUR").alias("ZAHLWAEH_CODE"), pl.col("UMS_BRUTTO").alias("BASISWAEH_BETRAG"),
    )  # fmt: skip
    again = head.filter(_refers())
    first = head[again["original"].to_numpy()]
    references = again.select(
        *key, pl.col("receipt").alias("BON_ID"), text.alias("POS_ZEILE"), pl.lit("Transaktion").alias("REF_TYP"), text.alias("REF_NAME"),
        first["time"].alias("REF_DATUM"), first["Z_KASSE_ID"].alias("REF_Z_KASSE_ID"), first["Z_NR"].alias("REF_Z_NR"),
        first["receipt"].alias("REF_BON_ID"),
    )  # fmt: skip
    return {
        "cashpointclosing.csv": closing.select(*key, pl.col("Z_ERSTELLUNG").str.slice(0, 10).alias("Z_BUCHUNGSTAG"), pl.lit("2.3").alias("TAXONOMIE_VERSION"), pl.lit("Nordlicht Wohnen GmbH").alias("NAME"), pl.lit("EUR").alias("Z_WAEHRUNG")),
        "location.csv": closing.select(*key, pl.lit("Nordlicht Wohnen").alias("LOC_NAME"), pl.lit("Speicherstadt 4").alias("LOC_STRASSE"), pl.lit("20457").alias("LOC_PLZ"), pl.lit("Hamburg").alias("LOC_ORT"), pl.lit("DEU").alias("LOC_LAND")),
        "transactions.csv": transactions, "lines.csv": lines, "lines_vat.csv": lines_vat, "datapayment.csv": payment, "references.csv": references,
    }  # fmt: skip


def german(numbers: pl.Series) -> pl.Series:
    """Return `1234.50` as `1.234,50`."""
    text = numbers.str.replace(".", ",", literal=True)
    return text.str.replace(r"^(-?\d{1,3})(\d{3}),", "${1}.${2},")
