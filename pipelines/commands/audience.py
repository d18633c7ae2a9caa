"""`rundblick preview` and `rundblick export`: an audience looked at, and handed out."""

import getpass
import json
from dataclasses import dataclass, field
from pathlib import Path

from connectors.channels.definition import channel_named, read_channels
from segments.definition import Segment
from segments.export import ExportResult
from segments.export import export as export_audience
from segments.export_funnel import Funnel, funnel_rows
from segments.funnel import FunnelStep, Reason
from segments.moment import decision_time
from segments.pack import read_segments, segment_named
from segments.preview import preview as preview_audience
from segments.recent import recent_events
from warehouse.db import connect_snapshot
from warehouse.publish import current_snapshot
from warehouse.settings import Workspace, open_workspace
from warehouse.state.store import open_state


@dataclass(frozen=True)
class Order:
    """What is asked for: a segment by name, a channel, the countries and the categories of goods advertised."""

    segment: str
    channel: str
    countries: list[str] = field(default_factory=list)
    advertises: list[str] = field(default_factory=list)


def preview(order: Order, workspace: Path | None, as_json: bool) -> None:
    """Print the funnel of a segment on a channel, with the reasons for who falls out."""
    opened = open_workspace(workspace)
    segments = read_segments(opened.root)
    wanted = _segment(segments, order)
    with connect_snapshot(current_snapshot(opened.published_dir)) as con:
        found = preview_audience(
            con,
            wanted,
            channel_named(read_channels(opened.root / "channels"), order.channel).channel,
            decision_time(con, opened),
            segments=segments,
            countries=tuple(order.countries),
            recent_events=recent_events(opened, open_state(opened.state_url)),
        )
    if as_json:
        print(json.dumps({"segment": order.segment, "channel": order.channel, "funnel": _counts(found.funnel)}))
        return
    print(f"{wanted.description}. Purpose: {wanted.purpose}. Channel: {order.channel}.")
    print(funnel_text(found.funnel[:-1], found.reasons))


def export(order: Order, workspace: Path | None, as_json: bool) -> None:
    """Write the audience's files and print where they are."""
    result = export_named(open_workspace(workspace), order)
    if as_json:
        files = [str(file) for file in result.files]
        counts = {"rows": result.rows, "files": files, "funnel": _counts(result.funnel)}
        print(json.dumps({"export_id": result.export_id} | counts))
        return
    print(funnel_text(result.funnel, result.reasons))
    for note in result.notes:
        print(f"Note: {note}")
    print(f"{result.rows:,} rows, in")
    for file in result.files:
        print(f"  {file}")


def export_named(workspace: Workspace, order: Order) -> ExportResult:
    """Export a segment by name from the published snapshot, as the user of this machine."""
    segments = read_segments(workspace.root)
    return export_audience(
        workspace,
        current_snapshot(workspace.published_dir),
        _segment(segments, order),
        order.channel,
        user=getpass.getuser(),
        countries=order.countries,
        segments=segments,
    )


def _segment(segments: dict[str, Segment], order: Order) -> Segment:
    """The segment of that name; what the order advertises is part of its definition, so of its hash."""
    found = segment_named(segments, order.segment)
    return found.advertising(order.advertises) if order.advertises else found


def funnel_text(steps: tuple[FunnelStep, ...], reasons: tuple[Reason, ...]) -> str:
    """Return the funnel in lines: what is left after each step, and why the rest is not."""
    rows = funnel_rows(Funnel(steps, reasons), "en")
    return "\n".join(f"{row.customers:>9,}  {row.step:<28} {row.why}".rstrip() for row in rows)


def _counts(funnel: tuple[FunnelStep, ...]) -> dict[str, int]:
    return {step.step: step.customers for step in funnel}
