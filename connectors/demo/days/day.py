"""One further day: what the simulator left behind, and where the news goes."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from connectors.demo.clock import DAYS, END, draw_seconds, instants
from connectors.demo.dice import Dice
from connectors.demo.people import people
from connectors.demo.rates import Rates
from connectors.demo.sink import Sink
from connectors.demo.world import World
from connectors.errors import ConnectorError

FIRST_CHUNK = 900  # days number their keys as chunks from here, out of the way of the people's


@dataclass(frozen=True)
class Day:
    """Day `number` (1 is the first after the history). New files are written under `part`, then moved."""

    folder: Path
    number: int
    seed: int
    size: int
    removed: list[tuple[str, str, str]] = field(default_factory=list)  # records that are no longer sent

    @property
    def date(self) -> date:
        return END + timedelta(self.number)

    @property
    def index(self) -> int:
        """The day's number as `clock` counts."""
        return DAYS - 1 + self.number

    @property
    def part(self) -> Path:
        return self.folder / ".next-day"

    @cached_property
    def sink(self) -> Sink:
        return Sink(self.part, f"-{self.date:%Y-%m-%d}")

    @cached_property
    def world(self) -> World:
        """New people, who appear with this day: two in five in the shop, the rest by a form."""
        dice = Dice(self.seed, FIRST_CHUNK + self.number)
        count = max(8, round(self.size * 0.0012))
        table = people(dice, 100_000_000 + self.number * 100_000, count, 0, Rates())
        rows = np.arange(count)
        return World(
            dice,
            Rates(),
            table,
            {"shop": rows[: count * 2 // 5], "forms": rows[count * 2 // 5 :], "draws": rows[-2:]},
        )

    @cached_property
    def known(self) -> pl.DataFrame:
        """The people of the first chunk."""
        return pl.from_arrow(pq.ParquetFile(self.folder / "truth" / "people.parquet").read_row_group(0))  # type: ignore[return-value]

    @cached_property
    def records(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "truth" / "records.parquet")

    def planted(self, role: str) -> pl.DataFrame:
        """Return the person of a role whose turn it is today: one a day, none when all had theirs."""
        cast = pl.read_parquet(self.folder / "truth" / "planted.parquet").filter(pl.col("planted_as") == role)
        return cast[self.number - 1 : self.number]

    def keys(self, source: str, table: str) -> pl.DataFrame:
        """Return record_key, person_id and household_id of a silo's records."""
        mine = self.records.filter((pl.col("source") == source) & (pl.col("record_table") == table))
        return mine.select("record_key", "person_id", "household_id")

    def read(self, silo: str, name: str, separator: str = ",") -> pl.DataFrame:
        """Return a file of the first chunk as text."""
        return pl.read_csv(self.folder / "inbox" / silo / name, separator=separator, infer_schema=False)

    def replace(self, silo: str, name: str, frame: pl.DataFrame, separator: str = ",") -> None:
        """Write a file anew under its old name: a snapshot is delivered whole."""
        path = self.part / "inbox" / silo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_csv(path, separator=separator)

    def times(self, step: str, size: int) -> pl.Series:
        """Return instants of this day, in order."""
        seconds = np.sort(draw_seconds(self.world.dice.of(step), size, 8, 18))
        return instants(np.full(size, self.index), seconds)

    def sample(self, step: str, size: int, share: float, least: int) -> np.ndarray:
        """Return row numbers, drawn without repetition: a share of `size`, at least `least`."""
        count = min(size, max(least, round(size * share)))
        return np.sort(self.world.dice.of(step).choice(size, count, replace=False))


def open_day(folder: Path) -> Day:
    """Return the day after the last one that `folder` holds. Raises ConnectorError when nothing was
    simulated there."""
    path = folder / "truth" / "simulation.json"
    if not path.is_file():
        raise ConnectorError(f"{folder}: no simulated silos here. Make them with `rundblick demo {folder}` first.")
    state = json.loads(path.read_text())
    return Day(folder, state["days"] + 1, state["seed"], state["people"])
