"""Progress of long work: one line that moves on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def shown(quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Yield a function that tells the present step on standard error."""
    started = time.monotonic()
    moving = sys.stderr.isatty()

    def report(step: str) -> None:
        if quiet:
            return
        line = f"{time.monotonic() - started:6.1f} s  {step}"
        print(f"\r\033[K{line}" if moving else line, end="" if moving else "\n", file=sys.stderr, flush=True)

    yield report
    if moving and not quiet:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
