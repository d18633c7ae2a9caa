"""The ERP: Odoo's tables in a SQLite file."""

import sqlite3

import numpy as np
import polars as pl

from connectors.demo.clock import DAYS, draw_days, draw_seconds, instants
from connectors.demo.dice import chance, pick
from connectors.demo.roles import NOBODY
from connectors.demo.silos.erp_orders import office_orders, order_tables
from connectors.demo.silos.erp_tables import SCHEMA, insert, partner_rows, reference_rows
from connectors.demo.sink import Sink
from connectors.demo.story import told
from connectors.demo.world import World


def write(world: World, sink: Sink) -> pl.DataFrame:
    """Append the chunk to odoo.sqlite and return the partners who are persons."""
    partners = _partners(world)
    orders, items = office_orders(world, partners)
    tables = {
        "res_partner": partner_rows(partners),
        **_companies(world, partners),
        **order_tables(world, orders, items),
    }
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
        person_id="B" + pl.col("company_id").cast(pl.String),
        household_id=pl.lit(None, dtype=pl.String),
        hard_case=pl.lit("company"),
    )
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
        id=pl.Series(ids),
        contact=pl.Series(contact),
        company_id=pl.Series(np.where(contact, ids + 5_000_000, 0)),
        created=created,
        written=pl.Series(later).clip(lower_bound=created),
        archived=pl.Series(chance(rng, size, 0.02) & ~planted),
        is_test=pl.Series(chance(rng, size, world.rates.test_record) & ~planted),
    )


def _companies(world: World, partners: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the companies that some partners are contacts of."""
    rng = world.dice.of("companies")
    contacts = partners.filter("contact")
    size = len(contacts)
    names = pick(rng, ["Hotel", "Café", "Praxis", "Kanzlei", "Pension", "Atelier"], size)
    forms = contacts["country"].replace_strict(
        {"DE": "GmbH", "AT": "GmbH", "CH": "AG", "NO": "AS", "SE": "AB", "DK": "ApS"}
    )
    frame = contacts.with_columns(
        company=names + " " + contacts["family"].str.to_titlecase() + " " + forms,
        id=pl.col("company_id"),
        vat="vat_" + pl.col("company_id").cast(pl.String),
    )
    return {"res_partner:companies": partner_rows(frame, companies=True)}


def _blacklist(world: World, partners: pl.DataFrame) -> pl.DataFrame:
    """Return the addresses that Odoo must not mail."""
    rng = world.dice.of("blacklist")
    able = partners.filter(pl.col("email").is_not_null() & (pl.col("role") == NOBODY))
    chosen = able.filter(pl.Series(chance(rng, len(able), 0.015), dtype=pl.Boolean))
    day = draw_days(rng, np.full(len(chosen), 100.0), np.full(len(chosen), DAYS - 1.0), world.rates)
    return pl.DataFrame(
        {
            "id": world.number(901) + np.arange(len(chosen)),
            "email": chosen["email"].str.to_lowercase(),
            "active": np.ones(len(chosen), np.int64),
            "create_date": instants(day, draw_seconds(rng, len(chosen))).dt.strftime("%Y-%m-%d %H:%M:%S"),
        }
    )
