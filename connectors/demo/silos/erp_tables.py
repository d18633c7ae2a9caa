"""Odoo's tables as SQLite keeps them."""

import sqlite3

import polars as pl

from connectors.demo.assortment import articles
from connectors.demo.baskets import money
from connectors.demo.countries import CODES, COUNTRIES
from connectors.demo.world import full_name

CURRENCIES = {"EUR": 1, "CHF": 2, "NOK": 3, "SEK": 4, "DKK": 5}
COUNTRY_IDS = {code: number + 50 for number, code in enumerate(CODES)}
SCHEMA = """
create table res_country (id integer primary key, code text, name text);
create table res_currency (id integer primary key, name text);
create table product_template (
    id integer primary key, default_code text, name text, categ text, list_price numeric
);
create table res_partner (
    id integer primary key, name text, title text, email text, phone text, mobile text, street text,
    street2 text, zip text,
    city text, country_id integer, vat text, ref text, is_company integer, parent_id integer,
    commercial_partner_id integer, type text, lang text, customer_rank integer, active integer, comment text,
    x_birthdate text, create_date text, write_date text
);
create table sale_order (
    id integer primary key, name text, partner_id integer, partner_invoice_id integer, date_order text,
    state text,
    amount_untaxed text, amount_tax text, amount_total text, currency_id integer, x_channel text,
    x_followed_up_at text,
    create_date text, write_date text
);
create table sale_order_line (
    id integer primary key, order_id integer, product_code text, name text, categ text, product_uom_qty
    integer,
    price_unit text, price_total text, tax_percent numeric
);
create table account_move (
    id integer primary key, name text, move_type text, partner_id integer, invoice_origin text,
    invoice_date text,
    amount_total text, currency_id integer, state text, create_date text, write_date text
);
create table account_move_line (
    id integer primary key, move_id integer, product_code text, name text, categ text, quantity integer,
    price_unit text,
    price_total text
);
create table mail_blacklist (id integer primary key, email text, active integer, create_date text);
"""


def insert(con: sqlite3.Connection, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to the table, column by name."""
    values = ", ".join(f"value ->> '{name}'" for name in frame.columns)
    con.execute(
        f"insert into {table} ({', '.join(frame.columns)}) select {values} from json_each(?) order by key",
        [frame.write_json()],
    )


def reference_rows() -> dict[str, pl.DataFrame]:
    """Return countries, currencies and products."""
    table = articles()
    return {
        "res_country": pl.DataFrame(
            {"id": list(COUNTRY_IDS.values()), "code": CODES, "name": [COUNTRIES[c].name for c in CODES]}
        ),
        "res_currency": pl.DataFrame({"id": list(CURRENCIES.values()), "name": list(CURRENCIES)}),
        "product_template": table.with_row_index("id", 1).select(
            "id",
            pl.col("article_no").alias("default_code"),
            pl.col("article").alias("name"),
            pl.col("category").alias("categ"),
            money(table["price"]).alias("list_price"),
        ),
    }


def partner_rows(frame: pl.DataFrame, companies: bool = False) -> pl.DataFrame:
    """Return rows of res_partner: the persons, or the companies that persons are contacts of."""
    nothing = pl.lit(None, dtype=pl.String)
    person = pl.lit(not companies)
    parent = pl.when(pl.col("contact") & person).then("company_id")
    language = pl.col("country").replace_strict(
        {code: each.locale.replace("no_NO", "nb_NO") for code, each in COUNTRIES.items()}
    )
    name = (
        pl.col("company")
        if companies
        else pl.when("is_test").then(pl.lit("Max Mustermann")).otherwise(full_name(frame))
    )
    greeting = pl.when("female").then(pl.lit("Frau")).otherwise(pl.lit("Herr"))
    salutation = pl.concat_str(greeting, "title", separator=" ", ignore_nulls=True)
    return frame.select(
        "id",
        name.alias("name"),
        (nothing if companies else salutation).alias("title"),
        (nothing if companies else pl.col("email")).alias("email"),
        pl.when(pl.col("id") % 3 != 0).then(nothing if companies else pl.col("phone")).alias("phone"),
        pl.when(pl.col("id") % 3 == 0).then(nothing if companies else pl.col("phone")).alias("mobile"),
        "street",
        nothing.alias("street2"),
        pl.col("postal_code").alias("zip"),
        "city",
        pl.col("country").replace_strict(COUNTRY_IDS).alias("country_id"),
        (pl.col("vat") if companies else nothing).alias("vat"),
        pl.concat_str(pl.lit("K"), pl.col("id").cast(pl.String)).alias("ref"),
        pl.lit(int(companies)).alias("is_company"),
        parent.alias("parent_id"),
        pl.coalesce(parent, "id").alias("commercial_partner_id"),
        pl.lit("contact").alias("type"),
        language.alias("lang"),
        pl.lit(1).alias("customer_rank"),
        (1 - pl.col("archived").cast(pl.Int64)).alias("active"),
        pl.when(pl.col("died") & person).then(pl.lit("verstorben")).otherwise(nothing).alias("comment"),
        (nothing if companies else pl.col("birth").dt.strftime("%Y-%m-%d")).alias("x_birthdate"),
        pl.col("created").dt.strftime("%Y-%m-%d %H:%M:%S").alias("create_date"),
        pl.col("written").dt.strftime("%Y-%m-%d %H:%M:%S").alias("write_date"),
    )
