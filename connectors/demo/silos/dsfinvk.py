"""The tables of a German till's export (DSFinV-K 2.3)."""

import numpy as np
import polars as pl

from connectors.demo.baskets import money

GV_TYP = {
    "sale": "Umsatz",
    "return": "Umsatz",
    "discount": "Rabatt",
    "deposit": "Pfand",
    "voucher_sale": "MehrzweckgutscheinKauf",
}


def refers() -> pl.Expr:
    """Return whether a receipt undoes another that is in the export too."""
    return (pl.col("refers") >= 0) & (pl.col("original") >= 0)


def files_of(head: pl.DataFrame, items: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the export's CSV files, in the order of till and day."""
    key = [pl.col(name) for name in ("Z_KASSE_ID", "Z_ERSTELLUNG", "Z_NR")]
    of = head[items["head"].to_numpy()]
    text = pl.lit(None, dtype=pl.String)
    closing = head.unique(["Z_KASSE_ID", "Z_NR"], keep="first", maintain_order=True)
    transactions = head.with_columns(total=german(money(head["total"]))).select(
        *key,
        pl.col("receipt").alias("BON_ID"),
        pl.col("number").alias("BON_NR"),
        pl.when("training").then(pl.lit("AVTraining")).otherwise(pl.lit("Beleg")).alias("BON_TYP"),
        text.alias("BON_NAME"),
        pl.col("Z_KASSE_ID").alias("TERMINAL_ID"),
        (pl.col("kind") == "storno").cast(pl.Int64).alias("BON_STORNO"),
        pl.col("time").alias("BON_START"),
        pl.col("time").alias("BON_ENDE"),
        pl.lit("B1").alias("BEDIENER_ID"),
        text.alias("BEDIENER_NAME"),
        pl.col("total").alias("UMS_BRUTTO"),
        "KUNDE_NAME",
        pl.col("card").alias("KUNDE_ID"),
        pl.when(pl.col("card").is_not_null()).then(pl.lit("Kundenkarte")).alias("KUNDE_TYP"),
        "KUNDE_STRASSE",
        "KUNDE_PLZ",
        "KUNDE_ORT",
        pl.when(pl.col("KUNDE_NAME").is_not_null()).then(pl.lit("DEU")).alias("KUNDE_LAND"),
        text.alias("KUNDE_USTID"),
        text.alias("BON_NOTIZ"),
    )
    line = pl.concat(
        [
            of.select(*key, pl.col("receipt").alias("BON_ID")),
            items.drop("head", "purchase", "kind"),
            items.select(gv=pl.col("kind").replace_strict(GV_TYP)),
        ],
        how="horizontal",
    )
    line = line.with_columns(
        quantity=german(items["quantity"].cast(pl.String) + ".000"),
        price=german(money(items["price"]) + "000"),
    )
    lines = line.select(
        *key,
        "BON_ID",
        pl.col("line").alias("POS_ZEILE"),
        text.alias("GUTSCHEIN_NR"),
        pl.col("article").alias("ARTIKELTEXT"),
        pl.col("Z_KASSE_ID").alias("POS_TERMINAL_ID"),
        pl.col("gv").alias("GV_TYP"),
        text.alias("GV_NAME"),
        pl.lit(1).alias("INHAUS"),
        pl.lit(0).alias("P_STORNO"),
        pl.lit(0).alias("AGENTUR_ID"),
        pl.col("article_no").alias("ART_NR"),
        pl.col("gtin").alias("GTIN"),
        pl.col("article_no").str.slice(0, 3).alias("WARENGR_ID"),
        pl.col("category").alias("WARENGR"),
        pl.col("quantity").alias("MENGE"),
        pl.lit("1,000").alias("FAKTOR"),
        pl.lit("Stück").alias("EINHEIT"),
        pl.col("price").alias("STK_BR"),
    )
    plain = items["kind"] == "voucher_sale"
    tax = pl.Series(np.where(plain.to_numpy(), 0, np.round(items["gross"].to_numpy() * 19 / 119)).astype(np.int64))
    vat = line.with_columns(
        b=german(money(items["gross"]) + "000"),
        n=german(money(items["gross"] - tax) + "000"),
        u=german(money(tax) + "000"),
        schluessel=pl.Series(np.where(plain.to_numpy(), 5, 1)),
    )
    lines_vat = vat.select(
        *key,
        "BON_ID",
        pl.col("line").alias("POS_ZEILE"),
        pl.col("schluessel").alias("UST_SCHLUESSEL"),
        pl.col("b").alias("POS_BRUTTO"),
        pl.col("n").alias("POS_NETTO"),
        pl.col("u").alias("POS_UST"),
    )
    payment = transactions.select(
        *key,
        "BON_ID",
        head.select(pl.when("paid_cash").then(pl.lit("Bar")).otherwise(pl.lit("ECKarte")))
        .to_series()
        .alias("ZAHLART_TYP"),
        text.alias("ZAHLART_NAME"),
        pl.lit("EUR").alias("ZAHLWAEH_CODE"),
        pl.col("UMS_BRUTTO").alias("BASISWAEH_BETRAG"),
    )
    again = head.filter(refers())
    first = head[again["original"].to_numpy()]
    references = again.select(
        *key,
        pl.col("receipt").alias("BON_ID"),
        text.alias("POS_ZEILE"),
        pl.lit("Transaktion").alias("REF_TYP"),
        text.alias("REF_NAME"),
        first["time"].alias("REF_DATUM"),
        first["Z_KASSE_ID"].alias("REF_Z_KASSE_ID"),
        first["Z_NR"].alias("REF_Z_NR"),
        first["receipt"].alias("REF_BON_ID"),
    )
    return {
        "cashpointclosing.csv": closing.select(
            *key,
            pl.col("Z_ERSTELLUNG").str.slice(0, 10).alias("Z_BUCHUNGSTAG"),
            pl.lit("2.3").alias("TAXONOMIE_VERSION"),
            pl.lit("Nordlicht Wohnen GmbH").alias("NAME"),
            pl.lit("EUR").alias("Z_WAEHRUNG"),
        ),
        "location.csv": closing.select(
            *key,
            pl.lit("Nordlicht Wohnen").alias("LOC_NAME"),
            pl.lit("Speicherstadt 4").alias("LOC_STRASSE"),
            pl.lit("20457").alias("LOC_PLZ"),
            pl.lit("Hamburg").alias("LOC_ORT"),
            pl.lit("DEU").alias("LOC_LAND"),
        ),
        "transactions.csv": transactions,
        "lines.csv": lines,
        "lines_vat.csv": lines_vat,
        "datapayment.csv": payment,
        "references.csv": references,
    }


def german(numbers: pl.Series) -> pl.Series:
    """Return `1234.50` as `1.234,50`."""
    text = numbers.str.replace(".", ",", literal=True)
    return text.str.replace(r"^(-?\d{1,3})(\d{3}),", "${1}.${2},")
