"""What a customer said about being contacted, with the evidence, and what follows for other purposes."""

from html import escape
from typing import Any

import streamlit as st

from dashboards import look, words
from dashboards.customer_profile.head import answer_card
from dashboards.queries import customer as ask
from dashboards.queries.reach import answers
from dashboards.view import View

_PURPOSES = ("enquiry", "service", "feedback", "research")
_TONES = {
    "confirmed": "good", "granted": "good", "requested": "warn",
    "denied": "bad", "withdrawn": "bad", "objected": "bad", "restricted": "bad",
}  # fmt: skip


def show_consents(view: View, customer_id: int) -> None:
    """Draw the ledger, then the answers for purposes other than marketing."""
    show_ledger(view, customer_id)
    look.heading("And for another purpose?", "Each purpose has its own legal bases; marketing is answered at the top.")
    purpose = st.segmented_control(
        "Purpose",
        _PURPOSES,
        format_func=words.phrase,
        key=f"purpose_{customer_id}",
        label_visibility="collapsed",
    )
    if purpose:
        found = view.ask_gate(answers, customer_id, purpose)
        st.html(f'<section class="rb-answers">{"".join(map(answer_card, found))}</section>')


def show_ledger(view: View, customer_id: int) -> None:
    """What was said, by identifier, channel and purpose."""
    look.heading(
        "What was said",
        "It belongs to an address or number, a channel and a purpose, never to the merged person.",
    )
    found = view.ask(ask.statements, customer_id).to_dicts()
    if not found:
        look.empty("No silo tells of a consent or a refusal. Without another legal basis nobody may write.")
        return
    every = st.toggle("Show superseded statements too", key=f"every_{customer_id}")
    look.table(
        ["Said on", "Address or number", "Channel", "Purpose", "Statement", "Silo", "Evidence"],
        [line(view, event) for event in found if every or event["is_latest"]],
    )


def line(view: View, event: dict[str, Any]) -> list[str]:
    """One statement as cells."""
    status = look.Badge(words.STATUSES.get(event["status"], event["status"]), _TONES.get(event["status"], "neutral"))
    shared = "" if event["is_own"] else look.muted("said by another customer who shares it")
    return [
        words.instant(event["occurred_at"], view.timezone),
        f"{escape(event['value'])} {shared}",
        escape(words.CHANNELS.get(event["channel"], event["channel"])),
        escape(words.phrase(event["purpose"])),
        look.badges([status]),
        escape(words.silo(event["source"])),
        look.muted(words.evidence(event["evidence"])),
    ]
