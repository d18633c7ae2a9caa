"""The simulated retailer keeps its promises to those who test on it."""

import io
import json
import sqlite3
import zipfile
from dataclasses import fields
from pathlib import Path

import polars as pl
import pytest

from connectors.demo.countries import CODES
from connectors.demo.rates import Carry, Rates
from connectors.demo.roles import ROLES
from connectors.demo.simulate import simulate
from connectors.errors import ConnectorError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo")
    simulate(path, people=1500, seed=4)
    return path


def _csv(folder: Path, name: str, separator: str = ",") -> pl.DataFrame:
    return pl.read_csv(folder / "inbox" / name, separator=separator, infer_schema=False)


def _lines(folder: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in (folder / "inbox" / name).read_text(encoding="utf-8").splitlines()]


def _archive(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _truth(folder: Path, source: str, table: str) -> set[str]:
    every = pl.read_parquet(folder / "truth" / "records.parquet")
    return set(every.filter((pl.col("source") == source) & (pl.col("record_table") == table))["record_key"])


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*.*")) if file.is_file()}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path):
    for name in ("a", "b"):
        simulate(tmp_path / name, people=300, seed=2)
    simulate(tmp_path / "c", people=300, seed=3)
    assert _files(tmp_path / "a") == _files(tmp_path / "b")
    assert _files(tmp_path / "a")["inbox/shop/orders.csv"] != _files(tmp_path / "c")["inbox/shop/orders.csv"]


def test_too_few_people_are_refused_and_leave_what_was_there(tmp_path: Path):
    (tmp_path / "inbox").mkdir()
    with pytest.raises(ConnectorError, match="--people: 3 people cannot be simulated"):
        simulate(tmp_path, people=3)
    assert [each.name for each in tmp_path.iterdir()] == ["inbox"]


def test_more_people_come_in_parts_whose_keys_never_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("connectors.demo.simulate.CHUNK", 200)
    simulate(tmp_path, people=500)
    assert len(list((tmp_path / "inbox" / "shop").glob("customers*.csv"))) == 3
    truth = pl.read_parquet(tmp_path / "truth" / "records.parquet")
    assert truth.select("source", "record_table", "record_key").is_duplicated().sum() == 0
    people = pl.read_parquet(tmp_path / "truth" / "people.parquet")
    assert len(people) == 500
    assert people["email"].n_unique() > 480  # couples share a mailbox


def test_every_record_sent_is_in_the_truth_and_none_else(folder: Path):
    assert set(_csv(folder, "shop/customers.csv")["Customer ID"]) == _truth(folder, "shop", "customer")
    assert set(_csv(folder, "loyalty/members.csv", ";")["member_id"]) == _truth(folder, "loyalty", "member")
    assert set(_csv(folder, "draws/entries.csv", ";")["entry_id"]) == _truth(folder, "draws", "entry")
    assert set(_csv(folder, "calls/calls.csv", ";")["caller_id"]) == _truth(folder, "calls", "caller")
    cards = _csv(folder, "receipts/receipts.csv")["card_no"].drop_nulls()
    assert set(cards) == _truth(folder, "receipts", "customer")
    posts = _lines(folder, "forms/submissions.jsonl")
    assert {each["submission_id"] for each in posts} == _truth(folder, "forms", "submission")
    users = {each["userId"] for each in _lines(folder, "web/events.jsonl") if each["type"] == "identify"}
    assert users == _truth(folder, "web", "identify")
    with sqlite3.connect(folder / "inbox" / "erp" / "odoo.sqlite") as con:
        partners = {str(key) for (key,) in con.execute("select id from res_partner")}
    assert partners == _truth(folder, "erp", "res_partner")


def test_an_order_has_a_record_of_its_own_only_where_its_address_is_no_customers(folder: Path):
    orders = _csv(folder, "shop/orders.csv").filter(pl.col("Created at").is_not_null())
    known = _csv(folder, "shop/customers.csv")["Email"].drop_nulls()
    strangers = orders.filter(~pl.col("Email").is_in(known.implode()))
    assert set(strangers["Name"]) == _truth(folder, "shop", "order")
    assert len(strangers) > 10


def test_tills_name_customers_by_card_or_else_by_name_and_address(folder: Path):
    keys = set()
    for file in (folder / "inbox" / "pos").glob("*.zip"):
        heads = pl.read_csv(_archive(file.read_bytes())["transactions.csv"], separator=";", infer_schema=False)
        heads = heads.filter(pl.any_horizontal(pl.col("KUNDE_ID", "KUNDE_NAME").is_not_null()))
        name = pl.concat_str("KUNDE_NAME", "KUNDE_STRASSE", "KUNDE_PLZ", separator="|")
        keys |= set(heads.select(pl.coalesce("KUNDE_ID", name)).to_series())
    assert keys == _truth(folder, "pos", "customer")


def test_a_cancelled_receipt_and_its_cancellation_sum_to_nothing(folder: Path):
    sums: dict[str, float] = {}
    undoes: dict[str, str] = {}
    for file in (folder / "inbox" / "pos").glob("*.zip"):
        files = _archive(file.read_bytes())
        heads = pl.read_csv(files["transactions.csv"], separator=";", infer_schema=False)
        amount = pl.col("UMS_BRUTTO").str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        sums |= dict(heads.select("BON_ID", amount.cast(pl.Float64)).iter_rows())
        storno = heads.filter(pl.col("BON_STORNO") == "1")["BON_ID"]
        references = pl.read_csv(files["references.csv"], separator=";", infer_schema=False)
        undoes |= dict(
            references.filter(pl.col("BON_ID").is_in(storno.implode())).select("BON_ID", "REF_BON_ID").iter_rows()
        )
    assert undoes
    assert [sums[later] + sums[first] for later, first in undoes.items()] == pytest.approx([0] * len(undoes))


def test_somebody_of_each_role_is_planted_in_each_country(folder: Path):
    cast = pl.read_parquet(folder / "truth" / "planted.parquet")
    found = set(cast.select("planted_as", "country").iter_rows())
    assert found == {(role.name, code) for role in ROLES for code in CODES}


def test_the_planted_have_confirmed_their_newsletter_and_withdrawers_left_it(folder: Path):
    files = _archive((folder / "inbox/newsletter/audience_export.zip").read_bytes())
    listed = pl.read_csv(files["subscribed_members_export_nordlicht.csv"], infer_schema=False)
    left = pl.read_csv(files["unsubscribed_members_export_nordlicht.csv"], infer_schema=False)
    cast = pl.read_parquet(folder / "truth" / "planted.parquet")
    stays = cast.filter(pl.col("planted_as") != "withdrawer")
    assert stays.join(
        listed.filter(pl.col("CONFIRM_TIME").is_not_null()),
        left_on="email",
        right_on="Email Address",
        how="anti",
    ).is_empty()
    goes = cast.filter(pl.col("planted_as") == "withdrawer")
    assert goes.join(left, left_on="email", right_on="Email Address", how="anti").is_empty()
    shop = _csv(folder, "shop/customers.csv").filter(pl.col("Accepts Email Marketing") == "yes")
    assert goes.join(shop, left_on="email", right_on="Email", how="anti").is_empty()


def test_johanna_is_in_six_silos_under_four_names_and_her_mother_is_somebody_else(folder: Path):
    truth = pl.read_parquet(folder / "truth" / "records.parquet")
    mine = truth.filter(pl.col("person_id") == "P-JOHANNA")
    assert set(mine["source"]) == {"shop", "erp", "loyalty", "pos", "newsletter", "forms"}
    customer = _csv(folder, "shop/customers.csv").filter(pl.col("Customer ID") == "7000000000001").row(0, named=True)
    assert (customer["Last Name"], customer["Accepts Email Marketing"]) == ("Grünwald", "yes")
    gift = _csv(folder, "shop/orders.csv").filter(pl.col("Name") == "#1002").row(0, named=True)
    assert (gift["Billing Name"], gift["Shipping Name"]) == ("Johanna Grünwald", "Renate Lindemann")
    files = _archive((folder / "inbox/newsletter/audience_export.zip").read_bytes())
    left = pl.read_csv(files["unsubscribed_members_export_nordlicht.csv"], infer_schema=False)
    assert left.filter(pl.col("LEID") == "400001")["Last Name"].to_list() == ["Grunwald"]


def test_a_rate_of_nought_switches_an_error_off_and_one_switches_it_on(tmp_path: Path):
    none, each = Carry(1, 1, 1, 0, 0), Carry(1, 1, 1, 1, 1)
    for name, carry in (("none", none), ("each", each)):
        simulate(
            tmp_path / name,
            people=300,
            rates=Rates(carry_shop=carry, doi_confirmed=0.0 if name == "none" else 1.0),
        )
    notes = [_csv(tmp_path / name, "shop/customers.csv")["Note"].null_count() for name in ("none", "each")]
    assert notes[0] > 0
    assert notes[1] <= 2  # the story's own
    events = [
        [line["event"] for line in _lines(tmp_path / name, "forms/submissions.jsonl") if line["type"] == "doi"]
        for name in ("none", "each")
    ]
    assert events[0].count("confirmed") == 1  # Johanna's
    assert "expired" not in events[1]


def test_nothing_is_stamped_after_the_history_ends(folder: Path):
    end = "2026-11-15T23:59:59Z"
    assert max(each["receivedAt"] for each in _lines(folder, "web/events.jsonl")) <= end
    nodes = _lines(folder, "shop/checkouts.jsonl")
    assert max(max(each["updatedAt"], each["completedAt"] or "") for each in nodes) <= end
    assert _csv(folder, "shop/orders.csv")["Created at"].drop_nulls().str.slice(0, 10).max() == "2026-11-15"
    times = [
        each.get("submitted_at") or each.get("at") or each.get("answered_at")
        for each in _lines(folder, "forms/submissions.jsonl")
    ]
    assert max(times) <= end


def test_every_rate_is_in_the_docs():
    text = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")
    assert [each.name for each in fields(Rates) if each.name not in text] == []
