"""The goods that a campaign advertises, chosen where an existing customer's legal basis depends on them."""

import streamlit as st

from dashboards import words
from dashboards.queries import segment as ask
from dashboards.view import View
from segments.definition import Segment
from segments.legal_basis import asks_for_goods

_HELP = "Existing customers may be mailed about goods like those they bought: name what this mailing shows."


def choose_goods(view: View, segment: Segment, channel: str) -> Segment:
    """The segment with the goods chosen for its campaign; as it is on channels where they change nothing."""
    if not depends_on_goods(segment, channel):
        return segment
    sold = view.ask(ask.goods)
    named = segment.advertises
    chosen = st.multiselect(
        "Advertised goods",
        [*sold, *(category for category in named if category not in sold)],
        default=named,
        placeholder="None",
        key=f"goods_{segment.name}",
    )
    st.caption(_HELP)
    return segment.advertising(chosen)


def depends_on_goods(segment: Segment, channel: str) -> bool:
    """Whether who may be contacted depends on the goods that the campaign shows."""
    return asks_for_goods(segment.purpose, words.GATE_CHANNELS[channel])
