"""`rundblick preview` and `rundblick export`: an audience looked at, and handed out."""

import getpass
import json
from pathlib import Path

from connectors.channels.definition import channel_named, read_channels
from segments.export import ExportResult
from segments.export import export as export_audience
from segments.export_funnel import Funnel, funnel_rows
from segments.funnel import FunnelStep, Reason
from segments.pack import read_segments, segment_named
from segments.preview import preview as preview_audience
from warehouse.db import connect_snapshot
from warehouse.publish import current_snapshot
from warehouse.settings import Workspace, open_workspace
from warehouse.state.consents import all_desk_events
from warehouse.state.store import open_state


def preview(segment: str, channel: str, countries: list[str] | None, workspace: Path | None, as_json: bool) -> None:
    """Print the funnel of a segment on a channel, with the reasons for who falls out."""
    opened = open_workspace(workspace)
    segments = read_segments(opened.root)
    wanted = segment_named(segments, segment)
    gate_channel = channel_named(read_channels(opened.root / "channels"), channel).channel
    with connect_snapshot(current_snapshot(opened.published_dir)) as con:
        found = preview_audience(
            con,
            wanted,
            gate_channel,
            opened.now(),
            segments=segments,
            countries=tuple(countries or ()),
            recent_events=all_desk_events(open_state(opened.state_url)),
        )
    if as_json:
        print(json.dumps({"segment": segment, "channel": channel, "funnel": _counts(found.funnel)}))
        return
    print(f"{wanted.description} Purpose: {wanted.purpose}. Channel: {channel}.")
    print(funnel_text(found.funnel, found.reasons))


def export(segment: str, channel: str, countries: list[str] | None, workspace: Path | None, as_json: bool) -> None:
    """Write the audience's files and print where they are."""
    opened = open_workspace(workspace)
    result = export_named(opened, segment, channel, countries)
    if as_json:
        print(
            json.dumps(
                {
                    "export_id": result.export_id,
                    "rows": result.rows,
                    "files": [str(file) for file in result.files],
                    "funnel": _counts(result.funnel),
                }
            )
        )
        return
    print(funnel_text(result.funnel, result.reasons))
    for note in result.notes:
        print(f"Note: {note}")
    print(f"{result.rows:,} rows, in")
    for file in result.files:
        print(f"  {file}")


def export_named(
    workspace: Workspace, segment: str, channel: str, countries: list[str] | None = None
) -> ExportResult:
    """Export a segment by name from the published snapshot, as the user of this machine."""
    wanted = segment_named(read_segments(workspace.root), segment)
    snapshot = current_snapshot(workspace.published_dir)
    return export_audience(workspace, snapshot, wanted, channel, user=getpass.getuser(), countries=countries or ())


def funnel_text(steps: tuple[FunnelStep, ...], reasons: tuple[Reason, ...]) -> str:
    """Return the funnel in lines: what is left after each step, and why the rest is not."""
    rows = funnel_rows(Funnel(steps, reasons), "en")
    return "\n".join(f"{row.customers:>9,}  {row.step:<28} {row.why}".rstrip() for row in rows)


def _counts(funnel: tuple[FunnelStep, ...]) -> dict[str, int]:
    return {step.step: step.customers for step in funnel}
