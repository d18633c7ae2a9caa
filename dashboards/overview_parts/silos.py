"""The foot of the overview: what the silos hold, how they overlap, and what was loaded."""

from html import escape
from typing import Any

import streamlit as st

from dashboards import charts, look, words
from dashboards.queries import overview as ask
from dashboards.view import View

MATCHED, ALONE = "Matched with another silo", "In this silo only"


def show_silos(view: View) -> None:
    """Records by silo, and how many are matched."""
    look.heading("Records by silo", "With the share whose customer is known in another silo too.")
    found = view.ask(ask.records_by_silo)
    matched = {r["source"]: r["share"] for r in found.iter_rows(named=True) if r["is_matched"]}
    shown = charts.labelled(
        found,
        Silo=lambda r: f"{words.silo(r['source'])} · {words.percent(matched.get(r['source'], 0))}",
        Match=lambda r: MATCHED if r["is_matched"] else ALONE,
    )
    chart = charts.stacked_bars(
        shown,
        category="Silo",
        part="Match",
        value="records",
        colours={MATCHED: charts.TEAL, ALONE: charts.MIST},
        unit="Records",
    )
    st.altair_chart(chart, theme=None, alt="Records by silo, matched and not")


def show_overlap(view: View) -> None:
    """In how many silos customers are known, and in which together."""
    look.heading("Known in how many silos", "Every customer counted once.")
    counted = charts.labelled(
        view.ask(ask.customers_by_silo_count),
        Silos=lambda r: str(r["silos"]),
        text=lambda r: words.percent(r["share"], 1),
    )
    chart = charts.columns(
        counted,
        category="Silos",
        value="customers",
        text="text",
        title="Silos",
        unit="Customers",
        height=170,
    )
    st.altair_chart(chart, theme=None, alt="Customers by the number of silos that know them")
    look.heading("Most frequent combinations")
    together = view.ask(ask.silo_combinations, 6)
    if together.is_empty():
        look.empty("No customer is known in two silos yet. Add a second source to see combinations.")
        return
    named = charts.labelled(
        together, Silos=lambda r: words.silos(r["sources"]), text=lambda r: words.number(r["customers"])
    )
    chart = charts.bars(
        named,
        category="Silos",
        value="customers",
        text="text",
        unit="Customers",
        colour=charts.SEA,
        label_width=240,
    )
    st.altair_chart(chart, theme=None, alt="Customers by the set of silos that know them")


def show_sources(view: View) -> None:
    """What was loaded, when, and how much was turned away."""
    look.heading("Sources", "Rows loaded, and rows turned away by each source's contract.")
    found = view.ask(ask.sources)
    if found.is_empty():
        look.empty("No source has delivered yet.", "rundblick run")
        return
    columns = ["Silo", "Tables", "People's records", "Rows", "Turned away", "Last load"]
    look.table(columns, [_source(view, row) for row in found.iter_rows(named=True)], numeric=range(1, 6))
    docs = view.workspace.docs_dir / "index.html"
    if docs.exists():
        place = docs.relative_to(view.workspace.root)
        st.caption(f"What was checked, source by source: open `{place}` of the workspace in a browser.")


def _source(view: View, row: dict[str, Any]) -> list[str]:
    rejects = words.number(row["rejects"])
    return [
        escape(words.silo(row["source"])),
        look.muted(words.number(row["tables"])),
        words.number(row["records"]) if row["records"] else words.NOTHING,
        words.number(row["rows"]),
        look.badges([look.Badge(rejects, "warn")]) if row["rejects"] else rejects,
        words.instant(row["last_loaded_at"], view.timezone),
    ]
