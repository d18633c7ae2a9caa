"""The simulator: writes every silo's files and the truth, chunk of people by chunk."""

import json
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from connectors.demo.dice import Dice
from connectors.demo.people import people as make_people
from connectors.demo.rates import Rates
from connectors.demo.records import memberships
from connectors.demo.roles import cast_size
from connectors.demo.silos import (
    calls,
    checkouts,
    draws,
    erp,
    forms,
    lists,
    loyalty,
    market,
    newsletter,
    pos,
    receipts,
    shop,
    web,
)
from connectors.demo.sink import Sink
from connectors.demo.store import sell
from connectors.demo.story import tell_truth
from connectors.demo.truth import planted
from connectors.demo.world import World
from connectors.errors import ConnectorError

CHUNK = 50_000  # people whose files are made at once, at most
FEWEST = 50


def simulate(
    folder: Path,
    people: int = 10_000,
    seed: int = 1,
    rates: Rates | None = None,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Write <folder>/inbox and <folder>/truth: the silos of a retailer with so many people, and who is who.

    The same people, seed and rates give the same bytes. Both folders are replaced, once all is written; a
    failure
    leaves what was there. Raises ConnectorError when `people` is less than FEWEST.
    """
    if people < FEWEST:
        raise ConnectorError(f"--people: {people} people cannot be simulated. Use {FEWEST} or more.")
    part = folder / ".simulating"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    sink = Sink(part)
    market.write_ads(sink, seed)
    market.write_rates(sink)
    chunks = -(-people // CHUNK)
    bounds = [people * number // chunks for number in range(chunks + 1)]
    for chunk, (first, end) in enumerate(pairwise(bounds)):
        sink.part = f"-{chunk + 1:04d}" if chunk else ""
        size = end - first
        write_chunk(sink, seed, chunk, first, size, people, rates or Rates())
        if progress:
            progress(f"{first + size:,} of {people:,} people")
    tell_truth(sink)
    sink.close()
    (part / "truth" / "simulation.json").write_text(json.dumps({"people": people, "seed": seed, "days": 0}))
    for name in ("inbox", "truth"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (part / name).rename(folder / name)
    part.rmdir()


def write_chunk(sink: Sink, seed: int, chunk: int, first: int, size: int, people: int, rates: Rates) -> None:
    """Write all silos' files of one chunk of people, numbered from `first`."""
    dice = Dice(seed, chunk)
    table = make_people(dice, first + 1, size, cast_size(people) if chunk == 0 else 0, rates)
    world = World(dice, rates, table, memberships(table, dice, rates))
    sold = shop.write(world, sink)
    checkouts.write(world, sink, sold)
    erp.write(world, sink)
    member = loyalty.members(world)
    store = sell(world, member)
    pos.write(world, sink, store, member)
    receipts.write(world, sink, store, member)
    loyalty.write(world, sink, member, store.receipts)
    posts = forms.write(world, sink)
    draws.write(world, sink)
    newsletter.write(world, sink, posts)
    web.write(world, sink, sold)
    calls.write(world, sink)
    lists.write(world, sink)
    planted(sink, table)
