"""The middle of the overview: what waits, what was saved, how revenue and customers develop."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa
import streamlit as st

from dashboards import charts, look, words
from dashboards.queries import overview as ask
from dashboards.view import View
from segments.findings import Saved, Waiting, saved, waiting

SALES_CHANNELS = {
    "online": "Online",
    "store": "Store",
    "phone": "Phone",
    "office": "Office",
    "other": "Other",
}
SALES_COLOURS = {
    "Online": charts.TEAL,
    "Store": charts.SAND,
    "Phone": charts.SLATE,
    "Office": charts.CLAY,
    "Other": charts.MIST,
}


def show_waiting(view: View) -> None:
    """What waits to be done, each with the segment that holds the people."""
    look.heading("What waits", "Business that is already at the door.")
    for title, note, segment in waiting_words(view.ask(waiting), view):
        with st.container(border=True, gap=None, key=f"card_{segment}"):
            st.page_link(
                "screens/audience.py",
                label=f"**{look.plain(title)}**",
                icon=":material/arrow_forward:",
                icon_position="right",
                query_params={"segment": segment},
            )
            st.html(look.muted(note))


def waiting_words(found: Waiting, view: View) -> list[tuple[str, str, str]]:
    """Title, note and segment of each thing that waits."""
    oldest = words.days_ago(found.oldest_enquiry_at, view.as_of)
    share = words.percent(found.enquiries / found.all_enquiries) if found.all_enquiries else words.NOTHING
    worth = words.money(found.quotation_amount, view.currency, 0)
    carts = words.money(found.cart_amount, view.currency, 0)
    return [
        (
            words.plural(found.enquiries, "unanswered enquiry", "unanswered enquiries"),
            f"{share} of all; the oldest came {oldest}" if found.enquiries else "Every enquiry has an answer.",
            "unanswered_enquirers",
        ),
        (
            f"{words.plural(found.quotations, 'open quotation')} · {worth}",
            "sent, and neither won nor lost",
            "open_quotations",
        ),
        (
            f"{words.plural(found.carts, 'abandoned cart')} · {carts}",
            "of the last 30 days, nothing bought since",
            "cart_abandoners",
        ),
    ]


def show_saved(view: View) -> None:
    """What mailing each silo's own list would have cost."""
    found: Saved = view.ask_gate(saved_now, view.workspace.config.letter_cost)
    look.heading("What one view saves", "Against mailing every silo's own list.")
    look.figures(
        [
            look.Figure(
                "Duplicate letters",
                words.number(found.duplicate_letters),
                f"{words.money(found.letter_cost, view.currency, 0)} a mailing",
            ),
            look.Figure("Mailed after a no", words.number(found.mailed_after_no), "still “subscribed” in some silo"),
        ]
    )


def saved_now(con: Any, letter_cost: Decimal, as_of: datetime, desk_events: pa.Table) -> Saved:
    """`segments.findings.saved` as a question to the gate."""
    return saved(con, as_of, letter_cost, desk_events)


def show_revenue(view: View) -> None:
    """Net revenue of known customers, month by month."""
    look.heading(
        "Revenue of known customers",
        f"In {view.currency} by month, less VAT and returns. Anonymous receipts are not in it.",
    )
    found = view.ask(ask.revenue_by_month, view.as_of)
    if found.is_empty():
        look.empty("No purchases yet. Map the entity `purchase` of a source to see revenue.")
        return
    shown = charts.labelled(found, Channel=lambda r: SALES_CHANNELS.get(r["sales_channel"], "Other"))
    chart = charts.months(
        shown, value="net_amount", part="Channel", colours=SALES_COLOURS, unit=view.currency, height=280
    )
    st.altair_chart(chart, theme=None, alt="Net revenue by month and sales channel")


def show_lifecycle(view: View) -> None:
    """Customers by stage of life."""
    look.heading("Lifecycle", "Where customers stand with you, by their purchases.")
    stages = pl.Enum(list(words.STAGES))
    shown = charts.labelled(
        view.ask(ask.lifecycle).sort(pl.col("stage").cast(stages)),
        Stage=lambda r: words.STAGES[r["stage"]],
        Meaning=lambda r: words.STAGE_MEANINGS[r["stage"]],
        text=lambda r: f"{words.number(r['customers'])} · {words.percent(r['share'])}",
    )
    chart = charts.bars(
        shown,
        category="Stage",
        value="customers",
        text="text",
        unit="Customers",
        tooltip=["Meaning"],
        row_height=38,
    )
    st.altair_chart(chart, theme=None, alt="Customers by lifecycle stage")
