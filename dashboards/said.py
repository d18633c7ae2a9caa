"""What became of the last click, told once on the next draw of the page."""

import streamlit as st

from dashboards import look


def say(page: str, is_done: bool, text: str) -> None:
    """Keep what became of a click on `page`: done, or refused in these words."""
    st.session_state[f"{page}_said"] = (is_done, text)


def show_said(page: str) -> None:
    """Draw what became of the last click on `page`, once."""
    is_done, text = st.session_state.pop(f"{page}_said", (True, ""))
    if text and is_done:
        st.success(look.plain(text), icon=":material/check:")
    elif text:
        st.error(look.plain(text), icon=":material/block:")
