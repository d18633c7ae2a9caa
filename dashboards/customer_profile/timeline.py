"""The timeline: what happened with a customer in all silos, month by month."""

from html import escape
from itertools import groupby
from typing import Any

import streamlit as st

from dashboards import look, words
from dashboards.queries import customer as ask
from dashboards.view import View

AT_MOST = 200
_TONES = {
    "purchase": "good", "return": "bad", "consent": "blue",
    "enquiry": "warn", "quotation": "warn", "cart": "warn",
}  # fmt: skip


def show_timeline(view: View, customer_id: int) -> None:
    """Draw the timeline with a choice of kinds."""
    kinds = view.ask(ask.timeline_kinds, customer_id)
    if not kinds:
        look.empty("Nothing has happened yet that a silo told of: no purchase, enquiry, consent or visit.")
        return
    chosen = st.pills(
        "Show only",
        list(kinds),
        selection_mode="multi",
        format_func=lambda kind: f"{words.phrase(kind)} {words.number(kinds[kind])}",
        key=f"kinds_{customer_id}",
        label_visibility="collapsed",
    )
    found = view.ask(ask.timeline, customer_id, tuple(sorted(chosen)), AT_MOST)
    events = found.to_dicts()
    months = groupby(events, key=lambda event: words.month(event["happened_at"], view.timezone))
    st.html(
        "".join(f"<h3 class='rb-month'>{month}</h3>{''.join(line(view, e) for e in group)}" for month, group in months)
    )
    if len(events) == AT_MOST:
        st.caption(f"The latest {AT_MOST} are shown. Choose a kind above to look further back.")


def line(view: View, event: dict[str, Any]) -> str:
    """HTML of one event."""
    kind = look.badges([look.Badge(words.phrase(event["kind"]), _TONES.get(event["kind"], "neutral"))])
    amount = words.money(event["amount"], view.currency) if event["amount"] is not None else ""
    detail = look.muted(words.readable(event["detail"]))
    return (
        f'<div class="rb-event"><time>{words.instant(event["happened_at"], view.timezone)}</time>{kind}'
        f'<span class="rb-what">{escape(words.phrase(event["title"]))} {detail}</span>'
        f'{look.muted(words.silo(event["source"]))}<span class="rb-amount">{amount}</span></div>'
    )
