"""Why records are one customer: how it was built up, and who was kept apart, as the run decided it."""

from html import escape

import streamlit as st

from dashboards import look, words
from dashboards.customer_profile.id_history import show_history, show_judgements
from dashboards.customer_profile.pair import show_pair
from dashboards.queries.reasons import Named, named_customers, named_records
from dashboards.view import View
from identity.merges import MergeStep
from identity.stored import UNKNOWN, Evidence, Link, NearLink
from identity.why import CustomerReasons, why_customer

PAGE = "screens/customer_search.py"
APART_COLUMNS = (2.2, 3, 3.4, 1)
SHOWN = 6
BY = {
    "weight": "Too little speaks for it",
    "rule": "Ruled out",
    "guard": "The whole would contradict itself",
    "person": "A person decided",
}
_ORIGINS = {"judgement": "A person decided", "company": "Rule for companies"}
_NEARLY_SURE = 0.9999


def show_reasons(view: View, customer_id: int) -> None:
    """Draw the merges, one pair in full, who was kept apart, judgements, and the id's history."""
    why = view.ask(why_customer, customer_id)
    ends = {end for near in why.kept_apart for end in (near.record_id_l, near.record_id_r)}
    named = view.ask(named_records, tuple(sorted(ends | {record.record_id for record in why.records})))
    show_merges(why, named)
    show_pair(view, why, named)
    show_kept_apart(view, why, named)
    show_judgements(view, why, named)
    show_history(view, why)
    st.caption(f"The same on the command line: `rundblick why {words.customer_code(customer_id)}`")


def show_merges(why: CustomerReasons, named: dict[str, Named]) -> None:
    """The customer built up from its surest pair, a step a row."""
    if not why.merges:
        look.heading("Why these records are one person")
        look.empty("There is one record only, so nothing was merged.")
        return
    look.heading(
        "Why these records are one person",
        f"{words.plural(len(why.records), 'record')} joined in {words.plural(len(why.merges), 'step')}, the surest "
        "first. Points say how strongly something speaks for it or against it; one more doubles the odds.",
    )
    look.table(
        ["Step", "These two", "What spoke for it and against it", "How sure", "Together"],
        [merge_row(number, step, named) for number, step in enumerate(why.merges, start=1)],
        numeric=(3, 4),
    )


def merge_row(number: int, step: MergeStep, named: dict[str, Named]) -> list[str]:
    """One merge as cells."""
    link = step.link
    ends = f"{end(named, link.record_id_l, step.records_l)}<br>{end(named, link.record_id_r, step.records_r)}"
    return [str(number), ends, escape(spoke(link)), escape(certainty(link)), words.plural(step.size, "record")]


def end(named: dict[str, Named], record_id: str, group: tuple[str, ...] = ()) -> str:
    """HTML of one of two records, with how many others were joined to it before."""
    record = named.get(record_id)
    silo, name = (words.silo(record.source), record.name) if record else ("", "a record that is gone")
    others = f", with {words.plural(len(group) - 1, 'other')}" if len(group) > 1 else ""
    return f'<span title="{escape(record_id)}">{escape(name)} {look.muted(f"{silo}{others}")}</span>'


def spoke(link: Link) -> str:
    """What spoke for a link in words; a person's or a rule's reason."""
    return points(link.evidence) if link.origin == "model" else words.phrase(link.reason)


def points(evidence: Evidence) -> str:
    """Findings with their points: `same e-mail address +15,8 · different given names −2,1`."""
    known = [f for f in evidence.findings if f.words != UNKNOWN]
    return " · ".join(f"{f.words} {words.signed(f.match_weight)}" for f in known)


def certainty(link: Link) -> str:
    """How sure a link is."""
    probability = link.evidence.match_probability
    if link.origin != "model" or probability is None:
        return _ORIGINS.get(link.origin, words.phrase(link.origin))
    if probability > _NEARLY_SURE:
        return f"over {words.percent(_NEARLY_SURE, 2)}"
    return words.percent(probability, 2)


def show_kept_apart(view: View, why: CustomerReasons, named: dict[str, Named]) -> None:
    """The other customers that came close, each with its closest pair and why it was not joined."""
    closest: dict[int, NearLink] = {}
    for near in why.kept_apart:
        closest.setdefault(other_of(near, why.customer_id), near)
    if not closest:
        return
    look.heading(
        "Who was kept apart, and why",
        "Customers of whom something spoke for being the same person: the pair that came closest.",
    )
    names = view.ask(named_customers, tuple(sorted(closest)))
    shown = list(closest.items())
    with st.container(key="apart", gap=None):
        apart_rows(shown[:SHOWN], names, named)
    if shown[SHOWN:]:
        with st.expander(words.plural(len(shown) - SHOWN, "customer") + " that came less close"):
            apart_rows(shown[SHOWN:], names, named)


def other_of(near: NearLink, customer_id: int) -> int:
    """The other customer of a pair."""
    return near.customer_id_r if near.customer_id_l == customer_id else near.customer_id_l


def apart_rows(shown: list[tuple[int, NearLink]], names: dict[int, str], named: dict[str, Named]) -> None:
    """One line a customer, leading to its page."""
    for cell, title in zip(st.columns(APART_COLUMNS), ("Customer", "Closest pair", "Why not", "Points"), strict=True):
        cell.html(look.muted(title))
    for customer_id, near in shown:
        who, pair, reason, weight = st.columns(APART_COLUMNS, vertical_alignment="center")
        code = words.customer_code(customer_id)
        who.page_link(PAGE, label=look.plain(names.get(customer_id, code)), query_params={"customer": code})
        pair.html(f'<span class="rb-line">{end(named, near.record_id_l)}<br>{end(named, near.record_id_r)}</span>')
        against = "" if near.kept_apart_by == "weight" else words.phrase(near.reason)
        reason.html(look.line(BY[near.kept_apart_by], against))
        points_now = near.evidence.match_weight
        weight.html(look.line(words.NOTHING if points_now is None else words.signed(points_now)))
