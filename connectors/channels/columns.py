"""The cells of a file's columns, computed for the whole audience at once."""

import polars as pl

from connectors.channels import phones, postal, salutation
from connectors.channels.audience import FileContext
from connectors.channels.definition import FileDefinition, Language, columns, words

_LETTER_TEXT = ("given_name", "family_name", "title", "company_name", "address_extra", "city")
_PHONE_COLUMNS = {"phone_international": phones.international, "phone_national": phones.national}


def cells(audience: pl.DataFrame, file: FileDefinition, context: FileContext) -> pl.DataFrame:
    """Return the file's columns under their own names, for the audience of `audience_frame`."""
    language = file.language or context.language
    countries = [c for c in audience["country"].unique().to_list() if c]
    wanted = set(file.columns) & _PHONE_COLUMNS.keys()
    phone_columns = [_PHONE_COLUMNS[name](audience["value"]).alias(name) for name in sorted(wanted)]
    tidy = audience.lazy().with_columns(salutation.swiss_spelling(postal.squeezed(pl.col(c))) for c in _LETTER_TEXT)
    frame = tidy.with_columns(
        *_same_everywhere(context, language),
        *phone_columns,
        customer_no=pl.concat_str(pl.lit("C"), pl.col("customer_id").cast(pl.String).str.zfill(6)),
        email=pl.col("value"),
        phone_e164=pl.col("value"),
        address_form=salutation.address_form(language),
        contact_name=salutation.contact_name(),
        letter_language=salutation.letter_language(context.country),
        street_line=salutation.swiss_spelling(postal.street_line()),
        postal_code=postal.postal_code(),
        country_line=postal.country_line(countries, context.country, language),
        basis_text=_word("basis", language),
        basis_since_on=_local_day("basis_since", context.timezone),
    ).with_columns(
        *postal.company_lines(),
        letter_salutation=salutation.letter_salutation(pl.col("letter_language")),
    )
    frame = frame.with_columns(address_problem=postal.address_problem(language))
    return frame.select(file.columns).with_columns(pl.col(pl.String).replace("", None)).collect()


def headers(file: FileDefinition, language: Language) -> list[str]:
    """Return the file's header: words of the language for people, the columns' own names for systems."""
    known = columns()
    usual = {n: getattr(known[n], language) if file.kind == "xlsx" else n for n in file.columns}
    return [file.headers.get(name, usual[name]) for name in file.columns]


def _same_everywhere(context: FileContext, language: Language) -> list[pl.Expr]:
    purpose_text = words()["purpose"][language].get(context.purpose, context.purpose)
    return [
        pl.lit(context.segment).alias("segment"),
        pl.lit(context.purpose).alias("purpose"),
        pl.lit(purpose_text).alias("purpose_text"),
    ]


def _word(code: str, language: Language) -> pl.Expr:
    return pl.col(code).replace(dict(words()[code][language]))


def _local_day(instant: str, timezone: str) -> pl.Expr:
    return pl.col(instant).dt.replace_time_zone("UTC").dt.convert_time_zone(timezone).dt.date()
