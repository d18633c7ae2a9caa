"""What was judged, with undo, and what of it contradicts itself."""

from typing import Any

import pyarrow as pa
import streamlit as st

from dashboards import look, words
from dashboards.look import Badge
from dashboards.queries import review as ask
from dashboards.review_parts.answer import VERDICTS, undo
from dashboards.view import View
from identity.questions import Pair, SetAside

SHOWN = 50
_TONES = {"same": "good", "different": "bad", "unsure": "neutral"}
_COLUMNS = (2.8, 2.8, 2.1, 2.6, 2.1, 1.5)


def show_judged(view: View, standing: pa.Table) -> None:
    """Draw the judgements that count, latest first."""
    rows = standing.sort_by([("judged_at", "descending"), ("record_id_l", "ascending")]).to_pylist()
    if not rows:
        look.empty("Nothing was judged yet. Answer a question, or on the command line:", "rundblick judge --help")
        return
    shown = rows[:SHOWN]
    more = f" The latest {SHOWN} are shown." if len(rows) > SHOWN else ""
    look.heading(
        words.plural(len(rows), "judgement"),
        f"They beat the model in every run. What is taken back counts no more from the next run on.{more}",
    )
    names = _names(view, [(row["record_id_l"], row["record_id_r"]) for row in shown])
    with st.container(key="results", gap=None):
        for cell, title in zip(
            st.columns(_COLUMNS), ("One record", "The other", "Judged", "Why", "Who, when", ""), strict=True
        ):
            cell.html(look.muted(title))
        for row in shown:
            _show_row(view, row, names, "judged")


def show_contradictions(view: View, conflicts: list[SetAside], standing: pa.Table) -> None:
    """Draw each group of judgements that cannot all be true."""
    look.heading(
        "Judgements that contradict each other",
        "They cannot all be true, so none of them counts and the model decides. Take back the one that is mistaken.",
    )
    said = {(row["record_id_l"], row["record_id_r"]): row for row in standing.to_pylist()}
    names = _names(view, [(row.record_id_l, row.record_id_r) for row in conflicts])
    for conflict_id in dict.fromkeys(row.conflict_id for row in conflicts):
        with st.container(border=True):
            for row in (row for row in conflicts if row.conflict_id == conflict_id):
                _show_row(view, said[row.record_id_l, row.record_id_r], names, "conflict")


def _show_row(view: View, row: dict[str, Any], names: dict[str, str], where: str) -> None:
    left, right, verdict, why, who, button = st.columns(_COLUMNS, vertical_alignment="center")
    left.html(names[row["record_id_l"]])
    right.html(names[row["record_id_r"]])
    verdict.html(_badge(row["verdict"]))
    why.html(look.line(row["reason"] or words.NOTHING))
    who.html(look.line(row["judged_by"], words.instant(row["judged_at"], view.timezone)))
    with button:
        _undo_button(view, (row["record_id_l"], row["record_id_r"]), where)


def _undo_button(view: View, pair: Pair, where: str) -> None:
    key = f"undo_{where}_{'_'.join(pair)}"
    st.button("Undo", icon=":material/undo:", on_click=undo, args=(view, pair), key=key, type="tertiary")


def _badge(verdict: str) -> str:
    return look.badges([Badge(VERDICTS[verdict], _TONES[verdict])])  # type: ignore[index]


def _names(view: View, pairs: list[Pair]) -> dict[str, str]:
    """HTML of each record's name with its silo and customer; of one that is gone its id."""
    ids = tuple(sorted({record_id for pair in pairs for record_id in pair}))
    found = view.ask(ask.records, ids)
    lines = {
        record_id: look.line(row["name"], f"{words.silo(row['source'])}, {words.customer_code(row['customer_id'])}")
        for record_id, row in found.items()
    }
    return {i: lines.get(i, look.line(i, "not there now; counts when it comes back")) for i in ids}
