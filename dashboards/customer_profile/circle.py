"""Who belongs together with a customer: the household, the company and its people, the devices."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboards import look, words
from dashboards.queries import circle as ask
from dashboards.view import View

PAGE = "screens/customer_search.py"
_HOME = (3, 2, 2, 2, 4)
_WORK = (3, 2, 5)
_BELONGS = {
    "contact": "is its contact in {silo}",
    "name and address": "gave its name and address in {silo}",
    "mail domain": "uses its mail domain in {silo}",
}
_RECOGNISED = {
    "one customer only": "Nobody else ever logged in there: every visit counts.",
    "identified in the visit": "Others log in there, too: only the visits with this customer's login count.",
    "clicked a mail": "Came by the link of a mail sent to this customer: that visit counts.",
}


def show_circle(view: View, customer_id: int, golden: dict[str, Any]) -> None:
    """Draw household, company and devices; of a company its people."""
    if golden["kind"] == "company":
        show_people(view, customer_id)
        return
    show_household(view, customer_id)
    show_companies(view, customer_id)
    show_devices(view, customer_id)


def show_household(view: View, customer_id: int) -> None:
    """Who lives together, or why nobody is known to."""
    home = view.ask(ask.household, customer_id)
    if home is None:
        look.heading("Household")
        look.empty(without_home(view.ask(ask.no_household, customer_id)))
        return
    members = view.ask(ask.household_members, home["household_id"]).to_dicts()
    street = " ".join(filter(None, [home["street"], home["house_no"], home["address_extra"]]))
    city = " ".join(filter(None, [home["postal_code"], home["city"]]))
    place = ", ".join(filter(None, [street, city, home["country"]]))
    alone = len(members) == 1
    note = "Nobody else is known there." if alone else "A letter goes once to all of them."
    look.heading(
        " · ".join(filter(None, [f"Household {words.household_code(home['household_id'])}", home["name"]])),
        f"{words.plural(len(members), 'person', 'people')} at {place}. {note}",
    )
    if not alone:
        _list(view, members, customer_id)


def without_home(found: dict[str, Any] | None) -> str:
    """Why the customer is in no household, in words."""
    if found is None:
        return "No household: no silo knows a whole address."
    evidence = f" ({found['evidence']})" if found["evidence"] else ""
    return f"No household: {found['reason']}{evidence}."


def _list(view: View, members: Sequence[dict[str, Any]], customer_id: int) -> None:
    with st.container(key="household", gap=None):
        _titles(_HOME, ("Who", "Born", "Net spend", "Last purchase", "What says so"))
        for member in members:
            who, born, spend, last, reason = st.columns(_HOME, vertical_alignment="center")
            _link(who, member["customer_id"], member["full_name"], member["customer_id"] == customer_id)
            born.html(look.line(words.day(member["birth_date"])))
            spend.html(look.line(words.money(member["net_spend"], view.currency, 0)))
            last.html(look.line(words.day(member["last_purchase_at"])))
            reason.html(look.line(words.phrase(member["reason"])))


def show_companies(view: View, customer_id: int) -> None:
    """The companies that a person belongs to, if any."""
    found = view.ask(ask.companies, customer_id).to_dicts()
    if found:
        look.heading("Company", "Companies are customers of their own, never merged with a person.")
        _belongs(found, "Company", "company")


def show_people(view: View, customer_id: int) -> None:
    """The people of a company."""
    found = view.ask(ask.people, customer_id).to_dicts()
    look.heading(words.plural(len(found), "person", "people") + " of this company")
    if not found:
        look.empty("Nobody is known to belong to it: no silo names a contact, and nobody wrote from its mail domain.")
        return
    _belongs(found, "Who", "people")


def _belongs(found: Sequence[dict[str, Any]], title: str, key: str) -> None:
    with st.container(key=key, gap=None):
        _titles(_WORK, (title, "Place", "What says so"))
        for row in found:
            who, place, why = st.columns(_WORK, vertical_alignment="center")
            _link(who, row["customer_id"], row["name"])
            place.html(look.line(row["city"] or words.NOTHING))
            why.html(look.line(words.phrase(_BELONGS[row["evidence"]].format(silo=words.silo(row["source"])))))


def show_devices(view: View, customer_id: int) -> None:
    """The browsers on which the customer was recognised."""
    found = view.ask(ask.devices, customer_id).to_dicts()
    look.heading(
        words.plural(len(found), "device"),
        "Browsers on which this customer was recognised, with consent to it. Refusing profiling ends that.",
    )
    if not found:
        look.empty("No visit to the web shop could be joined: no login, or no consent to be recognised.")
        return
    rows = [
        [
            look.muted(row["visitor_id"].split(":")[1][:8]),
            words.instant(row["first_at"], view.timezone),
            words.instant(row["last_at"], view.timezone),
            words.number(row["events"]),
            f"{_RECOGNISED[row['evidence']]} {look.badges(ended(row, view))}",
        ]
        for row in found
    ]
    look.table(["Device", "First seen", "Last seen", "Events", "Recognised how"], rows, numeric=(3,))


def ended(row: dict[str, Any], view: View) -> list[look.Badge]:
    """That later visits are not joined any more."""
    if row["ended_at"] is None:
        return []
    return [look.Badge(f"Not joined since {words.instant(row['ended_at'], view.timezone)}", "warn")]


def _titles(widths: Sequence[int], titles: Sequence[str]) -> None:
    for cell, title in zip(st.columns(widths), titles, strict=True):
        cell.html(look.muted(title))


def _link(cell: Any, customer_id: int, name: str | None, is_self: bool = False) -> None:
    """The name, leading to the customer's page unless it is this one."""
    code = words.customer_code(customer_id)
    if is_self:
        cell.html(f"<strong>{look.line(name or code, 'this customer')}</strong>")
    else:
        cell.page_link(PAGE, label=look.plain(name or code), query_params={"customer": code})
