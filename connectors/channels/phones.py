"""Phone numbers as people read them. Numbers come as E.164; each distinct one is formatted once."""

import polars as pl


def international(numbers: pl.Series) -> pl.Series:
    """`+491711234567` as `+49 171 1234567`; what is no number stays as it is."""
    return _formatted(numbers, is_national=False)


def national(numbers: pl.Series) -> pl.Series:
    """`+491711234567` as `0171 1234567`; what is no number stays as it is."""
    return _formatted(numbers, is_national=True)


def _formatted(numbers: pl.Series, *, is_national: bool) -> pl.Series:
    from phonenumbers import PhoneNumberFormat

    style = PhoneNumberFormat.NATIONAL if is_national else PhoneNumberFormat.INTERNATIONAL
    distinct = numbers.drop_nulls().unique().to_list()
    lookup = dict(zip(distinct, [_format(number, style) for number in distinct], strict=True))
    return numbers.replace_strict(lookup, default=None, return_dtype=pl.String)


def _format(number: str, style: int) -> str:
    from phonenumbers import NumberParseException, format_number, parse

    try:
        return format_number(parse(number, None), style)
    except NumberParseException:
        return number
