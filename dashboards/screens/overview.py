"""Overview: how many customers there are, who may be contacted, what waits, how it goes."""

import streamlit as st

from dashboards import look
from dashboards.overview_parts import business, people, silos
from dashboards.overview_parts.held import show_held
from dashboards.overview_parts.suppressed import show_suppressed
from dashboards.queries.overview import key_figures
from dashboards.queries.reach import reach
from dashboards.view import View, current_view

HALVES = (3, 2)


def show(view: View) -> None:
    """Draw the page: first what is quick to count, then what the gate has to be asked."""
    show_held(view)
    known, row = view.ask(key_figures), st.empty()
    with row:
        look.figures(people.figures(known, None))
    left, right = st.columns(HALVES, gap="large")
    with right:
        business.show_waiting(view)
    with left, st.spinner("Asking the gate about every customer …"):
        found = view.ask_gate(reach)
    with row:
        look.figures(people.figures(known, found))
    with left:
        people.show_reach(found)
    with right:
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
    show_suppressed(view)


show(current_view())
