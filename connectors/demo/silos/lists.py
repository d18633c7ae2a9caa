"""Lists of people who must not be contacted, in the form of the entity `suppression`."""

import hashlib
from datetime import date, timedelta

import polars as pl

from connectors.demo.clock import END
from connectors.demo.dice import chance
from connectors.demo.roles import NOBODY
from connectors.demo.sink import Sink
from connectors.demo.world import World

COLUMNS = [
    "list_name",
    "identifier_kind",
    "value",
    "value_sha256",
    "family_name",
    "given_name",
    "street",
    "postal_code",
    "city",
    "refreshed_on",
]
LISTS = (  # list, country, kind, days since it was fetched
    ("robinson_de", "DE", "post", 12),
    ("ecg_at", "AT", "email", 20),
    ("robinson_at", "AT", "post", 20),
    ("reservasjon_no", "NO", "phone", 9),
    ("reservasjon_no", "NO", "post", 9),
    ("nix_phone_se", "SE", "phone", 30),
    ("nix_post_se", "SE", "post", 30),
    ("robinson_dk", "DK", "post", 40),
    ("starred_ch", "CH", "phone", 5),
)
# A list is never empty, however few people are simulated: an entry of nobody's.
_NOBODY = pl.DataFrame(
    {
        "email": ["niemand@keine-werbung.example"],
        "mobile": ["+46701740605"],
        "family": ["Niemand"],
        "given": ["Nora"],
        "street": ["Leerer Weg"],
        "house_no": ["1"],
        "postal_code": ["0001"],
        "city": ["Nirgendwo"],
    }
)
BLOCKED_DOMAINS = ["kanzlei-gruber.example", "keine-werbung.example"]


def write(world: World, sink: Sink) -> None:
    """Write suppressions.csv, every list fetched lately."""
    parts = []
    for name, country, kind, age in LISTS:
        rng = world.dice.of(f"list {name} {kind}")
        people = world.people.filter((pl.col("country") == country) & (pl.col("role") == NOBODY))
        chosen = people.filter(pl.Series(chance(rng, len(people), world.rates.list_share), dtype=pl.Boolean))
        parts.append(_entries(chosen, name, kind, END - timedelta(age)))
        if world.dice.chunk == 0:
            parts.append(_entries(_NOBODY, name, kind, END - timedelta(age)))
    if world.dice.chunk == 0:
        domains = pl.DataFrame({"value": BLOCKED_DOMAINS})
        parts.append(_row(domains, "ecg_at", "email_domain", END - timedelta(20), value=pl.col("value")))
    sink.csv("lists", "suppressions", pl.concat(parts))


def _entries(people: pl.DataFrame, name: str, kind: str, fetched: date) -> pl.DataFrame:
    if kind == "email":
        hashed = [hashlib.sha256(address.lower().encode()).hexdigest() for address in people["email"]]
        return _row(people, name, kind, fetched, value_sha256=pl.Series(hashed, dtype=pl.String))
    if kind == "phone":
        return _row(people, name, kind, fetched, value=pl.col("mobile"))
    return _row(
        people,
        name,
        kind,
        fetched,
        family_name=pl.col("family"),
        given_name=pl.col("given"),
        street=pl.concat_str("street", pl.lit(" "), "house_no"),
        postal_code=pl.col("postal_code"),
        city=pl.col("city"),
    )


def _row(frame: pl.DataFrame, name: str, kind: str, fetched: date, **values: pl.Expr | pl.Series) -> pl.DataFrame:
    fixed = {"list_name": pl.lit(name), "identifier_kind": pl.lit(kind), "refreshed_on": pl.lit(fetched)}
    nothing = pl.lit(None, dtype=pl.String)
    chosen = {**dict.fromkeys(COLUMNS, nothing), **fixed, **values}
    table = frame.with_columns(**{f"_{column}": value for column, value in chosen.items()})
    return table.select(pl.col(f"_{column}").alias(column) for column in COLUMNS)
