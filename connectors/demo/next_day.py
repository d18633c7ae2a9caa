"""A further day of the simulated retailer, so that the second run has news to show."""

import json
import re
import shutil
from pathlib import Path

import polars as pl

from connectors.demo.days import online, people, stores
from connectors.demo.days.day import Day, open_day
from connectors.demo.silos import market

_AS_OF = re.compile(r"^as_of:[^#\n]*", re.MULTILINE)


def next_day(folder: Path) -> None:
    """Add a day to the silos in <folder>/inbox, to the truth, and move `as_of` in <folder>/rundblick.yaml.

    Snapshots (customers, members, newsletter, ERP) are written anew under their old names; everything
    else is a file of its own, named by the day. The same folder gives the same day. Raises ConnectorError
    when nothing was simulated.
    """
    day = open_day(folder)
    shutil.rmtree(day.part, ignore_errors=True)
    for write in (
        online.shop,
        online.checkouts,
        online.visits,
        people.newsletter,
        people.calls,
        people.forms,
        people.loyalty,
        people.draws,
        stores.tills,
        stores.erp,
    ):
        write(day)
    market.write_ads(day.sink, day.seed, day.index, day.index + 1)
    market.write_rates(day.sink, day.index, day.index + 1)
    day.sink.close()
    _write_truth(day)
    for file in sorted((day.part / "inbox").rglob("*.*")):
        file.replace(folder / file.relative_to(day.part))
    _set_as_of(day)
    (day.part / "records.parquet").replace(folder / "truth" / "records.parquet")
    (folder / "truth" / "simulation.json").write_text(
        json.dumps({"people": day.size, "seed": day.seed, "days": day.number})
    )
    shutil.rmtree(day.part)


def _write_truth(day: Day) -> None:
    """Write the truth with the day's records, without those that are no longer sent."""
    keys = ["source", "record_table", "record_key"]
    gone = pl.DataFrame(day.removed, schema=dict.fromkeys(keys, pl.String), orient="row")
    new = pl.read_parquet(day.part / "truth" / "records.parquet")
    every = pl.concat([day.records, new]).unique(keys, keep="first", maintain_order=True)
    every.join(gone, on=keys, how="anti", maintain_order="left").write_parquet(day.part / "records.parquet")


def _set_as_of(day: Day) -> None:
    path = day.folder / "rundblick.yaml"
    if path.is_file():
        text = path.read_text(encoding="utf-8")
        path.write_text(_AS_OF.sub(f"as_of: {day.date}T23:59:59  ", text), encoding="utf-8")
