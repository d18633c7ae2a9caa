"""Web events as JSON lines after the Segment spec."""

import numpy as np
import polars as pl


def _time(moment: pl.Expr) -> pl.Expr:
    return moment.dt.strftime('"%Y-%m-%dT%H:%M:%SZ"')


def _text(column: str) -> pl.Expr:
    return pl.concat_str(pl.lit('"'), column, pl.lit('"'))


def _maybe(name: str, column: str) -> pl.Expr:
    """Return a member of the JSON object, nothing where the column is null."""
    member = pl.concat_str(pl.lit(f',"{name}":'), _text(column))
    return pl.when(pl.col(column).is_null()).then(pl.lit("")).otherwise(member)


def event_lines(events: pl.DataFrame, first_number: int) -> pl.Series:
    """Return events as JSON. Clocks of browsers are up to ten minutes off: receivedAt minus sentAt tells
    by how much."""
    number = pl.Series(first_number + np.arange(len(events)))
    skew = pl.duration(seconds=pl.lit((number * 37) % 1200 - 600))
    agreed = pl.concat_str(
        pl.lit('"consent":{"categoryPreferences":{"analytics":'), "consent", pl.lit(',"marketing":false}},')
    )
    consent = pl.when(pl.col("consent") == "").then(pl.lit("")).otherwise(agreed)
    source = pl.concat_str(
        pl.lit('"campaign":{"name":'), _text("campaign"), pl.lit(',"source":"google","medium":"cpc"},')
    )
    campaign = pl.when(pl.col("campaign") == "").then(pl.lit("")).otherwise(source)
    body = pl.when(pl.col("type") == "identify").then(pl.lit(',"traits":')).otherwise(pl.lit(',"properties":'))
    return (
        events.with_columns(number=number.cast(pl.String))
        .select(
            pl.concat_str(
                pl.lit('{"messageId":"msg-'),
                "number",
                pl.lit('","type":'),
                _text("type"),
                _maybe("event", "event"),
                pl.lit(',"anonymousId":'),
                _text("anonymous"),
                _maybe("userId", "user"),
                pl.lit(',"originalTimestamp":'),
                _time(pl.col("at") + skew),
                pl.lit(',"sentAt":'),
                _time(pl.col("at") + skew + pl.duration(seconds=2)),
                pl.lit(',"receivedAt":'),
                _time(pl.col("at") + pl.duration(seconds=2)),
                pl.lit(',"context":{'),
                consent,
                campaign,
                pl.lit('"locale":"de"}'),
                body,
                "body",
                pl.lit("}"),
            )
        )
        .to_series()
    )
