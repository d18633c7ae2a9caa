"""Two records of a profile in full: what each comparison counted, as a waterfall."""

import polars as pl
import streamlit as st

from dashboards import charts, look, words
from dashboards.queries.reasons import Named
from dashboards.view import View
from identity.stored import UNKNOWN, Evidence
from identity.why import CustomerReasons, why_pair

REVIEW = "screens/review.py"
BEFORE = "Before comparing: any two records"
TOGETHER = "All together"


def show_pair(view: View, why: CustomerReasons, named: dict[str, Named]) -> None:
    """Let two records be chosen, and draw why they are one customer or not."""
    own = [record.record_id for record in why.records if record.record_id in named]
    others = list(dict.fromkeys(r for k in why.kept_apart for r in (k.record_id_l, k.record_id_r) if r not in own))
    if len(own) + len(others) < 2 or not own:
        return
    look.heading("Any two records in full", "What spoke for these two and against it, when the run decided.")
    left, right = chosen(why, own, [*own, *(r for r in others if r in named)], named)
    answer = view.ask(why_pair, left, right, view.workspace.root)
    st.markdown(f"**{look.plain(words.decimals(answer.answer))}**")
    pair = "~".join(sorted((left, right)))
    st.page_link(REVIEW, label="Judge these two", icon=":material/gavel:", query_params={"pair": pair}, width="content")
    if answer.evidence.match_weight is None:
        return
    if not answer.is_stored:
        st.caption("Compared now, for illustration: the run stored nothing about these two.")
    st.altair_chart(charts.waterfall(weights(answer.evidence), needed=answer.evidence.needed_weight), theme=None)
    if unknown := [f.comparison for f in answer.evidence.findings if f.words == UNKNOWN]:
        st.caption(f"Not known of both: {', '.join(words.phrase(name).lower() for name in unknown)}.")


def chosen(why: CustomerReasons, left: list[str], right: list[str], named: dict[str, Named]) -> tuple[str, str]:
    """The two records that are chosen; at first the weakest link that joined any, or who came closest."""
    link = why.merges[-1].link if why.merges else why.kept_apart[0]
    ends = (link.record_id_l, link.record_id_r)
    first = next(end for end in ends if end in left)
    second = next((end for end in ends if end != first and end in right), right[-1])

    def label(record_id: str) -> str:
        record = named[record_id]
        of = "" if record.customer_id == why.customer_id else f" · {words.customer_code(record.customer_id)}"
        return f"{record.name} · {words.silo(record.source)}{of} · {record_id[-4:]}"

    one, other = st.columns(2)
    picked = one.selectbox("Record", left, left.index(first), format_func=label, key=f"left_{why.customer_id}")
    rest = [record_id for record_id in right if record_id != picked]
    place = rest.index(second) if second in rest else 0
    return picked, other.selectbox("and record", rest, place, format_func=label, key=f"right_{why.customer_id}")


def weights(evidence: Evidence) -> pl.DataFrame:
    """The steps of the waterfall: label, start, end and kind, with the points in words."""
    steps = [(BEFORE, evidence.prior_weight)]
    steps += [(words.phrase(f.words), f.match_weight) for f in evidence.findings if f.words != UNKNOWN]
    rows, total = [], 0.0
    for label, weight in steps:
        kind = "start" if label == BEFORE else "against" if weight < 0 else "for"
        rows.append((label, total, total + weight, kind, words.signed(weight)))
        total += weight
    rows.append((TOGETHER, 0.0, total, "sum", words.signed(total)))
    return pl.DataFrame(rows, schema=["label", "start", "end", "kind", "points"], orient="row")
