"""The charts. Each takes a polars frame and returns an Altair chart in the palette of the pages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

INK, SOFT, LINE = "#1f2d3a", "#5c6b7a", "#e1e6ea"
TEAL, SEA, SAND, CLAY, SLATE, MIST = "#17636b", "#6aa6a0", "#d99a4e", "#a65a4a", "#7b8a99", "#d7dee3"
FONT = "Source Sans, Source Sans Pro, Segoe UI, sans-serif"

BASIS_COLOURS = {
    "Consent": TEAL,
    "Existing customer": SEA,
    "Own enquiry or quotation": SLATE,
    "Contract": SLATE,
    "Legitimate interest": SAND,
    "Not allowed": "#c3ccd3",
    "No contact point": "#e9edf0",
}
_NUMBERS = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " €"]}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_TIMES = {
    "dateTime": "%d.%m.%Y %H:%M", "date": "%d.%m.%Y", "time": "%H:%M", "periods": ["AM", "PM"],
    "days": list(_DAYS), "shortDays": [day[:3] for day in _DAYS],
    "months": list(_MONTHS), "shortMonths": [month[:3] for month in _MONTHS],
}  # fmt: skip
# The month's first letter below the column, with the year under the first one and each January.
_MONTH_LABEL = (
    "[substring(timeFormat(datum.value, '%b'), 0, 1), "
    "datum.index == 0 || month(datum.value) == 0 ? timeFormat(datum.value, '%Y') : '']"
)


def labelled(data: pl.DataFrame, **words: Callable[[dict[str, Any]], str]) -> pl.DataFrame:
    """`data` with one more text column a name, made from each row. For charts, never for records."""
    rows = data.to_dicts()
    return data.with_columns(pl.Series(name, [text(row) for row in rows], pl.String) for name, text in words.items())


def stacked_bars(
    data: pl.DataFrame,
    *,
    category: str,
    part: str,
    value: str,
    colours: Mapping[str, str],
    unit: str,
    text: str | None = None,
    row_height: int = 30,
) -> alt.LayerChart:
    """Horizontal bars, one a `category` in the order of the rows, stacked by `part` as `colours` orders them.

    `text` is a column whose words stand in the segments; empty words where there is no room.
    """
    parts = [p for p in colours if p in set(data[part])]
    data = data.with_columns(
        place=pl.col(part).replace_strict({p: i for i, p in enumerate(parts)}, return_dtype=pl.Int64)
    )
    order = data[category].unique(maintain_order=True).to_list()
    base = alt.Chart(data).encode(
        y=alt.Y(f"{category}:N", sort=order, title=None, axis=_labels(180)),
        x=alt.X(f"{value}:Q", title=unit, stack="zero", axis=_counts()),
        order=alt.Order("place:Q"),
    )
    bars = base.mark_bar(size=row_height * 0.62).encode(
        color=alt.Color(
            f"{part}:N",
            scale=alt.Scale(domain=parts, range=[colours[p] for p in parts]),
            legend=alt.Legend(title=None, orient="top", labelLimit=320, columns=3),
        ),
        tooltip=[category, part, alt.Tooltip(value, format=",d", title=unit)],
    )
    layers = [bars]
    if text is not None:
        words = base.mark_text(align="center", fontSize=12).encode(
            x=alt.X(f"{value}:Q", stack="zero", bandPosition=0.5),
            text=text,
            detail=f"{part}:N",
            color=alt.Color(
                f"{part}:N",
                scale=alt.Scale(domain=parts, range=[_on(colours[p]) for p in parts]),
                legend=None,
            ),
        )
        layers.append(words)
    layered = alt.layer(*layers).resolve_scale(color="independent")
    return _finish(layered, height=row_height * len(order) + 70)


def bars(
    data: pl.DataFrame,
    *,
    category: str,
    value: str,
    text: str,
    unit: str,
    tooltip: Sequence[str] = (),
    colour: str = TEAL,
    row_height: int = 28,
    label_width: int = 200,
) -> alt.LayerChart:
    """Horizontal bars in the order of the rows, each with its words (`text`) at its end."""
    order = data[category].to_list()
    top = max([*data[value].to_list(), 1])
    base = alt.Chart(data).encode(
        y=alt.Y(f"{category}:N", sort=order, title=None, axis=_labels(label_width)),
        x=alt.X(f"{value}:Q", title=unit, axis=None, scale=alt.Scale(domain=[0, float(top) * 1.5], nice=False)),
        tooltip=[category, alt.Tooltip(value, format=",d", title=unit), *tooltip],
    )
    drawn = base.mark_bar(size=row_height * 0.62, color=colour)
    words = base.mark_text(align="left", dx=6, fontSize=12, color=INK).encode(text=text)
    return _finish(alt.layer(drawn, words), height=row_height * len(order) + 12)


def waterfall(data: pl.DataFrame, *, needed: float | None, row_height: int = 30) -> alt.LayerChart:
    """Points adding up from row to row: `label`, `start`, `end`, `kind` (start, for, against, sum), `points` in words.

    A line stands at the points that are `needed`.
    """
    colours = {"start": SLATE, "for": TEAL, "against": CLAY, "sum": INK}
    ends = [*data["start"].to_list(), *data["end"].to_list(), *([] if needed is None else [needed])]
    room = (max(ends) - min(ends)) * 0.09
    scale = alt.Scale(domain=[min(ends) - room, max(ends) + room], nice=False)
    data = data.with_columns(at=pl.max_horizontal("start", "end"), step=pl.int_range(pl.len()))
    base = alt.Chart(data).encode(
        y=alt.Y("label:N", sort=data["label"].to_list(), title=None, axis=_labels(380)),
        tooltip=[alt.Tooltip("label", title="What"), alt.Tooltip("points", title="Points")],
    )
    drawn = base.mark_bar(size=row_height * 0.62).encode(
        x=alt.X("start:Q", scale=scale, title="Points; one more doubles the odds", axis=_counts(",.0f")),
        x2="end:Q",
        color=alt.Color("kind:N", scale=alt.Scale(domain=[*colours], range=[*colours.values()]), legend=None),
    )
    words = base.mark_text(align="left", dx=6, fontSize=12, color=INK).encode(x=alt.X("at:Q"), text="points")
    layers = [drawn, words]
    if needed is not None:
        limit = alt.Chart(pl.DataFrame({"needed": [needed], "words": ["needed to be joined"]})).encode(x="needed:Q")
        layers += [
            limit.mark_rule(color=SAND, strokeWidth=2, strokeDash=[5, 4]),
            limit.mark_text(y=-8, fontSize=12, color=SOFT).encode(text="words"),
        ]
    return _finish(alt.layer(*layers), height=row_height * data.height + 30)


def months(
    data: pl.DataFrame, *, value: str, part: str, colours: Mapping[str, str], unit: str, height: int = 260
) -> alt.Chart:
    """Columns by month (`month`, a date), stacked by `part`."""
    parts = [p for p in colours if p in set(data[part])]
    chart = (
        alt.Chart(data)
        .mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=alt.X("yearmonth(month):O", title=None, axis=alt.Axis(
                labelExpr=_MONTH_LABEL,
                labelAngle=0, labelOverlap=False, labelColor=SOFT, labelFontSize=11, ticks=False,
                domainColor=LINE)),
            y=alt.Y(f"sum({value}):Q", title=unit, axis=_counts("~s")),
            color=alt.Color(f"{part}:N", scale=alt.Scale(domain=parts, range=[colours[p] for p in parts]),
                            legend=alt.Legend(title=None, orient="top")),
            tooltip=[alt.Tooltip("yearmonth(month):T", title="Month", format="%B %Y"), alt.Tooltip(part),
                     alt.Tooltip(f"sum({value}):Q", format=",.0f", title=unit)],
        )
    )  # fmt: skip
    return _finish(chart, height=height)


def columns(
    data: pl.DataFrame, *, category: str, value: str, text: str, title: str, unit: str, height: int = 230
) -> alt.LayerChart:
    """Columns in the order of the rows, each with its words on top."""
    order = data[category].to_list()
    top = max([*data[value].to_list(), 1])
    base = alt.Chart(data).encode(
        x=alt.X(f"{category}:N", sort=order, title=title, axis=alt.Axis(
            labelAngle=0, labelColor=INK, labelFontSize=12, ticks=False, domainColor=LINE, titleColor=SOFT,
            titleFontWeight="normal")),
        y=alt.Y(f"{value}:Q", axis=None, scale=alt.Scale(domain=[0, float(top) * 1.15], nice=False)),
        tooltip=[alt.Tooltip(category, title=title), alt.Tooltip(value, format=",d", title=unit)],
    )  # fmt: skip
    drawn = base.mark_bar(size=34, color=TEAL, cornerRadiusTopLeft=3, cornerRadiusTopRight=3)
    words = base.mark_text(dy=-8, fontSize=12, color=INK).encode(text=text)
    return _finish(alt.layer(drawn, words), height=height)


def over_time(data: pl.DataFrame, *, value: str, unit: str, height: int = 200) -> alt.Chart:
    """A stepped area over days (`day`, a date)."""
    chart = (
        alt.Chart(data)
        .mark_area(interpolate="step-after", color=TEAL, opacity=0.25, line={"color": TEAL, "strokeWidth": 2})
        .encode(
            x=alt.X("day:T", title=None, axis=_dates()),
            y=alt.Y(f"{value}:Q", title=unit, axis=_counts()),
            tooltip=[
                alt.Tooltip("day:T", format="%d.%m.%Y", title="Day"),
                alt.Tooltip(value, format=",d", title=unit),
            ],
        )
    )
    return _finish(chart, height=height)


def purchases(data: pl.DataFrame, *, currency: str, height: int = 190) -> alt.Chart:
    """One stem a purchase or return over time: `on` (date), `amount`, `what`, `order_no`."""
    base = alt.Chart(data).encode(
        x=alt.X("on:T", title=None, axis=_dates()),
        y=alt.Y("amount:Q", title=currency, axis=_counts()),
        color=alt.Color("what:N", scale=alt.Scale(domain=["Bought", "Returned"], range=[TEAL, CLAY]),
                        legend=alt.Legend(title=None, orient="top")),
        tooltip=[
            alt.Tooltip("on:T", format="%d.%m.%Y", title="Day"), alt.Tooltip("what:N", title="What"),
            alt.Tooltip("order_no:N", title="Number"), alt.Tooltip("amount:Q", format=",.2f", title=currency),
        ],
    )  # fmt: skip
    stems = base.mark_rule(strokeWidth=2)
    points = base.mark_circle(size=70, opacity=1)
    return _finish(alt.layer(stems, points), height=height)


def _labels(limit: int) -> alt.Axis:
    return alt.Axis(labelLimit=limit, labelColor=INK, labelFontSize=13, labelPadding=8, ticks=False, domain=False)


def _counts(number_format: str = ",d") -> alt.Axis:
    return alt.Axis(
        format=number_format, tickCount=5, labelColor=SOFT, labelFontSize=12, gridColor=LINE, domain=False,
        ticks=False, titleColor=SOFT, titleFontWeight="normal", titleFontSize=12,
    )  # fmt: skip


def _dates() -> alt.Axis:
    return alt.Axis(
        format="%b %Y", tickCount=8, labelColor=SOFT, labelFontSize=12, grid=False, domainColor=LINE,
        tickColor=LINE, labelOverlap="greedy",
    )  # fmt: skip


def _on(colour: str) -> str:
    """The colour of words on a ground of `colour`."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#ffffff" if red * 299 + green * 587 + blue * 114 < 140_000 else INK


def _finish(chart: Any, height: int) -> Any:
    return chart.properties(height=height, background="transparent").configure(
        font=FONT, locale={"number": _NUMBERS, "time": _TIMES}, view={"stroke": None},
        legend={
            "labelFontSize": 12.5, "labelColor": INK, "symbolType": "square", "symbolSize": 110, "offset": 8,
        },
    )  # fmt: skip
