"""Two records side by side, and what the last run made of them."""

from datetime import date
from html import escape
from typing import Any

import streamlit as st

from dashboards import charts, look, words
from dashboards.customer_profile.pair import weights
from dashboards.queries import review as ask
from dashboards.queries.customer import RECORD_FIELDS
from dashboards.view import View
from identity.questions import Pair


def show_records(left: dict[str, Any], right: dict[str, Any]) -> None:
    """Draw the fields that either has; marked where both are known and differ."""
    both = (left, right)
    fields = [field for field in RECORD_FIELDS if any(record[field] for record in both)]
    rows = [[escape(words.RECORD_LABELS[field]), *_cells(left[field], right[field])] for field in fields]
    rows += [
        [look.muted(label), *(look.muted(text(record)) for record in both)]
        for label, text in (
            ("Kept in", lambda r: f"{words.silo(r['source'])}, {words.phrase(r['record_table']).lower()}"),
            ("Customer", lambda r: words.customer_code(r["customer_id"])),
            ("Number there", lambda r: r["customer_no"] or words.NOTHING),
            ("Made", lambda r: words.day(r["created_at"])),
            ("Changed", lambda r: words.day(r["updated_at"])),
        )
        if any(text(record) != words.NOTHING for record in both)
    ]
    look.table(["", *(record["name"] for record in both)], rows)


def show_evidence(view: View, pair: Pair) -> None:
    """Draw what spoke for and against the pair in the last run."""
    told = view.ask(ask.evidence, *pair)
    look.heading("What speaks for it and against it", "As the last run weighed it. One more point doubles the odds.")
    if told is None:
        look.empty("The last run did not compare these two: they share nothing that it looks for.")
        return
    if told.evidence.match_weight is not None:
        needed = told.evidence.needed_weight
        st.altair_chart(charts.waterfall(weights(told.evidence), needed=needed), theme=None)
    if not told.is_joined or told.evidence.match_weight is None:
        became = "Joined" if told.is_joined else "Kept apart"
        st.html(f'<p class="rb-law"><strong>{became}:</strong> {escape(told.reason)}.</p>')


def _cells(left: object, right: object) -> list[str]:
    shown = [_shown(left), _shown(right)]
    if left is None or right is None or shown[0].casefold() == shown[1].casefold():
        return shown
    return [f'<span class="rb-differs">{value}</span>' for value in shown]


def _shown(value: object) -> str:
    """A value as HTML."""
    if value is None:
        return look.muted(words.NOTHING)
    return words.day(value) if isinstance(value, date) else escape(str(value))
