"""Mapping: raw tables to the views of schema stage."""

from datetime import datetime

import pyarrow as pa
import pytest

from warehouse.contract import Contract
from warehouse.db import connect_memory
from warehouse.delivery import Delivery
from warehouse.entities import entities
from warehouse.errors import WarehouseError
from warehouse.load import load
from warehouse.mapping import check_mappings, create_stage, known_raw_columns, missing_columns

PARTY = {"from": "customer", "columns": {"record_key": '"Customer ID"'}}


@pytest.fixture
def con():
    with connect_memory() as con:
        yield con


def shop(name="shop", **mapping):
    tables = {"customer": {"key": ["Customer ID"]}, "order": {"key": ["Name"], "delivery": "changes"}}
    return Contract.model_validate({"name": name, "tables": tables, "map": mapping})


def load_rows(con, contract, **tables):
    rows = {name: pa.Table.from_pylist(found) for name, found in tables.items()}
    delivery = Delivery(str(rows), str(rows), rows)
    load(con, contract, [delivery], as_of=datetime(2026, 6, 1), run_id="r", validate=None)


def test_every_entity_is_a_view_of_its_columns_though_nothing_is_mapped(con):
    create_stage(con, [])
    for entity in entities().values():
        found = con.sql(f"describe stage.{entity.name}").fetchall()
        expected = [(c.name, c.type) for c in entity.columns]
        expected += [("source", "TEXT"), ("batch_id", "BIGINT"), ("loaded_at", "TIMESTAMP")]
        assert [(name, kind.replace("VARCHAR", "TEXT")) for name, kind, *_ in found] == expected


def test_party_takes_its_table_from_the_mapping(con):
    contract = shop(party=[PARTY])
    load_rows(con, contract, customer=[{"Customer ID": "7"}])
    create_stage(con, [contract])
    found = con.sql("select record_table, record_key, email, source, batch_id from stage.party").fetchall()
    assert found == [("customer", "7", None, "shop", 1)]


def test_sources_are_put_together(con):
    contracts = [shop("shop", party=[PARTY]), shop("outlet", party=[PARTY])]
    for contract in contracts:
        load_rows(con, contract, customer=[{"Customer ID": contract.name}])
    create_stage(con, contracts)
    found = con.sql("select source, record_key from stage.party order by source").fetchall()
    assert found == [("outlet", "outlet"), ("shop", "shop")]


@pytest.mark.parametrize(
    "mapping",
    [
        PARTY,
        {"sql": 'select "Customer ID" as record_key from raw.shop_customer'},
        {"sql": 'with a as (select * from raw.shop_customer) select "Customer ID" as record_key from a'},
        {"sql": 'select raw.shop_customer."Customer ID" as record_key from raw.shop_customer'},
    ],
)
def test_rows_deleted_from_a_snapshot_are_left_out(con, mapping):
    contract = shop(party=[mapping])
    load_rows(con, contract, customer=[{"Customer ID": "1"}, {"Customer ID": "2"}])
    load_rows(con, contract, customer=[{"Customer ID": "2"}])
    create_stage(con, [contract])
    assert con.sql("select record_table, record_key from stage.party").fetchall() == [("customer", "2")]


def test_left_join_to_a_table_that_never_came_reads_it_as_empty(con):
    sql = """
        select c."Customer ID" as record_key, o."Email" as email
        from raw.shop_customer as c
        left join raw.shop_order as o on o."Customer" = c."Customer ID"
    """
    contract = shop(party=[{"sql": "select 'customer' as record_table, * from (" + sql + ") as x"}])
    with pytest.raises(WarehouseError, match="must name its columns"):
        create_stage(con, [contract])
    contract = shop(party=[{"sql": sql.replace("select", "select 'customer' as record_table,", 1)}])
    load_rows(con, contract, customer=[{"Customer ID": "1"}])
    create_stage(con, [contract])
    assert con.sql("select record_key, email from stage.party").fetchall() == [("1", None)]


def test_mapped_column_that_no_delivery_had_reads_as_null_and_is_named(con):
    contract = shop(party=[{"from": "customer", "columns": {**PARTY["columns"], "email": 'lower("Email")'}}])
    load_rows(con, contract, customer=[{"Customer ID": "1"}])
    create_stage(con, [contract])
    assert con.sql("select record_key, email from stage.party").fetchall() == [("1", None)]
    assert missing_columns([contract], known_raw_columns(con)) == [
        'sources/shop.yaml: map.party[1]: column "Email" is in no delivery of shop_customer yet; it reads as null.'
    ]


def test_record_of_another_entity_is_the_only_party_of_the_source(con):
    purchase = {
        "purchase_key": '"Name"',
        "purchased_at": '"At"',
        "currency": "'EUR'",
        "record_key": '"Customer"',
    }
    contract = shop(party=[PARTY], purchase=[{"from": "order", "columns": purchase}])
    load_rows(con, contract, order=[{"Name": "#1", "At": "2026-01-01 10:00:00", "Customer": "7"}])
    create_stage(con, [contract])
    found = con.sql("select purchase_key, record_table, record_key, purchased_at from stage.purchase").fetchall()
    assert found == [("#1", "customer", "7", datetime(2026, 1, 1, 10))]


@pytest.mark.parametrize(
    ("mapping", "found"),
    [
        ({"lead": []}, "lead is no entity"),
        ({"party": [{"from": "client", "columns": {}}]}, "from: client is no table of this source"),
        ({"party": [{"from": "customer", "columns": {"mail": "a"}}]}, "party has no column mail"),
        ({"party": [{"from": "customer", "columns": {"email": "a"}}]}, "record_key must be mapped too"),
        ({"party": [{"sql": "select 'x' as record_key"}]}, "record_table is not mapped"),
        ({"party": [{"sql": "delete from raw.shop_customer"}]}, "one SELECT is expected"),
        ({"party": [{"sql": "select 1 as record_key; select 2"}]}, "2 found"),
        ({"party": [{"sql": "select x as record_key from raw.erp_partner"}]}, r"reads raw\.erp_partner"),
        ({"party": [{"sql": "select x as record_key from shop_customer"}]}, "reads shop_customer"),
        ({"party": [{"sql": "select x as record_key from 'a.csv'"}]}, "reads"),
        ({"party": [{"sql": "select x as record_key from read_text('a')"}]}, "reads"),
        ({"party": [{"from": "customer", "columns": {"record_key": "getenv('HOME')"}}]}, "may not be used"),
        ({"party": [{"from": "customer", "columns": {"record_key": "(select 1)"}}]}, "without SELECT"),
        ({"party": [{"from": "customer", "columns": {"record_key": "First Name"}}]}, "without SELECT"),
        ({"party": [{"from": "customer", "columns": {"record_key": "lower("}}]}, "not valid SQL"),
        ({"party": [{"from": "customer", "columns": {"record_key": "a", "updated_at": "now()"}}]}, "as_of"),
        ({"party": [{"from": "customer", "columns": {"record_key": "$country"}}]}, "has no parameters"),
    ],
)
def test_wrong_mapping_is_refused_before_there_are_data(mapping, found):
    with pytest.raises(WarehouseError, match=r"^sources/shop\.yaml: map\..*" + found):
        check_mappings(shop(**mapping))


def test_expression_that_does_not_run_names_its_column(con):
    columns = {**PARTY["columns"], "city": 'shout("City")'}
    contract = shop(party=[{"from": "customer", "columns": columns}])
    load_rows(con, contract, customer=[{"Customer ID": "1", "City": "Ulm"}])
    with pytest.raises(WarehouseError, match=r"^sources/shop\.yaml: map\.party\[1\]: city: .*shout"):
        create_stage(con, [contract])
