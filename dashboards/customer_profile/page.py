"""One customer on a page: the head, what may be done, and a tab for each further question."""

from typing import Any

import streamlit as st

from dashboards.customer_profile.circle import show_circle
from dashboards.customer_profile.consents import show_consents
from dashboards.customer_profile.head import show_head
from dashboards.customer_profile.identities import show_identities
from dashboards.customer_profile.orders import show_orders
from dashboards.customer_profile.reasons import show_reasons
from dashboards.customer_profile.timeline import show_timeline
from dashboards.view import View


def show_profile(view: View, customer_id: int, golden: dict[str, Any]) -> None:
    """Draw the customer's page."""
    show_head(view, customer_id, golden)
    circle_title = "Its people" if golden["kind"] == "company" else "Household and devices"
    timeline, identities, circle, orders, consents, reasons = st.tabs(
        ["Timeline", "Identities", circle_title, "Orders and returns", "Consents", "Why one customer"]
    )
    with timeline:
        show_timeline(view, customer_id)
    with identities:
        show_identities(view, customer_id, golden)
    with circle:
        show_circle(view, customer_id, golden)
    with orders:
        show_orders(view, customer_id, golden)
    with consents:
        show_consents(view, customer_id)
    with reasons:
        show_reasons(view, customer_id)
