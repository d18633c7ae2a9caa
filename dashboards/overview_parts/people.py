"""The top of the overview: how many customers, and who may be contacted on which basis."""

from html import escape

import streamlit as st

from dashboards import charts, look, words
from dashboards.look import Figure
from dashboards.queries.overview import KeyFigures
from dashboards.queries.reach import NO_CONTACT, NOT_ALLOWED, Reach
from segments.export_funnel import Funnel, funnel_rows

# Parts of a bar narrower than this share bear no number.
ROOM_FOR_WORDS = 0.05
PARTS = {**words.BASES, NOT_ALLOWED: "Not allowed", NO_CONTACT: "No contact point"}


def figures(known: KeyFigures, found: Reach | None) -> list[Figure]:
    """The top row; `found` is None while the gate is being asked."""
    in_three, bought = known.in_three_silos, known.bought_in_a_year
    return [
        Figure(
            "Customers",
            words.number(known.customers),
            f"from {words.plural(known.records, 'record')} in {words.plural(known.silos, 'silo')}",
        ),
        Figure("Records per customer", words.number(known.records_per_customer, 2), "what silos count repeatedly"),
        Figure("Matched records", words.percent(known.matched_share), "joined with another silo"),
        Figure("Known in 3 silos or more", words.number(in_three), _of_all(known.in_three_silos_share)),
        Figure("May be contacted", *_reachable(found)),
        Figure("Bought in 12 months", words.number(bought), _of_all(known.bought_in_a_year_share)),
    ]


def show_reach(found: Reach) -> None:
    """Who may get marketing, on which basis, and why the others may not."""
    look.heading(
        "Who may be contacted for marketing",
        "As the gate decides today, for goods like those they bought. Nobody else can be exported.",
    )
    shown = charts.labelled(
        found.parts,
        Channel=lambda r: f"{words.CHANNELS[r['channel']]} · {words.percent(found.allowed[r['channel']])}",
        Basis=lambda r: PARTS[r["part"]],
        text=lambda r: words.number(r["customers"]) if r["share"] >= ROOM_FOR_WORDS else "",
    )
    chart = charts.stacked_bars(
        shown,
        category="Channel",
        part="Basis",
        value="customers",
        colours=charts.BASIS_COLOURS,
        unit="Customers",
        text="text",
        row_height=46,
    )
    st.altair_chart(chart, theme=None, alt="Customers who may be contacted, by channel and legal basis")
    look.table(
        ["Channel", "Not contacted, because"],
        [[escape(words.CHANNELS[name]), look.muted(why_not(funnel))] for name, funnel in found.funnels.items()],
    )


def why_not(funnel: Funnel) -> str:
    """Why customers fall out of the funnel, in words."""
    rows = funnel_rows(funnel, "en")
    return words.grouped("; ".join(row.why for row in rows if row.why)) or "Everybody may be contacted."


def _reachable(found: Reach | None) -> tuple[str, str]:
    if found is None:
        return "…", "asking the gate"
    return words.percent(found.anyhow_share), f"{words.number(found.anyhow)} on one channel or more"


def _of_all(share: float | None) -> str:
    return f"{words.percent(share)} of customers"
