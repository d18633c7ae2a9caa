"""Segments: who belongs, how many may be contacted and why the others not, and the files to take away."""

import polars as pl
import streamlit as st

from dashboards import charts, look, words
from dashboards.audience_files import show_files
from dashboards.conditions import conditions
from dashboards.funnel import show_funnel, show_law
from dashboards.goods import choose_goods
from dashboards.queries import segment as ask
from dashboards.view import View, current_view, named_in_address
from segments.compile import Segments
from segments.definition import Segment
from segments.findings import segment_counts
from segments.pack import read_segments

PAGE = "screens/audience.py"
CUSTOMERS = "screens/customer_search.py"
CHANNELS = {"email": "E-mail", "letter": "Letter", "phone": "Phone", "sms": "SMS"}
SAMPLE_COLUMNS = (2.6, 2, 1.4, 1.4, 5)


def show(view: View) -> None:
    """Draw the list, and beside it the segment that the address names, else the first."""
    segments = read_segments(view.workspace.root)
    name = named_in_address("segment") or next(iter(segments))
    listed, chosen = st.columns([1, 2.7], gap="large")
    with listed:
        show_list(view, segments, name)
    with chosen:
        if name not in segments:
            look.empty(
                "This segment does not exist in this workspace. Choose one from the list, or add",
                f"segments/{name[:40]}.yaml",
            )
            return
        show_segment(view, segments, segments[name])


def show_list(view: View, segments: Segments, chosen: str) -> None:
    """Every segment with how many are in it and may be contacted."""
    counts = view.ask(segment_counts)
    with st.container(key="segment_list", gap=None):
        for name, segment in segments.items():
            link, count = st.columns([1.3, 1], vertical_alignment="center")
            title = look.plain(segment.heading)
            link.page_link(PAGE, label=f"**{title}**" if name == chosen else title, query_params={"segment": name})
            found = counts.get(name)
            count.html(look.count(*(counted(found) if found else (words.NOTHING, "after the next run"))))
    st.caption("More: add a YAML file to the workspace's folder `segments/`.")


def counted(found: dict[str, int]) -> tuple[str, str]:
    """Members, and how many of them some channel may reach, as the last run found."""
    return words.number(found["members"]), f"{words.number(found['exportable'])} reachable"


def show_segment(view: View, segments: Segments, segment: Segment) -> None:
    """Who belongs, and how far they come on the chosen channel."""
    look.heading(segment.heading, segment.description + ".")
    facts = [
        look.Badge(f"Purpose: {words.phrase(segment.purpose).lower()}"),
        look.Badge(f"Owner: {words.phrase(segment.owner).lower()}"),
    ]
    st.html(look.badges(facts))
    with st.expander("Who belongs", icon=":material/filter_alt:"):
        st.html(conditions(segment, segments))
    left, right = st.columns([1.3, 1])
    with left:
        channel = st.segmented_control(
            "Channel",
            list(CHANNELS),
            default="email",
            required=True,
            format_func=CHANNELS.__getitem__,
            key="channel",
        )
    with right:
        only = st.multiselect("Countries", view.ask(ask.countries), placeholder="All countries", key="countries")
    wanted = tuple(sorted(only))
    campaign = choose_goods(view, segment, channel)
    found = view.ask_gate(ask.look_at, campaign, segments, words.GATE_CHANNELS[channel], wanted)
    eligible = found.funnel[-2].customers
    show_files(view, campaign, channel, wanted, eligible)
    show_law(view, campaign, channel, wanted, eligible)
    show_funnel(found.funnel, found.reasons)
    show_sample(view, ask.shown(found.sample))
    show_movement(view, segment)


def show_sample(view: View, sample: pl.DataFrame) -> None:
    """A few members, and where each of them ends."""
    if sample.is_empty():
        return
    look.heading(
        "A few of them",
        "Drawn by chance, always the same ones: some who may be contacted on this channel, some who may not.",
    )
    with st.container(key="results", gap=None):
        for cell, title in zip(
            st.columns(SAMPLE_COLUMNS),
            ("Customer", "Place", "Purchases", "Net spend", "May be contacted?"),
            strict=True,
        ):
            cell.html(look.muted(title))
        for row in sample.iter_rows(named=True):
            name, place, purchases, spend, reason = st.columns(SAMPLE_COLUMNS, vertical_alignment="center")
            code = words.customer_code(row["customer_id"])
            name.page_link(
                CUSTOMERS,
                label=f"**{look.plain(row['full_name'] or code)}**",
                query_params={"customer": code},
            )
            place.html(look.line(" ".join(filter(None, [row["country"], row["city"]])) or words.NOTHING))
            purchases.html(look.line(words.number(row["purchase_count"]), words.day(row["last_purchase_at"])))
            spend.html(look.line(words.money(row["net_spend"], view.currency, 0)))
            reason.html(verdict(row["is_allowed"], row["reason"]))


def verdict(is_allowed: bool, reason: str) -> str:
    """HTML of yes or no with the gate's reason, without the citation of the law."""
    said = look.Badge("Yes", "good") if is_allowed else look.Badge("No", "bad")
    return f"{look.badges([said])} {look.muted(words.european_dates(words.without_law(reason)))}"


def show_movement(view: View, segment: Segment) -> None:
    """Members over time."""
    look.heading(
        "Members over time",
        "At the end of each run: who no longer fits has left, and it stays on record who and when.",
    )
    entered, left = view.ask(ask.movement, segment.name)
    if entered or left:
        st.html(look.line(f"With the last run {words.number(entered)} entered and {words.number(left)} left."))
    found = view.ask(ask.members_over_time, segment.name)
    if found.height < 2:
        look.empty("One run so far. After the next one with new data this shows who came and went.", "rundblick run")
        return
    st.altair_chart(charts.over_time(found, value="members", unit="Members"), theme=None)
    look.table(
        ["Day", "Entered", "Left", "Members"],
        [
            [
                words.day(r["day"]),
                words.number(r["entered"]),
                words.number(r["left"]),
                words.number(r["members"]),
            ]
            for r in found.reverse().head(10).iter_rows(named=True)
        ],
        numeric=(1, 2, 3),
    )


show(current_view())
