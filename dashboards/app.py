"""The pages for marketers and analysts: `streamlit run dashboards/app.py`, or `rundblick ui`.

Run on every visit: finds the snapshot, puts its time on the page, then runs the page that was asked for.
"""

import streamlit as st

from dashboards import look, words
from dashboards.view import View, open_view
from warehouse.errors import RundblickError

PAGES = [
    st.Page("screens/overview.py", title="Overview", default=True),
    st.Page("screens/customer_search.py", title="Customers", url_path="customers"),
    st.Page("screens/audience.py", title="Segments", url_path="segments"),
    st.Page("screens/review.py", title="Review", url_path="review"),
    st.Page("screens/release.py", title="Release", url_path="release"),
]


def main() -> None:
    """Draw the frame and the page; every known error ends in one line."""
    page = st.navigation(PAGES, position="top")
    st.set_page_config(page_title=f"{page.title} · Rundblick", layout="wide", page_icon=look.ICON)
    st.logo(look.LOGO, size="large")
    look.put_style()
    try:
        view = open_view()
    except RundblickError as error:
        look.page_head("Rundblick", "No data yet", [])
        look.empty(
            str(error),
            "rundblick demo        # or, with your own sources: rundblick init, then rundblick run",
        )
        return
    look.page_head(page.title, view.workspace.config.company, times(view))
    try:
        page.run()
    except RundblickError as error:
        st.error(look.plain(str(error)), icon=":material/block:")


def times(view: View) -> list[str]:
    """When the data are from, and when the snapshot was made."""
    return [
        f"data as of {words.instant(view.as_of, view.timezone)}",
        f"snapshot of {words.instant(view.finished_at, view.timezone)}",
    ]


main()
