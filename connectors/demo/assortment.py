"""What Nordlicht Wohnen sells: twelve categories, three hundred articles, and what comes back of each."""

from functools import cache

import numpy as np
import polars as pl

CATEGORIES = {  # code: name, median price in euro, share that comes back, nouns
    "MOE": ("Möbel", 249.0, 0.09, "Tisch Regal Sessel Kommode Sofa"),
    "LEU": ("Leuchten", 79.0, 0.13, "Pendelleuchte Stehleuchte Tischleuchte Wandleuchte Lichterkette"),
    "TEX": ("Heimtextil", 35.0, 0.16, "Vorhang Decke Kissen Tischdecke Plaid"),
    "TEP": ("Teppiche", 139.0, 0.24, "Teppich Läufer Wollteppich Fell Matte"),
    "BET": ("Betten", 119.0, 0.12, "Bettwäsche Kopfkissen Daunendecke Matratze Laken"),
    "KUE": ("Küche", 29.0, 0.07, "Schale Kanne Topf Messer Becherset"),
    "BAD": ("Bad", 24.0, 0.08, "Handtuch Badematte Seifenspender Bademantel Korb"),
    "DEK": ("Dekoration", 19.0, 0.05, "Vase Kerze Rahmen Spiegel Girlande"),
    "GAR": ("Garten", 59.0, 0.10, "Laterne Liege Hocker Pflanztopf Sonnensegel"),
    "KIN": ("Kinderzimmer", 39.0, 0.14, "Mobile Spieldecke Hochstuhl Kuscheltier Nachtlicht"),
    "BUE": ("Arbeitszimmer", 89.0, 0.11, "Schreibtisch Bürostuhl Ablage Pinnwand Lampe"),
    "MOD": ("Wohnmode", 49.0, 0.45, "Strickjacke Hausschuh Pyjama Poncho Wollsocken"),
}
_SERIES = ["Fjord", "Skagen", "Lofoten", "Heimat", "Nordlicht"]


@cache
def articles() -> pl.DataFrame:
    """Return article_no, article, code, category, price (euro cents), return_share, gtin."""
    rng = np.random.default_rng(11)
    rows = []
    for code, (category, median, returned, nouns) in CATEGORIES.items():
        prices = median * np.exp(rng.normal(0, 0.35, 25))
        names = [f"{noun} {series}" for noun in nouns.split() for series in _SERIES]
        rows += [
            (f"{code}-{n + 1:04d}", name, code, category, int(price) * 100 + 95, returned)
            for n, (name, price) in enumerate(zip(names, prices, strict=True))
        ]
    columns = ["article_no", "article", "code", "category", "price", "return_share"]
    table = pl.DataFrame(rows, schema=columns, orient="row")
    return table.with_columns(gtin=pl.Series(4_012_345_000_000 + np.arange(len(rows)) * 17).cast(pl.String))
