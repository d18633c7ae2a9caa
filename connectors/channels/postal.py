"""The lines of an address on a letter (DIN 5008): at most six lines of at most 35 characters."""

import polars as pl

from connectors.channels.definition import Language, words

LINE_LENGTH = 35
MOST_LINES = 6
_FITTING = rf"^(.{{1,{LINE_LENGTH}}})(?: |$)"


def company_lines() -> list[pl.Expr]:
    """The company's name on up to three lines, broken between words."""
    lines, rest = [], squeezed(pl.col("company_name"))
    for number in (1, 2):
        line = rest.str.extract(_FITTING).fill_null(rest)
        lines.append(line.alias(f"company_line_{number}"))
        rest = rest.str.slice(line.str.len_chars() + 1)
    return [*lines, rest.alias("company_line_3")]


def street_line() -> pl.Expr:
    """Street and house number."""
    parts = [pl.col("street").fill_null(""), pl.col("house_no").fill_null("")]
    return squeezed(pl.concat_str(parts, separator=" "))


def postal_code() -> pl.Expr:
    """The postal code as text, without the country's letters before it."""
    return squeezed(pl.col("postal_code")).str.replace(r"^[A-Za-z]{1,3}\s*-\s*", "")


def country_line(countries: list[str], sender_country: str, language: Language) -> pl.Expr:
    """The country's full name in capitals in the sender's language, empty for the sender's own."""
    from babel import Locale

    names = Locale.parse(language).territories
    capitals = {c: "" if c == sender_country else names.get(c, c).upper() for c in countries}
    return pl.col("country").replace_strict(capitals, default="", return_dtype=pl.String)


def address_problem(language: Language) -> pl.Expr:
    """What the letter shop must look at: lines that are too long, or too many of them. Null when none."""
    text: dict[str, str] = words()["address_problem"][language]
    name = pl.concat_str([pl.col(c).fill_null("") for c in ("title", "given_name", "family_name")], separator=" ")
    town = pl.concat_str([pl.col(c).fill_null("") for c in ("postal_code", "city")], separator=" ")
    companies = [pl.col(f"company_line_{n}") for n in (1, 2, 3)]
    lines = [
        *companies,
        squeezed(name),
        pl.col("address_extra"),
        pl.col("street_line"),
        town,
        pl.col("country_line"),
    ]
    is_long = pl.max_horizontal(line.fill_null("").str.len_chars() for line in lines) > LINE_LENGTH
    is_many = pl.sum_horizontal((line.fill_null("") != "").cast(pl.Int32) for line in lines) > MOST_LINES
    problems = pl.concat_list(
        pl.when(is_long).then(pl.lit(text["long_line"])),
        pl.when(is_many).then(pl.lit(text["too_many_lines"])),
    )
    return problems.list.drop_nulls().list.join("; ").replace("", None)


def squeezed(text: pl.Expr) -> pl.Expr:
    """The text on one line, single spaces between words."""
    return text.str.replace_all(r"\s+", " ").str.strip_chars()
