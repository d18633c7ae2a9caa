"""Release: a run that changes more than the limits waits here for a person; else how the last run differed."""

from dataclasses import replace

import streamlit as st

from dashboards import look, words
from dashboards.queries import release as ask
from dashboards.release_parts.decide import show_decisions, show_form
from dashboards.release_parts.difference import show_beyond, show_figures, show_measures, show_runs, show_segments
from dashboards.said import show_said
from dashboards.view import View, current_view

HALVES = (3, 2)


def show(view: View) -> None:
    """Draw what waits for a decision, else the difference that the published run made."""
    show_said("release")
    held = view.held
    # The candidate's own tables tell how it differs from the published snapshot.
    shown = view if held is None else replace(view, snapshot=held.snapshot)
    measures = shown.ask(ask.difference)
    if held is not None:
        since = words.instant(held.held_at, view.timezone)
        st.warning(
            f"**A run waits for you since {since}.** It changes more than the limits in identity.yaml allow. Pages and "
            "exports still use the snapshot before it; only who said no since then is already left out.",
            icon=":material/pause_circle:",
        )
        left, right = st.columns(HALVES, gap="large")
        with left:
            show_beyond(shown, [measure for measure in measures if measure.is_beyond])
        with right:
            show_form(view, held)
    elif not measures:
        look.empty(
            "Nothing waits, and there is nothing to compare yet: this is the first snapshot. The next run is compared "
            "with it, and held if it changes too much."
        )
        return
    else:
        look.heading("Nothing waits", "Every run so far was within the limits, or has been decided about.")
    show_figures(measures)
    left, right = st.columns(HALVES, gap="large")
    with left:
        show_measures(measures)
    with right:
        show_segments(view, measures)
    left, right = st.columns(HALVES, gap="large")
    with left:
        show_decisions(view)
    with right:
        show_runs(view)


show(current_view())
