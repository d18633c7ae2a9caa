"""What a model learned, in lines for people and as one page with charts that needs no network."""

import html
import json
import math
from importlib.resources import files
from itertools import pairwise
from typing import Any

from identity.comparisons import COMPARISONS
from identity.train import Training

# Splink ships them for its own charts; in the order in which they need each other.
_SCRIPTS = ("vega@5.31.0", "vega-lite@5.2.0", "vega-embed@6.20.2")
_STYLE = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c}"
_NEVER = "frequency of family names"


def report_lines(training: Training) -> list[str]:
    """Return version, statistics, weights and the threshold's expected mistakes."""
    model = training.model
    lines = [
        f"Model {model.version}, learned from {model.records:,} person records and {training.pairs:,} pairs.",
        f"Expected pairs of one person, a record: {model.pairs_per_record:.2f}. "
        f"Two records are linked from weight {model.match_weight:g}.",
        _expected(training),
        "",
        f"{'weight':>7}  what was found",
    ]
    for comparison in COMPARISONS:
        lines.append(comparison.name.replace("_", " "))
        for words, weight in _weights(training, comparison.name):
            lines.append(f"{weight:>+7.1f}  {words}")
    return lines


def report_page(training: Training) -> str:
    """Return an HTML page: weights a level, how many pairs have which weight, expected mistakes by threshold."""
    charts = [
        ("What speaks for and against a match", "Log2 odds: +1 doubles them, −1 halves them.", _weight_chart(training)),
        ("How many pairs have which weight", "Compared pairs that no rule forbids.", _histogram(training)),
        (
            "What a threshold costs",
            "Wrong links and missed ones that the model itself expects. The rule marks the threshold.",
            _threshold_chart(training),
        ),
    ]
    scripts = "".join(f"<script>{_script(name)}</script>" for name in _SCRIPTS)
    sections = "".join(
        f"<h2>{html.escape(title)}</h2><p>{html.escape(words)}</p><div id='chart{number}'></div>"
        f"<script>vegaEmbed('#chart{number}', {_safe(chart)}, {{actions: false, mode: 'vega-lite'}})</script>"
        for number, (title, words, chart) in enumerate(charts)
    )
    facts = "<br>".join(html.escape(line) for line in report_lines(training)[:3])
    title = f"Identity model {html.escape(training.model.version)}"
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title><style>{_STYLE}</style>{scripts}"
        f"<h1>{title}</h1><p>{facts}</p>{sections}</html>\n"
    )


def _expected(training: Training) -> str:
    at = min(training.curve, key=lambda row: abs(row.match_weight - training.model.match_weight))
    return (
        f"At that threshold {at.links:,} links, of which the model expects {at.expected_wrong:,.0f} to be wrong, "
        f"and {at.expected_missed:,.0f} missed among the pairs compared."
    )


def _weights(training: Training, comparison: str) -> list[tuple[str, float]]:
    levels = training.model.weights[comparison]
    return [(level.words, math.log2(level.m / level.u)) for level in levels if level.words != _NEVER]


def _weight_chart(training: Training) -> dict[str, Any]:
    import altair as alt
    import polars as pl

    rows = [
        {"comparison": c.name.replace("_", " "), "found": words, "weight": round(weight, 2), "place": place}
        for c in COMPARISONS
        for place, (words, weight) in enumerate(_weights(training, c.name))
    ]
    bars = (
        alt.Chart(pl.DataFrame(rows))
        .mark_bar()
        .encode(
            x=alt.X("weight:Q", title="weight"),
            y=alt.Y("found:N", sort=alt.SortField("place"), title=None, axis=alt.Axis(labelLimit=400)),
            color=alt.condition("datum.weight > 0", alt.value("#2f6f4f"), alt.value("#a63d40")),
            tooltip=["found", "weight"],
        )
        .properties(width=420)
        .facet(row=alt.Row("comparison:N", title=None, sort=[c.name.replace("_", " ") for c in COMPARISONS]))
        .resolve_scale(y="independent")
    )
    return dict(bars.to_dict())


def _histogram(training: Training) -> dict[str, Any]:
    import altair as alt
    import polars as pl

    steps = training.curve
    rows = [
        {"weight": low.match_weight, "until": high.match_weight, "pairs": low.links - high.links}
        for low, high in pairwise(steps)
    ]
    bars = (
        alt.Chart(pl.DataFrame(rows))
        .mark_bar(color="#33658a")
        .encode(
            x=alt.X("weight:Q", title="match weight", bin="binned"),
            x2="until:Q",
            y="pairs:Q",
            tooltip=["weight", "pairs"],
        )
    )
    return dict((bars + _rule(training)).properties(width=640, height=240).to_dict())


def _threshold_chart(training: Training) -> dict[str, Any]:
    import altair as alt
    import polars as pl

    rows = [
        {"weight": row.match_weight, "pairs": round(value), "mistake": mistake}
        for row in training.curve
        if -2 <= row.match_weight <= 12
        for mistake, value in (("wrong links", row.expected_wrong), ("missed links", row.expected_missed))
    ]
    lines = alt.Chart(pl.DataFrame(rows)).mark_line(point=True).encode(
        x=alt.X("weight:Q", title="threshold"), y="pairs:Q", color=alt.Color("mistake:N", title=None),
        tooltip=["weight", "pairs", "mistake"],
    )  # fmt: skip
    return dict((lines + _rule(training)).properties(width=640, height=240).to_dict())


def _rule(training: Training) -> Any:
    import altair as alt
    import polars as pl

    at = pl.DataFrame({"weight": [training.model.match_weight]})
    return alt.Chart(at).mark_rule(strokeDash=[4, 4]).encode(x="weight:Q")


def _script(name: str) -> str:
    return files("splink").joinpath(f"internals/files/external_js/{name}").read_text(encoding="utf-8")


def _safe(chart: dict[str, Any]) -> str:
    """JSON that cannot end the script it stands in, for the Vega-Lite that is there whatever version wrote it."""
    return json.dumps({name: value for name, value in chart.items() if name != "$schema"}).replace("</", "<\\/")
