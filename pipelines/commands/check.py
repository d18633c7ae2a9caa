"""`rundblick check`: read everything that people wrote in a workspace, load nothing."""

import json
from pathlib import Path

from connectors.channels.definition import read_channels
from connectors.source import read_sources
from identity.config import read_config
from segments.pack import read_segments
from warehouse.mapping import check_mappings
from warehouse.models import read_models
from warehouse.settings import open_workspace


def run(workspace: Path | None, as_json: bool) -> None:
    """Say what was read; the first thing wrong ends with one line and exit status 2."""
    opened = open_workspace(workspace)
    sources = read_sources(opened.root)
    for source in sources:
        check_mappings(source)
    read_config(opened.root / "identity.yaml")
    read_models()
    read_channels(opened.root / "channels")
    names = [source.name for source in sources]
    segments = sorted(read_segments(opened.root))
    if as_json:
        print(json.dumps({"workspace": str(opened.root), "sources": names, "segments": segments}))
        return
    print(f"{opened.root}: in order.")
    print(f"Sources:  {', '.join(names) or 'none yet; add sources/<name>.yaml'}")
    print(f"Segments: {', '.join(segments)}")
