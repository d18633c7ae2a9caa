"""Customers: find one by anything that a silo knows, and see the one customer behind the records.

The address of a profile names the customer's pseudonym (`?customer=C000123`) and never anything personal.
"""

import polars as pl
import streamlit as st

from dashboards import look, words
from dashboards.customer_profile.page import show_profile
from dashboards.queries import customer as ask
from dashboards.queries.search import AT_MOST, find, most_records, results, search_index
from dashboards.view import View, current_view, kept_index, named_in_address
from identity.lookup import current_ids

PAGE = "screens/customer_search.py"
COLUMNS = (3.2, 2.6, 2.6, 3, 1.6, 1.6)


def show(view: View) -> None:
    """Draw the profile that the address names, else the search."""
    code = named_in_address("customer")
    if not code:
        show_search(view)
        return
    with st.container(key="back"):
        st.page_link(PAGE, label="All customers", icon=":material/arrow_back:")
    customer_id = words.customer_number(code)
    golden = None if customer_id is None else view.ask(ask.golden_record, customer_id)
    if customer_id is None or golden is None:
        show_missing(view, code, customer_id)
        return
    show_profile(view, customer_id, golden)


def show_search(view: View) -> None:
    """The search field and what it finds."""
    text = st.text_input(
        "Search customers",
        key="customer_search",
        type="search",
        placeholder="Name, e-mail, phone, card or customer number, city …",
        help="Several words narrow the search. Müller, Mueller and Muller are the same.",
        icon=":material/search:",
        live=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    if not text or not text.strip():
        look.heading("Known best", "The customers with the most records, to look around. Or search above.")
        show_results(view, view.ask(most_records))
        return
    matching, ids = view.ask(find, kept_index(view, search_index), text)
    if not ids:
        look.empty("Nobody found. Try fewer words or only the beginning of a name; numbers without blanks.")
        return
    more = f", the best {AT_MOST} shown: add a word to narrow it down" if matching > AT_MOST else ""
    look.heading(f"{words.plural(matching, 'customer')} found", f"{old_number(text, ids)}Best match first{more}.")
    show_results(view, view.ask(results, ids))


def old_number(text: str, found: list[int]) -> str:
    """Say so where what was typed is a number that nobody found bears any more."""
    typed = words.customer_number(text)
    is_old = text.strip().upper().startswith("C") and typed is not None and typed not in found
    return f"{words.customer_code(typed)} is an old number; its records are here. " if typed and is_old else ""


def show_results(view: View, found: pl.DataFrame) -> None:
    """One line a customer."""
    if found.is_empty():
        look.empty("No customers yet.", "rundblick run")
        return
    with st.container(key="results", gap=None):
        header = ("Customer", "Also written", "Place", "Known in", "Last purchase", "Net spend")
        for cell, title in zip(st.columns(COLUMNS), header, strict=True):
            cell.html(look.muted(title))
        for row in found.iter_rows(named=True):
            show_result(view, row)


def show_result(view: View, row: dict) -> None:
    """A link to the profile, and what tells people of one name apart."""
    name, also, place, silos, bought, spend = st.columns(COLUMNS, vertical_alignment="center")
    code = words.customer_code(row["customer_id"])
    label = look.plain(row["name"] or code)
    name.page_link(PAGE, label=f"**{label}**", query_params={"customer": code})
    also.html(look.muted(row["also"] or ""))
    where = " ".join(filter(None, [row["country"], row["postal_code"], row["city"]]))
    place.html(look.line(where or words.NOTHING))
    silos.html(look.line(known_in(row), words.silos(row["sources"])))
    bought.html(look.line(words.day(row["last_purchase_at"])))
    spend.html(look.line(words.money(row["net_spend"], view.currency, 0)))


def known_in(row: dict) -> str:
    """`3 silos, 4 records`."""
    silos = words.plural(len((row["sources"] or "").split(",")), "silo")
    return f"{silos}, {words.plural(row['record_count'], 'record')}"


def show_missing(view: View, code: str, customer_id: int | None) -> None:
    """What became of an id that is none now."""
    today = [] if customer_id is None else [found.customer_id for found in view.ask(current_ids, customer_id)]
    if not today:
        look.empty(f"{code[:12]} is no customer of this snapshot. Look for the name, or check the number.")
        return
    heirs = " and ".join(words.customer_code(heir) for heir in today)
    look.empty(f"{code[:12]} is an old number: its records belong to {heirs} now.")
    for heir in map(words.customer_code, today):
        st.page_link(PAGE, label=f"Open {heir}", query_params={"customer": heir})


show(current_view())
