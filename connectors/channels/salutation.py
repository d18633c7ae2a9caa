"""How a recipient is addressed: by what the customer said, never by a guess from a first name."""

import polars as pl

from connectors.channels.definition import Language, words


def letter_language(sender_country: str) -> pl.Expr:
    """The language of a letter: the customer's, else the country's, else the sender's."""
    own = pl.col("language").str.slice(0, 2).str.to_lowercase().replace({"no": "nb", "nn": "nb"})
    by_country: dict[str, str] = dict(words()["letter_language"])
    usual = pl.col("country").replace_strict(by_country, default=by_country.get(sender_country, "en"))
    known = list(words()["letter_opening"])
    return pl.when(own.is_in(known)).then(own).otherwise(usual)


def address_form(language: Language) -> pl.Expr:
    """Herr, Frau or empty: empty where the gender is unknown, for companies and in Nordic countries."""
    forms: dict[str, str] = dict(words()["address_form"][language])
    is_used = _is_personal() & ~pl.col("country").is_in(_nordic()).fill_null(False)
    form = pl.col("gender").replace_strict(forms, default="", return_dtype=pl.String)
    return pl.when(is_used).then(form).otherwise(pl.lit(""))


def letter_salutation(language: pl.Expr) -> pl.Expr:
    """`Sehr geehrte Frau Dr. X,`, `Guten Tag Vorname Nachname,` or `Sehr geehrte Damen und Herren,`."""
    form = _opening_form()
    opening = pl.concat_str(language, pl.lit("/"), form).replace_strict(_openings(), default="Guten Tag")
    formal = _joined(opening, pl.col("title"), pl.col("family_name"))
    plain = _joined(opening, pl.col("given_name"), pl.col("family_name"))
    text = pl.when(form.is_in(["female", "male"])).then(formal).when(form == "name").then(plain).otherwise(opening)
    is_swiss = pl.col("country").is_in(_swiss()).fill_null(False)
    return pl.when(is_swiss).then(text).otherwise(text + pl.lit(","))


def swiss_spelling(text: pl.Expr) -> pl.Expr:
    """`ss` for `ß` in what is written to Switzerland."""
    is_swiss = pl.col("country").is_in(_swiss()).fill_null(False)
    return pl.when(is_swiss).then(text.str.replace_all("ß", "ss")).otherwise(text)


def contact_name() -> pl.Expr:
    """Title, given and family name, else the company."""
    name = _joined(pl.col("title"), pl.col("given_name"), pl.col("family_name"))
    return pl.when(name == "").then(pl.col("company_name")).otherwise(name)


def _opening_form() -> pl.Expr:
    """Which opening fits: female, male, name or nobody."""
    is_formal = (
        pl.col("gender").is_in(["female", "male"])
        & ~pl.col("country").is_in(_nordic()).fill_null(False)
        & pl.col("family_name").is_not_null()
    )
    has_name = pl.col("given_name").is_not_null() | pl.col("family_name").is_not_null()
    return (
        pl.when(is_formal.fill_null(False) & _is_personal())
        .then(pl.col("gender"))
        .when(has_name)
        .then(pl.lit("name"))
        .otherwise(pl.lit("nobody"))
    )


def _openings() -> dict[str, str]:
    """`language/form` → opening; a language without formal openings uses its plain one."""
    forms = ("female", "male", "name", "nobody")
    by_language: dict[str, dict[str, str]] = words()["letter_opening"]
    return {f"{code}/{form}": by.get(form, by["name"]) for code, by in by_language.items() for form in forms}


def _is_personal() -> pl.Expr:
    """A person's name is there, be it of a company's contact."""
    return pl.col("family_name").is_not_null()


def _joined(*parts: pl.Expr) -> pl.Expr:
    text = pl.concat_str([part.fill_null("") for part in parts], separator=" ")
    return text.str.replace_all(r"\s+", " ").str.strip_chars()


def _nordic() -> list[str]:
    return list(words()["no_address_form"])


def _swiss() -> list[str]:
    return list(words()["swiss_spelling"])
