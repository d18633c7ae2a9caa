"""Deciding about a held run: a reason, two buttons, and who decided before."""

import getpass
from html import escape

import streamlit as st

from dashboards import look, words
from dashboards.said import say
from dashboards.view import View
from warehouse.errors import RundblickError
from warehouse.held import Held
from warehouse.release import Decision, accept, decisions, reject
from warehouse.settings import clock

_DONE = {"accepted": ("Published", "good"), "rejected": ("Dropped", "warn")}


def show_form(view: View, held: Held) -> None:
    """Draw the reason and the two decisions."""
    look.heading("Your decision", "Publish what is wanted; drop what went wrong.")
    with st.container(border=True, key="decide"):
        reason = st.text_input("Why do you decide so?", placeholder="For the record", key=f"reason_{held.run_id}")
        with st.container(horizontal=True):
            for is_accepted, label in ((True, "Publish this run"), (False, "Drop this run")):
                st.button(
                    label,
                    type="primary" if is_accepted else "secondary",
                    disabled=not reason.strip(),
                    help=None if reason.strip() else "First say why.",
                    on_click=decide,
                    args=(view, held, is_accepted, reason),
                )
        st.caption(
            f"Kept with your name ({getpass.getuser()}) and the time. After dropping, mend the cause: a run with the "
            "same data and rules would wait here again."
        )


def decide(view: View, held: Held, is_accepted: bool, reason: str) -> None:
    """Carry the decision out; a refusal is shown in its own words."""
    decision = Decision(getpass.getuser(), reason.strip(), clock(), held.run_id)
    try:
        (accept if is_accepted else reject)(view.workspace, decision)
    except RundblickError as error:
        say("release", False, str(error))
        return
    done = "Published: pages and exports use the new snapshot." if is_accepted else "Dropped: the snapshot stays."
    say("release", True, done)


def show_decisions(view: View) -> None:
    """Who released or dropped which run, the newest first."""
    found = decisions(view.state)
    if not found:
        return
    look.heading("Decided before", "From the audit chain.")
    rows = [
        [
            escape(words.instant(row.at, view.timezone)),
            look.badges([look.Badge(*_DONE[row.action])]),
            escape(row.actor),
            escape(row.reason),
        ]
        for row in found
    ]
    look.table(["When", "Decision", "Who", "Why"], rows)
