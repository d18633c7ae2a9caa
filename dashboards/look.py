"""The look of the pages: one style sheet, and the few pieces of HTML that Streamlit has no widget for.

Every text that comes from data goes through `escape`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import streamlit as st

ICON = Path(__file__).parent / "icon.svg"
LOGO = (Path(__file__).parent / "logo.svg").read_text(encoding="utf-8")
# More figures than this in a row break into two rows of the same length on narrow screens.
MANY = 4
_STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Figure:
    """One number with its name and a line that explains it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Badge:
    """A short label; `tone` is neutral, good, warn or bad."""

    text: str
    tone: str = "neutral"


def put_style() -> None:
    """Write the style sheet into the page."""
    st.html(f"<style>{_STYLE}</style>")


def page_head(title: str, company: str, facts: Sequence[str]) -> None:
    """The title with, on the right, whose data these are and from when."""
    shown = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    st.html(
        f'<header class="rb-head"><h1>{escape(title)}</h1>'
        f'<p class="rb-facts"><strong>{escape(company)}</strong>{shown}</p></header>'
    )


def figures(items: Iterable[Figure]) -> None:
    """A row of figures that wraps on narrow screens."""
    shown = list(items)
    cards = "".join(
        f'<div class="rb-figure"><span class="rb-label">{escape(f.label)}</span>'
        f'<span class="rb-value">{escape(f.value)}</span><span class="rb-note">{escape(f.note)}</span></div>'
        for f in shown
    )
    many = " rb-many" if len(shown) > MANY else ""
    st.html(f'<section class="rb-figures{many}">{cards}</section>')


def heading(text: str, note: str = "") -> None:
    """The heading of a section and the sentence that says how to read it."""
    below = f'<p class="rb-note">{escape(note)}</p>' if note else ""
    st.html(f'<div class="rb-heading"><h2>{escape(text)}</h2>{below}</div>')


def badges(items: Iterable[Badge]) -> str:
    """HTML of a row of badges."""
    shown = "".join(f'<span class="rb-badge rb-{b.tone}">{escape(b.text)}</span>' for b in items)
    return f'<span class="rb-badges">{shown}</span>'


def muted(text: str) -> str:
    """HTML of words that stand back."""
    return f'<span class="rb-muted">{escape(text)}</span>'


def line(text: str, note: str = "") -> str:
    """HTML of a line with a smaller one below."""
    below = f'<br><small class="rb-muted">{escape(note)}</small>' if note else ""
    return f'<span class="rb-line">{escape(text)}{below}</span>'


def count(text: str, note: str = "") -> str:
    """HTML of a number on the right with a small note below it."""
    return f'<span class="rb-count">{escape(text)}<br><small class="rb-muted">{escape(note)}</small></span>'


def plain(text: str) -> str:
    """Text from data for a widget that reads Markdown, with every sign of it taken literally."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~$:<>])", r"\\\1", text)


def empty(message: str, command: str = "") -> None:
    """What to do where there is nothing to show."""
    code = f"<code>{escape(command)}</code>" if command else ""
    st.html(f'<div class="rb-empty"><p>{escape(message)}</p>{code}</div>')


def table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], numeric: Iterable[int] = (), dense: bool = False
) -> None:
    """A plain table; `rows` hold HTML (escape what comes from data), `numeric` columns stand on the right.

    `dense` is for many columns.
    """
    right = set(numeric)

    def cells(tag: str, values: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=rb-right' if place in right else ''}>{value}</{tag}>" for place, value in enumerate(values)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    head = cells("th", [escape(c) for c in columns])
    st.html(
        f'<div class="rb-scroll"><table class="rb-table{" rb-dense" if dense else ""}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
