"""`rundblick preview` and `rundblick export`: an audience looked at, and handed out."""

import getpass
import json
from pathlib import Path

from segments.export import ExportResult
from segments.export import export as export_audience
from segments.funnel import FunnelStep
from segments.preview import preview as preview_audience
from segments.read import segment_named
from warehouse.db import connect_snapshot
from warehouse.publish import current_snapshot
from warehouse.settings import open_workspace


def preview(segment: str, channel: str, countries: list[str] | None, workspace: Path | None, as_json: bool) -> None:
    """Print the funnel of a segment on a channel, with the reasons for who falls out."""
    raise NotImplementedError


def export(segment: str, channel: str, countries: list[str] | None, workspace: Path | None, as_json: bool) -> None:
    """Write the audience's files and print where they are."""
    raise NotImplementedError
