"""Dates as people write them, to eight digits: `3.5.1981`, `05/03/81`, `1981-05-03`, `3 May 1981`, `1981`."""

import polars as pl

# The first letters of months in English, German and the Nordic languages.
_MONTHS = {
    "01": "jan", "02": "feb", "03": "mar|mär|mrz", "04": "apr", "05": "may|mai|maj", "06": "jun", "07": "jul",
    "08": "aug", "09": "sep", "10": "oct|okt", "11": "nov", "12": "dec|dez|des",
}  # fmt: skip
# Two figures of a year up to this one are of the 2000s.
_LAST_SHORT_YEAR = 26
# Share of dates on the first of January from which that day stands for a year only.
_PLACEHOLDER_SHARE = 0.02


def digits_of_dates(values: pl.Series) -> pl.Series:
    """Return YYYYMMDD, with 00 for a month or day that is not known, null for what is no date.

    Whether day or month comes first is told by the whole column. A month of 13 stays: it is a typing
    error, and comparing counts edits.
    """
    text = values.str.replace(r"[T ]\d{2}:\d{2}.*$", "").str.strip_chars()
    iso = text.str.extract_groups(r"^(\d{4})[-/. ]?(\d{2})[-/. ]?(\d{2})$").struct.unnest()
    loose = text.str.extract_groups(r"^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})$").struct.unnest()
    ends = text.str.extract_groups(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$").struct.unnest()
    first, second = ("2", "1") if _month_first(ends) else ("1", "2")
    named = _month_names_as_numbers(text).str.extract_groups(r"^(\d{1,2})\D+<(\d\d)>\D*(\d{4})$").struct.unnest()
    named_first = _month_names_as_numbers(text).str.extract_groups(r"^<(\d\d)>\D*(\d{1,2})\D+(\d{4})$").struct.unnest()
    candidates = [
        _joined(iso["1"], iso["2"], iso["3"]),
        _joined(loose["1"], loose["2"], loose["3"]),
        _joined(_full_year(ends["3"]), ends[second], ends[first]),
        _joined(named["3"], named["2"], named["1"]),
        _joined(named_first["3"], named_first["1"], named_first["2"]),
        text.str.extract(r"^(\d{4})(?:\.0)?$", 1) + "0000",
    ]
    frame = pl.DataFrame({str(place): found for place, found in enumerate(candidates)})
    return _without_placeholders(frame.select(pl.coalesce(pl.all()).alias("digits"))["digits"])


def digits_of_parts(year: pl.Series, month: pl.Series | None, day: pl.Series | None) -> pl.Series:
    """Return YYYYMMDD from columns of their own, with 00 where one is missing."""
    none = pl.Series([None] * len(year), dtype=pl.String)
    parts = [
        (part if part is not None else none).str.extract(r"^(\d+)(?:\.0)?$", 1).fill_null("00").str.zfill(2)
        for part in (month, day)
    ]
    return year.str.extract(r"^(\d{4})(?:\.0)?$", 1) + parts[0].str.slice(-2) + parts[1].str.slice(-2)


def _month_first(ends: pl.DataFrame) -> bool:
    first, second = (ends[part].cast(pl.Int32) > 12 for part in ("1", "2"))
    return int(second.sum() or 0) > int(first.sum() or 0)


def _full_year(year: pl.Series) -> pl.Series:
    short = year.str.len_chars() == 2
    century = pl.Series(["20", "19"]).gather((year.cast(pl.Int32) > _LAST_SHORT_YEAR).fill_null(False).cast(pl.Int32))
    return pl.DataFrame({"year": year, "full": century + year, "short": short}).select(
        pl.when("short").then("full").otherwise("year").alias("year")
    )["year"]


def _month_names_as_numbers(text: pl.Series) -> pl.Series:
    for number, names in _MONTHS.items():
        text = text.str.replace(rf"(?i)({names})[a-zäé]*\.?", f"<{number}>")
    return text


def _joined(year: pl.Series, month: pl.Series, day: pl.Series) -> pl.Series:
    return year + month.str.zfill(2) + day.str.zfill(2)


def _without_placeholders(digits: pl.Series) -> pl.Series:
    """The first of January as the year alone, where far too many were born on it."""
    full = digits.filter(digits.str.slice(4) != "0000")
    if int((full.str.slice(4) == "0101").sum()) > _PLACEHOLDER_SHARE * len(full):
        return digits.str.replace(r"^(\d{4})0101$", "${1}0000")
    return digits
