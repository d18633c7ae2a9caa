"""How a run differs from the published snapshot: what is too much, every measure, the segments, run by run."""

from html import escape

import polars as pl
import streamlit as st

from dashboards import charts, look, words
from dashboards.look import Badge, Figure
from dashboards.queries import release as ask
from dashboards.view import View
from segments.pack import read_segments
from segments.release_report import Measure

CUSTOMERS = "screens/customer_search.py"
# What the number beside a customer counts.
EXAMPLES = {
    "records_moved": "Customers that get most of these records",
    "customers_merged": "Customers that take in most others",
    "customers_split": "Customers that fall into most parts",
    "customers_gone": "The largest of them, with the records they had",
    "largest_customer": "The largest customers, with their records",
    "implausible": "Customers new among them, with how many they have",
}
OF_SEGMENTS = ("segment_gained", "segment_lost")
COLOURS = {"Gained": charts.TEAL, "Lost": charts.CLAY}
# Fewer runs make no curve.
RUNS_FOR_A_CURVE = 3


def show_figures(measures: list[Measure]) -> None:
    """The few numbers that say whether much happened."""
    found = {measure.measure: measure for measure in measures if not measure.subject}
    people = found["customers"]
    look.figures(
        [
            Figure(
                "Customers",
                words.number(people.now_count),
                f"before {words.number(people.before_count)}",
            ),
            *(_figure(found[name], label) for name, label in (
                ("customers_merged", "Merged into others"), ("customers_split", "Split"),
                ("customers_gone", "Gone"),
                ("customers_changed", "Changed in all"), ("records_moved", "Records moved"),
            )),
        ]
    )  # fmt: skip


def show_beyond(view: View, measures: list[Measure]) -> None:
    """What is too much, each with customers to look at; `view` sees the candidate."""
    look.heading("What is too much", "A customer opens as published, before this run.")
    causes = view.ask(ask.causes)
    if causes is not None:
        st.html(look.line(f"Changed since then besides the silos' data: {', '.join(causes) or 'nothing'}."))
    for measure in measures:
        with st.container(border=True, gap="small", key=f"beyond_{measure.measure}_{measure.subject}"):
            st.html(look.line(f"{_sentence(measure)}.", _allowed(measure)))
            _show_examples(view, measure)


def show_measures(measures: list[Measure]) -> None:
    """Every measure but the segments', as a table."""
    look.heading("Every measure", "The larger of a share and a number is allowed; identity.yaml sets both.")
    rows = [
        [
            f"{escape(m.words)} {look.badges([Badge('too much', 'bad')]) if m.is_beyond else ''}",
            words.number(m.before_count),
            words.number(m.now_count),
            words.number(m.changed),
            words.number(m.allowed),
        ]
        for m in measures
        if m.measure not in OF_SEGMENTS and not m.is_nothing
    ]
    look.table(["What is counted", "Before", "Now", "Changed", "Allowed"], rows, numeric=[1, 2, 3, 4])
    nothing = [m.words for m in measures if m.measure not in OF_SEGMENTS and m.is_nothing]
    if nothing:
        st.html(look.muted(f"None before and none now: {'; '.join(nothing)}."))


def show_segments(view: View, measures: list[Measure]) -> None:
    """Who enters and who leaves each segment, as bars to both sides."""
    look.heading("Segments", "Members that each segment loses and gains.")
    known = read_segments(view.workspace.root)
    found = pl.DataFrame(
        [
            {
                "segment": known[m.subject].heading if m.subject in known else words.phrase(m.subject),
                "Change": "Gained" if m.measure == "segment_gained" else "Lost",
                "members": m.changed if m.measure == "segment_gained" else -m.changed,
            }
            for m in measures
            if m.measure in OF_SEGMENTS and m.changed
        ],
        schema={"segment": pl.String, "Change": pl.String, "members": pl.Int64},
    ).sort("segment", "Change")
    if found.is_empty():
        look.empty("No segment gains or loses anybody.")
        return
    chart = charts.stacked_bars(
        found, category="segment", part="Change", value="members", colours=COLOURS, unit="Members"
    )
    st.altair_chart(chart, theme=None, alt="Members that each segment gains and loses")


def show_runs(view: View) -> None:
    """How many customers changed, run by run."""
    found = view.ask(ask.changed_by_run)
    if found.height < RUNS_FOR_A_CURVE:
        return
    look.heading("Run by run", "Customers that lost records to another or got some of another.")
    days = found.with_columns(day=pl.col("finished_at").dt.date())
    chart = charts.over_time(days, value="customers", unit="Customers", height=180)
    st.altair_chart(chart, theme=None, alt="Customers changed by each published run")


def _figure(measure: Measure, label: str) -> Figure:
    return Figure(label, words.number(measure.changed), f"{words.percent(measure.share, 1)} of what is published")


def _sentence(measure: Measure) -> str:
    share = f", {words.percent(measure.share, 1)}" if measure.share is not None else ""
    if measure.before_count is None:
        return f"{measure.words}: {words.number(measure.changed)}{share}"
    counts = f"{words.number(measure.before_count)} before, {words.number(measure.now_count)} now"
    return f"{measure.words}: {words.number(measure.changed)}{share} ({counts})"


def _allowed(measure: Measure) -> str:
    return f"{words.number(measure.allowed)} of {words.number(measure.of_count)} would be in order"


def _show_examples(view: View, measure: Measure) -> None:
    if not measure.examples:
        return
    if measure.measure in EXAMPLES:
        st.html(look.muted(f"{EXAMPLES[measure.measure]}:"))
    merged = view.ask(ask.merged_into, tuple(customer_id for customer_id, _ in measure.examples))
    with st.container(horizontal=True):
        for customer_id, count in measure.examples:
            code = words.customer_code(customer_id)
            parts = ", ".join(words.customer_code(other) for other in merged.get(customer_id, []))
            st.page_link(
                CUSTOMERS,
                label=f"{code} ({words.number(count)})",
                icon=":material/person:",
                query_params={"customer": code},
                help=f"Takes in {parts}" if parts else None,
                width="content",
            )
