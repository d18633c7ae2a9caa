"""`rundblick check`: read everything that people wrote in a workspace, load nothing."""

import json
from pathlib import Path

from pipelines.checking import check_workspace
from warehouse.settings import open_workspace


def run(workspace: Path | None, as_json: bool) -> None:
    """Say what was read; the first thing wrong ends with one line and exit status 2."""
    opened = open_workspace(workspace)
    found = check_workspace(opened)
    sources = [source.name for source in found.sources]
    if as_json:
        names = {"sources": sources, "segments": found.segments, "channels": found.channels}
        print(json.dumps({"workspace": str(opened.root)} | names))
        return
    print(f"{opened.root}: in order.")
    print(f"Sources:  {', '.join(sources) or 'none yet; add sources/<name>.yaml'}")
    print(f"Segments: {', '.join(found.segments)}")
    print(f"Channels: {', '.join(found.channels)}")
