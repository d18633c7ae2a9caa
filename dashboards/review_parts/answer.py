"""Answering: three buttons and a reason, written to the state store under the name of who sits here."""

import getpass

import streamlit as st

from dashboards.said import say
from dashboards.view import View
from identity.questions import Pair
from warehouse.errors import RundblickError
from warehouse.settings import clock
from warehouse.state.judgements import Verdict, record_judgement, undo_judgement

VERDICTS: dict[Verdict, str] = {"same": "Same person", "different": "Different people", "unsure": "Not sure"}
_REASONS = (
    "I know this customer",
    "Asked the customer",
    "Asked the store",
    "Compared orders and letters",
    "One name, one address, one birth date",
    "Members of one family",
    "Namesakes",
    "A card or mailbox that several people use",
)


def show_buttons(view: View, pair: Pair) -> None:
    """Draw the reason and the three answers."""
    with st.container(border=True, key="answer"):
        reason = st.selectbox(
            "How do you know?",
            _REASONS,
            index=None,
            placeholder="Choose a reason, or write your own",
            accept_new_options=True,
            key=f"reason_{'_'.join(pair)}",
        )
        with st.container(horizontal=True):
            for verdict, label in VERDICTS.items():
                missing = verdict != "unsure" and not reason
                st.button(
                    label,
                    type="secondary" if verdict == "unsure" else "primary",
                    disabled=missing,
                    help="First say how you know." if missing else None,
                    on_click=judge,
                    args=(view, pair, verdict, reason or "cannot tell"),
                    key=f"answer_{verdict}",
                )
        st.caption(f"Kept with your name ({getpass.getuser()}) and the time. It beats the model and can be undone.")


def judge(view: View, pair: Pair, verdict: Verdict, reason: str) -> None:
    """Write the judgement; a contradiction is refused in the words of the state store."""
    try:
        record_judgement(view.state, pair, verdict, user=getpass.getuser(), at=clock(), reason=reason.strip())
    except RundblickError as error:
        say("review", False, str(error))
        return
    say("review", True, f"{VERDICTS[verdict]}: noted. It counts from the next run.")
    st.query_params.clear()


def undo(view: View, pair: Pair) -> None:
    """Take the judgement on the pair back."""
    try:
        again = undo_judgement(view.state, pair, user=getpass.getuser(), at=clock(), reason="taken back on the page")
    except RundblickError as error:
        say("review", False, str(error))
        return
    then = f"“{VERDICTS[again].lower()}”, judged before, counts again" if again else "the model decides again"
    say("review", True, f"Taken back. From the next run on {then}.")
