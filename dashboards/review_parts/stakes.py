"""What an answer would change, in words."""

import streamlit as st

from dashboards import look, words
from dashboards.queries import review as ask
from dashboards.queries.review import Side
from dashboards.view import View
from identity.questions import Question
from segments.pack import read_segments

CUSTOMERS = "screens/customer_search.py"


def show_stakes(view: View, question: Question) -> None:
    """Draw what “same” and “different” would each do, and what hangs on it."""
    is_one = question.customer_id_l == question.customer_id_r
    look.heading("What the answer would change")
    st.markdown("\n".join(f"- {line}" for line in (_if_one(view, question) if is_one else _if_two(view, question))))


def show_customers(view: View, customer_ids: tuple[int, ...]) -> None:
    """Links to the customers behind the pair."""
    with st.container(horizontal=True, key="review_customers"):
        for customer_id in dict.fromkeys(customer_ids):
            code = words.customer_code(customer_id)
            st.page_link(
                CUSTOMERS,
                label=f"Open {code}",
                icon=":material/person:",
                query_params={"customer": code},
                width="content",
            )


def _if_two(view: View, q: Question) -> list[str]:
    sides = [view.ask(ask.side, q.customer_id_l), view.ask(ask.side, q.customer_id_r)]
    kept, gone = sorted(sides, key=lambda side: (-side.records, side.customer_id))
    records = words.plural(kept.records + gone.records, "record")
    return [
        f"**Same person:** {_code(gone)} becomes part of {_code(kept)}, {records} together.",
        f"**Different people:** {_code(kept)} and {_code(gone)} stay apart in every run, also across other records.",
        *_contact_lines(q, "afterwards all are read together", "would then bind the other too"),
        *_segment_lines(view, sides),
    ]


def _if_one(view: View, q: Question) -> list[str]:
    side = view.ask(ask.side, q.customer_id_l)
    kept, gone = max(q.records_l, q.records_r), min(q.records_l, q.records_r)
    return [
        f"**Same person:** {_code(side)} stays as it is, however weak this bond.",
        f"**Different people:** {_code(side)} is split: {words.plural(kept, 'record')} and the number stay, "
        f"{words.plural(gone, 'record')} become a customer with a number of their own.",
        *_contact_lines(q, "today all are read together", "binds the other too"),
        *_segment_lines(view, [side]),
    ]


def _contact_lines(q: Question, what: str, refusal: str) -> list[str]:
    lines = []
    if q.statements:
        said = words.plural(q.statements, "statement")
        holds = "holds" if q.statements == 1 else "hold"
        lines.append(f"{said} about contacting {holds} for one side only; {what}.")
    if q.is_refused_by_one:
        lines.append(f":red-background[One of the two objected to marketing or is restricted: it {refusal}.]")
    return lines


def _segment_lines(view: View, sides: list[Side]) -> list[str]:
    known = read_segments(view.workspace.root)
    lines = []
    for side in sides:
        names = [known[name].heading if name in known else words.phrase(name) for name in side.segments]
        if names:
            lines.append(f"{_code(side)} is in {words.plural(len(names), 'segment')}: {look.plain(', '.join(names))}.")
    twice = set(sides[0].segments) & set(sides[-1].segments) if len(sides) > 1 else set()
    if twice:
        lines.append(f"In {words.number(len(twice))} of these they count twice today.")
    return lines


def _code(side: Side) -> str:
    return words.customer_code(side.customer_id)
