"""The columns of Shopify's customer and order exports."""

import polars as pl

from connectors.demo.baskets import money
from connectors.demo.countries import COUNTRIES

PER_EURO = {code: each.per_euro for code, each in COUNTRIES.items()}


def customer_rows(customers: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the customer export. Birth date and card stand where shops put them: in Note and Tags."""
    spent = (
        orders.filter(pl.col("status") != "voided")
        .group_by("email", maintain_order=True)
        .agg(
            spent=((pl.col("total") - pl.col("refunded")) / pl.col("country").replace_strict(PER_EURO)).sum(),
            orders=pl.len(),
        )
    )
    frame = customers.join(spent, on="email", how="left", maintain_order="left")
    cents = money(frame["spent"].fill_null(0).round().cast(pl.Int64))
    quote = pl.when("quoted_zip").then(pl.lit("'")).otherwise(pl.lit(""))
    card = pl.when(pl.col("card").is_not_null()).then(pl.concat_str(pl.lit("card:"), "card"))
    test = pl.when("is_test").then(pl.lit("test"))
    return frame.select(
        pl.col("customer_id").alias("Customer ID"),
        pl.when("is_test").then(pl.lit("Max")).otherwise("given").alias("First Name"),
        pl.when("is_test").then(pl.lit("Mustermann")).otherwise("family").alias("Last Name"),
        pl.col("email").alias("Email"),
        pl.when("accepts").then(pl.lit("yes")).otherwise(pl.lit("no")).alias("Accepts Email Marketing"),
        empty("Default Address Company"),
        pl.col("street").alias("Default Address Address1"),
        empty("Default Address Address2"),
        pl.col("city").alias("Default Address City"),
        empty("Default Address Province Code"),
        pl.col("country").alias("Default Address Country Code"),
        pl.concat_str(quote, "postal_code").alias("Default Address Zip"),
        pl.concat_str(quote, "phone").alias("Default Address Phone"),
        pl.concat_str(quote, "phone").alias("Phone"),
        pl.lit("no").alias("Accepts SMS Marketing"),
        cents.alias("Total Spent"),
        pl.col("orders").fill_null(0).alias("Total Orders"),
        pl.concat_str(pl.lit("Geburtstag: "), pl.col("birth").dt.strftime("%d.%m.%Y")).alias("Note"),
        pl.lit("no").alias("Tax Exempt"),
        pl.concat_str(card, test, separator=", ", ignore_nulls=True).replace("", None).alias("Tags"),
    )


def order_rows(orders: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Return the order export: one row a line, the order's own fields on its first row only."""
    frame = orders[items["purchase"].to_numpy()]
    first = items["line"] == 1
    head = [pl.when(first).then(column).alias(column.meta.output_name()) for column in _head()]
    line: list[pl.Expr | pl.Series] = [
        items["quantity"].alias("Lineitem quantity"),
        items["article"].alias("Lineitem name"),
        money(items["price"]).alias("Lineitem price"),
        items["article_no"].alias("Lineitem sku"),
        pl.lit("true").alias("Lineitem requires shipping"),
        pl.lit("true").alias("Lineitem taxable"),
        pl.lit("fulfilled").alias("Lineitem fulfillment status"),
    ]
    texts = {name: money(frame[name]) for name in ("subtotal", "shipping", "taxes", "total", "discount", "refunded")}
    return frame.with_columns(**texts).select(pl.col("name").alias("Name"), *head[:14], *line, *head[14:])


def _head() -> list[pl.Expr]:
    voided = pl.col("status") == "voided"
    tags = pl.concat_str(
        pl.when("notice").then(pl.lit("notice-7-3")),
        pl.when("gift").then(pl.lit("gift")),
        separator=", ",
        ignore_nulls=True,
    )
    billing = {
        "Name": "billing_name",
        "Street": "street",
        "City": "city",
        "Zip": "postal_code",
        "Country": "country",
        "Phone": "phone",
    }
    shipping = {
        "Name": "shipping_name",
        "Street": "shipping_street",
        "City": "shipping_city",
        "Zip": "shipping_postal_code",
        "Country": "country",
    }
    return [
        pl.col("email").alias("Email"),
        pl.col("status").alias("Financial Status"),
        pl.when(~voided).then("created").alias("Paid at"),
        pl.when(voided).then(pl.lit("unfulfilled")).otherwise(pl.lit("fulfilled")).alias("Fulfillment Status"),
        pl.when(~voided).then("created").alias("Fulfilled at"),
        pl.lit("no").alias("Accepts Marketing"),
        pl.col("currency").alias("Currency"),
        pl.col("subtotal").alias("Subtotal"),
        pl.col("shipping").alias("Shipping"),
        pl.col("taxes").alias("Taxes"),
        pl.col("total").alias("Total"),
        pl.when(pl.col("discount") != "0.00").then(pl.lit("DANKE10")).alias("Discount Code"),
        pl.col("discount").alias("Discount Amount"),
        pl.col("created").alias("Created at"),
        *[pl.col(column).alias(f"Billing {name}") for name, column in billing.items()],
        *[pl.col(column).alias(f"Shipping {name}") for name, column in shipping.items()],
        pl.when(~pl.col("gift")).then("phone").alias("Shipping Phone"),
        pl.when(voided).then("created").alias("Cancelled at"),
        pl.col("payment").alias("Payment Method"),
        pl.col("refunded").alias("Refunded Amount"),
        pl.col("id").alias("Id"),
        tags.replace("", None).alias("Tags"),
        pl.lit("web").alias("Source"),
        pl.col("phone").alias("Phone"),
    ]


def empty(name: str) -> pl.Expr:
    """Return a column without values."""
    return pl.lit(None, dtype=pl.String).alias(name)
