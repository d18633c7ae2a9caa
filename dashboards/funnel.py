"""The funnel of a segment on a channel, drawn step by step with the reasons beside it."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from connectors.channels.audience import FunnelStep as FunnelRow
from dashboards import look, words
from dashboards.goods import depends_on_goods
from dashboards.view import View
from segments.definition import Segment
from segments.export_funnel import Funnel, funnel_rows
from segments.funnel import FunnelStep, Reason
from segments.refusal import refusal

_NAME_THE_GOODS = (
    "No advertised goods are chosen, so no existing customer is reached without a consent: choose them above."
)


def show_funnel(steps: Sequence[FunnelStep], reasons: Sequence[Reason]) -> None:
    """Draw how many are left after each step. The last step is the export itself, which is still to come."""
    look.heading("From the segment to the file", "Who falls out at which step, and why.")
    if not steps[0].customers:
        look.empty("Nobody is in this segment today.")
        return
    rows = funnel_rows(Funnel(tuple(steps), tuple(reasons)), "en")
    st.html("".join(_step(row, rows[0].customers, row is rows[-2]) for row in rows[:-1]))


def _step(row: FunnelRow, whole: int, is_final: bool) -> str:
    """HTML of one step: its words, a bar, what is left and why the rest is not."""
    gone = (
        f'<span class="rb-lost">−{words.number(row.removed)}</span> {escape(words.grouped(row.why))}'
        if row.removed
        else ""
    )
    return (
        f'<div class="rb-step{" rb-final" if is_final else ""}"><span>{escape(row.step)}</span>'
        f'<span class="rb-bar"><i class="rb-for" style="width:{row.customers / whole:.1%}"></i></span>'
        f'<span class="rb-right"><strong>{words.number(row.customers)}</strong></span>'
        f'<span class="rb-muted">{gone}</span></div>'
    )


def show_law(view: View, segment: Segment, channel: str, countries: tuple[str, ...], eligible: int) -> None:
    """What the law asks for where nobody may be contacted cold; as an error when nobody is left."""
    places = countries or (view.workspace.config.country,)
    said = [refusal(segment.purpose, words.GATE_CHANNELS[channel], place) for place in places]
    told = [text for text in said if text]
    if depends_on_goods(segment, channel) and not segment.advertises:
        told.append(_NAME_THE_GOODS)
    if not told:
        return
    if eligible:
        st.html("".join(f'<p class="rb-law">{escape(text)}</p>' for text in told))
    else:
        whole = " ".join(map(look.plain, told))
        st.error(f"**No such list can be made.** {whole}", icon=":material/block:")
