"""A further day of the simulated retailer brings news, and the same news each time."""

import io
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import polars as pl
import pytest

from connectors.demo.next_day import next_day
from connectors.demo.simulate import simulate
from connectors.errors import ConnectorError


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The silos before, and the same two days later."""
    before, after = tmp_path_factory.mktemp("before"), tmp_path_factory.mktemp("after")
    simulate(before, people=1200, seed=5)
    (before / "rundblick.yaml").write_text("company: X\nas_of: 2026-11-15T23:59:59  # the last second\nlanguage: de\n")
    shutil.copytree(before, after, dirs_exist_ok=True)
    next_day(after)
    next_day(after)
    return before, after


def _csv(folder: Path, name: str, separator: str = ",") -> pl.DataFrame:
    return pl.read_csv(folder / "inbox" / name, separator=separator, infer_schema=False)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*.*")) if file.is_file()}


def test_a_day_without_a_history_is_refused(tmp_path: Path):
    with pytest.raises(ConnectorError, match="no simulated silos here"):
        next_day(tmp_path)


def test_the_same_folder_gets_the_same_days(days: tuple[Path, Path], tmp_path: Path):
    before, after = days
    shutil.copytree(before, tmp_path, dirs_exist_ok=True)
    next_day(tmp_path)
    next_day(tmp_path)
    assert _bytes(tmp_path) == _bytes(after)


def test_each_day_moves_as_of_and_keeps_the_rest_of_the_workspace(days: tuple[Path, Path]):
    text = (days[1] / "rundblick.yaml").read_text()
    assert text == "company: X\nas_of: 2026-11-17T23:59:59  # the last second\nlanguage: de\n"


def test_old_deliveries_stay_as_they_are_but_for_snapshots(days: tuple[Path, Path]):
    before, after = (_bytes(folder / "inbox") for folder in days)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "shop/customers.csv",
        "loyalty/members.csv",
        "newsletter/audience_export.zip",
        "erp/odoo.sqlite",
    }
    assert {name.split("/")[0] for name in after.keys() - before.keys()} == {
        "ads", "calls", "draws", "forms", "loyalty", "pos", "rates", "receipts", "shop", "web",
    }  # fmt: skip


def test_customers_come_move_and_go(days: tuple[Path, Path]):
    before, after = (_csv(folder, "shop/customers.csv") for folder in days)
    old, new = set(before["Customer ID"]), set(after["Customer ID"])
    assert len(new - old) >= 6
    assert len(old - new) == 2
    both = before.join(after, on="Customer ID")
    assert both.filter(pl.col("Default Address City") != pl.col("Default Address City_right")).height > 0


def test_orders_come_and_some_earlier_ones_go_back(days: tuple[Path, Path]):
    first = _csv(days[1], "shop/orders-2026-11-16.csv").filter(pl.col("Created at").is_not_null())
    old = set(_csv(days[0], "shop/orders.csv")["Name"])
    back = first.filter(pl.col("Name").is_in(old))
    assert set(back["Financial Status"]) == {"refunded"}
    assert all(float(amount) > 0 for amount in back["Refunded Amount"])
    assert first.filter(~pl.col("Name").is_in(old)).height > 3


def test_newsletters_are_withdrawn(days: tuple[Path, Path]):
    name = "unsubscribed_members_export_nordlicht.csv"
    left = []
    for folder in days:
        with zipfile.ZipFile(folder / "inbox/newsletter/audience_export.zip") as archive:
            left.append(set(pl.read_csv(io.BytesIO(archive.read(name)), infer_schema=False)["LEID"]))
    assert left[0] < left[1]


def test_a_new_record_links_annas_two_and_a_correction_parts_jette_from_jonas(days: tuple[Path, Path]):
    text = (days[1] / "inbox/forms/submissions-2026-11-16.jsonl").read_text(encoding="utf-8")
    link = next(each for each in map(json.loads, text.splitlines()) if each["submission_id"] == "sub-20261116")
    anna = _csv(days[1], "shop/customers.csv").filter(pl.col("Customer ID") == "7000000000003").row(0, named=True)
    assert link["fields"]["street"] == anna["Default Address Address1"]
    assert link["fields"]["email"] == "as.hamburg@gmail.de.example"
    truth = pl.read_parquet(days[1] / "truth" / "records.parquet")
    assert truth.filter(pl.col("record_key") == "sub-20261116")["person_id"].to_list() == ["P-ANNA"]
    jette = _csv(days[1], "loyalty/members.csv", ";").filter(pl.col("member_id") == "M000004").row(0, named=True)
    assert (jette["vorname"], jette["email"]) == ("Jette", "jette.ahlers@gmx.de.example")


def test_the_desk_hears_objections_and_follows_up_a_quotation(days: tuple[Path, Path]):
    calls = _csv(days[1], "calls/calls-2026-11-16.csv", ";")
    assert set(calls["outcome"]) == {"objection"}
    with sqlite3.connect(days[1] / "inbox/erp/odoo.sqlite") as con:
        (count,) = con.execute(
            "select count(*) from sale_order where x_followed_up_at = '2026-11-16 10:05:00'"
        ).fetchone()
    assert count == 1


def test_the_truth_knows_the_new_records_and_forgets_the_removed(days: tuple[Path, Path]):
    truth = pl.read_parquet(days[1] / "truth" / "records.parquet")
    assert truth.select("source", "record_table", "record_key").is_duplicated().sum() == 0
    for table, sent in (
        ("customer", _csv(days[1], "shop/customers.csv")["Customer ID"]),
        ("member", _csv(days[1], "loyalty/members.csv", ";")["member_id"]),
    ):
        source = "shop" if table == "customer" else "loyalty"
        known = truth.filter((pl.col("source") == source) & (pl.col("record_table") == table))["record_key"]
        assert set(sent) == set(known)
