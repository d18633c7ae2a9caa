"""Overview: how many customers there are, who may be contacted, what waits, how it goes."""

import streamlit as st

from dashboards import look
from dashboards.overview_parts import business, people, silos
from dashboards.queries.overview import key_figures
from dashboards.queries.reach import reach
from dashboards.view import View, current_view

HALVES = (3, 2)


def show(view: View) -> None:
    """Draw the page."""
    with st.spinner("Asking the gate about every customer …"):
        found = view.ask_gate(reach)
    look.figures(people.figures(view.ask(key_figures), found))
    left, right = st.columns(HALVES, gap="large")
    with left:
        people.show_reach(found)
    with right:
        business.show_waiting(view)
        business.show_saved(view)
    left, right = st.columns(HALVES, gap="large")
    with left:
        business.show_revenue(view)
    with right:
        business.show_lifecycle(view)
    left, right = st.columns(HALVES, gap="large")
    with left:
        silos.show_silos(view)
    with right:
        silos.show_overlap(view)
    silos.show_sources(view)


show(current_view())
