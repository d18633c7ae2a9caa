"""Why records are one customer: each link with what spoke for and against it, and the id's history."""

from html import escape
from typing import Any

import streamlit as st

from dashboards import look, words
from dashboards.queries import customer as ask
from dashboards.view import View

SHOWN = 6
# A weight of this many bits fills the bar: odds of about a million to one.
FULL_BAR = 20.0


def show_reasons(view: View, customer_id: int) -> None:
    """Draw the links, strongest first, then the id's history."""
    look.heading(
        "Why these records are one person",
        "Each pair of records, with what speaks for it and against it. One more point doubles the odds.",
    )
    links = view.ask(ask.links, customer_id).to_dicts()
    if links:
        st.html("".join(map(pair, links[:SHOWN])))
    else:
        look.empty("There is one record only, so nothing was merged.")
    if links[SHOWN:]:
        with st.expander(f"{words.plural(len(links[SHOWN:]), 'weaker link')}"):
            st.html("".join(map(pair, links[SHOWN:])))
    st.caption(f"The same on the command line: `rundblick why {words.customer_code(customer_id)}`")
    show_history(view, customer_id)


def pair(link: dict[str, Any]) -> str:
    """HTML of one link with its findings as bars."""
    findings = ask.findings(link["reason"])
    bars = "".join(
        f'<div class="rb-finding"><span>{escape(text)}</span>'
        f'<span class="rb-bar"><i class="rb-{"against" if weight < 0 else "for"}" '
        f'style="width:{width(weight)}%"></i></span>'
        f"<span class='rb-right'>{words.signed(weight)}</span></div>"
        for text, weight in findings
    )
    said = bars or f"<p>{escape(words.phrase(link['reason'] or link['origin']))}</p>"
    return (
        f'<div class="rb-pair"><div class="rb-ends">{end(link, "l")}{look.muted("and")}{end(link, "r")}'
        f'<span class="rb-muted rb-push">{escape(certainty(link))}</span></div>{said}</div>'
    )


def width(weight: float) -> int:
    """Length of a finding's bar in percent."""
    return max(2, round(min(abs(weight) / FULL_BAR, 1.0) * 100))


def end(link: dict[str, Any], side: str) -> str:
    """HTML of one of the two records."""
    name = escape(link[f"name_{side}"] or "no name")
    silo = look.muted(words.silo(link[f"source_{side}"] or ""))
    record = escape(link[f"record_id_{side}"])
    return f'<span title="{record}"><strong>{name}</strong> {silo}</span>'


def certainty(link: dict[str, Any]) -> str:
    """How sure the link is."""
    if link["match_probability"] is None:
        return words.phrase(link["origin"])
    return f"{words.percent(link['match_probability'], 2)} sure"


def show_history(view: View, customer_id: int) -> None:
    """What happened to the id."""
    look.heading("History of the id", "An id survives re-runs, merges and splits; what happened to it stays on record.")
    found = view.ask(ask.id_history, customer_id)
    look.table(
        ["When", "Customer", "What", "Other customer", "Reason", "Run"],
        [
            [
                words.instant(event["happened_at"], view.timezone),
                words.customer_code(event["customer_id"]),
                escape(words.phrase(event["event"])),
                words.customer_code(event["other_customer_id"]) if event["other_customer_id"] else words.NOTHING,
                escape(event["reason"] or ""),
                look.muted(event["run_id"] or ""),
            ]
            for event in found.iter_rows(named=True)
        ],
    )
