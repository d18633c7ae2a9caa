"""The demo of 10,000 people: the first run, the run without news, and a day's news.

Printed as ratios to the first run: no news must cost at most a third of it plus 2 s.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNDBLICK = Path(sys.executable).parent / "rundblick"
PEOPLE = 10_000


def main() -> None:
    """Run the three and print what they took."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        first = _call("demo", demo, "--people", PEOPLE)
        again = _call("run", "-w", demo)
        next_day = _call("demo", demo, "--people", PEOPLE, "--next-day")
    allowed = first[1]["seconds"] / 3 + 2
    print(f"  first run      {first[1]['seconds']:6.1f} s, with simulator, export and start {first[0]:6.1f} s")
    print(f"  without news   {again[1]['seconds']:6.1f} s, ×{again[1]['seconds'] / first[1]['seconds']:.2f}", end="")
    print(f" (allowed: a third plus 2 s = {allowed:.1f} s)")
    print(f"  a day's news   {next_day[1]['seconds']:6.1f} s, ×{next_day[1]['seconds'] / first[1]['seconds']:.2f}")
    print(f"  {first[1]['records']:,} records, {first[1]['customers']:,} customers; simulated, seed 1")


def _call(*arguments: object) -> tuple[float, dict]:
    """Wall seconds and the JSON of a command."""
    started = time.perf_counter()
    done = subprocess.run([RUNDBLICK, *map(str, arguments), "--json"], stdout=subprocess.PIPE, check=True)
    return time.perf_counter() - started, json.loads(done.stdout)
