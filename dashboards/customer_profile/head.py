"""The head of a profile: who this is, what they are worth, what may be done and what waits."""

from html import escape
from typing import Any

import streamlit as st

from dashboards import look, words
from dashboards.look import Badge, Figure
from dashboards.queries import customer as ask
from dashboards.queries.reach import PURPOSE, Answer, answers
from dashboards.view import View
from segments.pack import read_segments

_STAGE_TONES = {
    "new": "good",
    "active": "good",
    "regular": "good",
    "lapsing": "warn",
    "lapsed": "warn",
    "objected": "bad",
}
_WAITING = {"enquiry": "Enquiry unanswered", "quotation": "Quotation open", "cart": "Cart left behind"}


def show_head(view: View, customer_id: int, golden: dict[str, Any]) -> None:
    """Draw the golden record with its badges and figures."""
    name = golden["full_name"] or golden["company_name"] or words.customer_code(customer_id)
    facts = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in facts_of(golden))
    st.html(
        f'<section class="rb-person"><div class="rb-name"><h2>{escape(name)}</h2>'
        f'<span class="rb-code">{words.customer_code(customer_id)}</span>'
        f"{look.badges(badges_of(golden))}</div>"
        f"<dl>{facts}</dl></section>"
    )
    look.figures(figures_of(view, golden))
    show_answers(view.ask_gate(answers, customer_id, PURPOSE))
    show_waiting(view, customer_id)
    show_segments(view, customer_id)


def facts_of(golden: dict[str, Any]) -> list[tuple[str, str]]:
    """The golden record in words, without what is not known."""
    street = " ".join(filter(None, [golden["street"], golden["house_no"], golden["address_extra"]]))
    city = " ".join(filter(None, [golden["postal_code"], golden["city"]]))
    found = [
        ("Company", golden["company_name"] if golden["company_name"] != golden["full_name"] else None),
        ("E-mail", golden["email"]),
        ("Phone", golden["phone"]),
        (
            "Address" if street or city else "Country",
            ", ".join(filter(None, [street, city, golden["country"]])),
        ),
        ("Born", golden["birth_date"] and words.day(golden["birth_date"])),
        ("Loyalty card", golden["card_no"]),
        ("Known since", golden["first_seen_at"] and words.day(golden["first_seen_at"])),
        ("Known in", f"{words.silos(golden['sources'])}, {words.plural(golden['record_count'], 'record')}"),
    ]
    return [(label, value) for label, value in found if value]


def badges_of(golden: dict[str, Any]) -> list[Badge]:
    """What to know before anything else."""
    stage = golden["lifecycle_stage"]
    flags = [
        (golden["kind"] == "company", Badge("Company")),
        (golden["is_test"], Badge("Test account", "warn")),
        (golden["is_deceased"], Badge("Reported as deceased", "bad")),
        (golden["is_minor"], Badge("Under 18", "bad")),
        (golden["fully_returned"], Badge("Sends everything back", "warn")),
        (golden["has_account"], Badge("Online account")),
        (golden["has_card"], Badge("Loyalty card")),
        (golden["source_count"] > 2, Badge(f"Known in {golden['source_count']} silos")),
    ]
    first = [Badge(words.STAGES[stage], _STAGE_TONES.get(stage, "neutral"))] if stage else []
    return first + [badge for is_set, badge in flags if is_set]


def figures_of(view: View, golden: dict[str, Any]) -> list[Figure]:
    """What the customer is worth. Who objected to marketing is not scored."""
    scores = [golden["recency_score"], golden["frequency_score"], golden["monetary_score"]]
    scored = None not in scores
    last = golden["last_purchase_at"]
    kept = words.money(golden["net_spend_365d"], view.currency)
    in_store, online = golden["store_purchase_count"], golden["online_purchase_count"]
    return [
        Figure("Net spend", words.money(golden["net_spend"], view.currency), f"last 365 days {kept}"),
        Figure(
            "Purchases",
            words.number(golden["purchase_count"]),
            f"{words.number(in_store)} in store, {words.number(online)} online",
        ),
        Figure(
            "Last purchase",
            words.day(last),
            f"{words.plural(golden['days_since_last_purchase'], 'day')} ago" if last else "never bought",
        ),
        Figure("Average basket", words.money(golden["average_net_basket"], view.currency), "without VAT"),
        Figure(
            "Sent back",
            words.percent(golden["return_share"]),
            f"by worth; {words.plural(golden['return_count'], 'purchase')} with returns",
        ),
        Figure(
            "R · F · M",
            " · ".join(map(str, scores)) if scored else words.NOTHING,
            "recency, frequency, money; 5 is best" if scored else "not scored",
        ),
    ]


def show_answers(found: list[Answer]) -> None:
    """May we contact this customer for marketing, channel by channel?"""
    look.heading("May we contact this customer for marketing?")
    st.html(f'<section class="rb-answers">{"".join(map(answer_card, found))}</section>')


def answer_card(answer: Answer) -> str:
    """HTML of one channel's answer."""
    verdict = look.badges([Badge("Yes", "good") if answer.is_allowed else Badge("No", "bad")])
    channel = escape(words.CHANNELS[answer.channel])
    hours = f" Calls: {answer.calling_hours}." if answer.calling_hours else ""
    contact = f'<p class="rb-contact">{escape(answer.value)}</p>' if answer.value else ""
    return (
        f'<div class="rb-answer"><div><strong>{channel}</strong>{verdict}</div>'
        f'{contact}<p class="rb-note">{escape(words.european_dates(answer.reason) + hours)}</p></div>'
    )


def show_waiting(view: View, customer_id: int) -> None:
    """What nobody has answered or followed up."""
    found = view.ask(ask.waiting, customer_id)
    if not found:
        return
    items = []
    for item in found:
        about = f": {words.phrase(item.about)}" if item.about else ""
        worth = f", {words.money(item.amount, view.currency)}" if item.amount is not None else ""
        items.append(f"{_WAITING[item.kind]}{about}{worth}, since {words.day(item.since)}")
    st.html(f'<p class="rb-law"><strong>Waits:</strong> {escape(" · ".join(items))}</p>')


def show_segments(view: View, customer_id: int) -> None:
    """The segments that the customer is in, each a link."""
    names = view.ask(ask.memberships, customer_id)
    if not names:
        return
    known = read_segments(view.workspace.root)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="segments"):
        st.html(look.muted("In segments"), width="content")
        for name in names:
            label = known[name].heading if name in known else words.phrase(name)
            st.page_link(
                "screens/audience.py",
                label=look.plain(label),
                query_params={"segment": name},
                width="content",
            )
