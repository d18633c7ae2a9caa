"""Reading everything that people wrote in a workspace, before anything is done with it."""

from dataclasses import dataclass

from connectors.channels.definition import read_channels
from connectors.source import Source, read_sources
from identity.config import read_config
from identity.model import workspace_model
from segments.compile import check_segments
from segments.pack import read_segments
from warehouse.mapping import check_mappings
from warehouse.settings import Workspace


@dataclass(frozen=True)
class Definitions:
    """What a workspace defines: its sources, and the names of its segments and channels."""

    sources: list[Source]
    segments: list[str]
    channels: list[str]


def check_workspace(workspace: Workspace) -> Definitions:
    """Return what the workspace defines. Raises a RundblickError that names file and line of the first mistake."""
    sources = read_sources(workspace.root)
    for source in sources:
        check_mappings(source)
    read_config(workspace.root / "identity.yaml")
    workspace_model(workspace.root)
    segments = read_segments(workspace.root)
    check_segments(segments, workspace.now())
    channels = read_channels(workspace.root / "channels")
    return Definitions(sources, sorted(segments), sorted(channels))
