"""Orders and returns of a customer."""

from html import escape
from typing import Any

import streamlit as st

from dashboards import charts, look, words
from dashboards.queries import customer as ask
from dashboards.view import View

_CHANNELS = {"online": "Online", "store": "Store", "phone": "Phone", "office": "Office"}


def show_orders(view: View, customer_id: int, golden: dict[str, Any]) -> None:
    """Draw purchases over time and one by one."""
    found = view.ask(ask.purchases, customer_id)
    if found.is_empty():
        look.empty("No purchase is known: the customer asked, signed up or took part, but has not bought by name.")
        return
    worth = words.money(golden["net_spend"], view.currency)
    look.heading(
        f"{words.plural(golden['purchase_count'], 'purchase')}, {worth}",
        f"What was bought and sent back, in {view.currency} without VAT.",
    )
    st.altair_chart(charts.purchases(view.ask(ask.money_moves, customer_id), currency=view.currency), theme=None)
    look.table(
        ["Day", "Number", "Bought in", "Articles", "Status", "Net of returns", "Sent back", "Paid incl. VAT"],
        [line(view, purchase) for purchase in found.iter_rows(named=True)],
        numeric=(5, 6, 7),
    )


def line(view: View, purchase: dict[str, Any]) -> list[str]:
    """One purchase as cells."""
    gift = look.badges([look.Badge("Gift")]) if purchase["is_gift"] else ""
    where = f"{_CHANNELS.get(purchase['sales_channel'], '')} · {words.silo(purchase['source'])}".strip(" ·")
    returned = purchase["returned_net_amount"]
    return [
        words.day(purchase["purchased_on"]),
        f"{escape(purchase['order_no'] or words.NOTHING)} {gift}",
        escape(where),
        escape(purchase["articles"] or words.NOTHING),
        escape(words.phrase(purchase["status"])),
        words.money(purchase["net_amount"], view.currency),
        words.money(returned, view.currency) if returned else words.NOTHING,
        words.money(purchase["gross_amount"], view.currency),
    ]
