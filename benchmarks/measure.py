"""Measuring: seconds and peak memory of a function in a process of its own, so that nothing is left over."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from typing import Any


def measured(work: Callable[..., Any], *arguments: Any) -> tuple[float, float, Any]:
    """Return wall seconds, peak resident MiB and the result of `work(*arguments)`, run in a fresh process."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sender, work, arguments))
    process.start()
    # So that a process that dies is noticed: nobody else holds this end then.
    sender.close()
    seconds, peak, result = receiver.recv()
    process.join()
    return seconds, peak, result


def _run(sender: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    started = time.perf_counter()
    result = work(*arguments)
    seconds = time.perf_counter() - started
    sender.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, result))
