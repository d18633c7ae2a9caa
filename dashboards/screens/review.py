"""Review: the pairs of records that a person should look at first, and what was judged.

The address of a pair names its two records (`?pair=shop:…~erp:…`), which are pseudonyms.
"""

from collections.abc import Mapping

import streamlit as st

from dashboards import look, words
from dashboards.queries import review as ask
from dashboards.review_parts.answer import show_buttons
from dashboards.review_parts.compare import show_evidence, show_records
from dashboards.review_parts.judged import show_contradictions, show_judged
from dashboards.review_parts.stakes import show_customers, show_stakes
from dashboards.said import show_said
from dashboards.view import View, current_view, named_in_address
from identity.questions import Pair, Question, contradictions, open_questions, unresolved
from warehouse.state.judgements import judgements, verdicts_of

PAGE = "screens/review.py"
LISTED = 25
ASKED = {
    "near": "Two customers, just too little alike to be joined.",
    "rule": "Two customers: much alike, but names or dates clearly differ.",
    "guard": "Two customers: alike, but other records of the two contradict each other.",
    "bond": "One customer, but only by this one weak bond.",
    "large": "One customer of very many records; this is the weakest bond in it.",
}
SHORT = {
    "near": "just apart",
    "rule": "names or dates",
    "guard": "contradiction",
    "bond": "weak bond",
    "large": "many records",
}


def show(view: View) -> None:
    """Draw the questions, what was judged, and before both what contradicts itself."""
    standing = judgements(view.state)
    judged = verdicts_of(standing)
    waiting = [question for question in view.ask(open_questions) if question.pair not in judged]
    show_said("review")
    conflicts = unresolved(view.ask(contradictions), judged)
    if conflicts:
        show_contradictions(view, conflicts, standing)
    questions, answers = st.tabs([f"Questions · {words.number(len(waiting))}", f"Judged · {words.number(len(judged))}"])
    with questions:
        show_questions(view, waiting, judged)
    with answers:
        show_judged(view, standing)


def show_questions(view: View, waiting: list[Question], judged: Mapping[Pair, str]) -> None:
    """The list on the left, the chosen question, else the first, beside it."""
    named = _pair(named_in_address("pair"))
    pair = named or (waiting[0].pair if waiting else None)
    if pair is None:
        look.empty(
            "Nothing waits for a person: no pair is in doubt that has not been judged. The next run looks again."
        )
        return
    listed, chosen = st.columns([1, 2.7], gap="large")
    with listed:
        show_list(view, waiting, pair)
    with chosen:
        asked = next((question for question in waiting if question.pair == pair), None)
        show_pair(view, pair, asked, pair in judged)


def show_list(view: View, waiting: list[Question], chosen: Pair) -> None:
    """The first questions, those that would change most on top."""
    shown = waiting[:LISTED]
    names = view.ask(ask.records, tuple(sorted({record for question in shown for record in question.pair})))
    with st.container(key="review_list", gap=None):
        for question in shown:
            left, right = (names[record]["name"] for record in question.pair)
            title = look.plain(left if left == right else f"{left} · {right}")
            label = f"**{title}**" if question.pair == chosen else title
            link, kind = st.columns([1.5, 1], vertical_alignment="center")
            link.page_link(PAGE, label=label, query_params={"pair": "~".join(question.pair)}, help=ASKED[question.kind])
            kind.html(f'<span class="rb-count">{look.muted(SHORT[question.kind])}</span>')
    rest = len(waiting) - len(shown)
    st.caption(
        f"What would change most comes first; {words.number(rest)} more."
        if rest
        else "What would change most comes first."
    )


def show_pair(view: View, pair: Pair, asked: Question | None, is_judged: bool) -> None:
    """Two records, the evidence, the stakes and the answers."""
    found = view.ask(ask.records, pair)
    if len(found) < 2:
        look.empty("One of these records is no longer there. A judgement on it stays and counts when it comes back.")
        return
    left, right = (found[record] for record in pair)
    why = ASKED[asked.kind] if asked else ""
    look.heading("Are these two one person?", why)
    show_records(left, right)
    if is_judged:
        look.empty("This pair is judged already; see the tab Judged. A new answer takes the place of the old one.")
    show_buttons(view, pair)
    if asked:
        show_stakes(view, asked)
    show_evidence(view, pair)
    show_customers(view, (left["customer_id"], right["customer_id"]))


def _pair(text: str | None) -> Pair | None:
    ids = sorted((text or "").split("~"))
    return (ids[0], ids[1]) if len(ids) == 2 and ids[0] != ids[1] else None


show(current_view())
