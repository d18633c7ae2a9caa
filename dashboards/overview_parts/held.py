"""A run that waits for a person, told on the overview."""

import streamlit as st

from dashboards import words
from dashboards.view import View


def show_held(view: View) -> None:
    """Say that these pages are older than the last run, and where to decide; nothing where no run is held."""
    held = view.held
    if held is None:
        return
    what = words.plural(len(held.findings), "measure goes", "measures go")
    st.warning(
        f"**The last run is held since {words.instant(held.held_at, view.timezone)}:** {what} beyond the limits. "
        "You see the snapshot before it.",
        icon=":material/pause_circle:",
    )
    st.page_link("screens/release.py", label="Look at the difference and decide", icon=":material/arrow_forward:")
