"""Which files are read, in which groups, and which are left alone."""

import pytest

from connectors.errors import ConnectorError
from connectors.formats import reading
from connectors.kinds import files

TABLES = """
name: crm
kind: files
path: inbox/crm/*.csv
format: csv
options: {snapshot_part: "-[0-9]{4}$"}
tables:
  customer: {files: "customers*.csv", key: [id], delivery: snapshot}
  order: {files: "orders*.csv", key: [id], delivery: changes}
"""


def told(deliveries):
    ids = [[row["id"] for table in d.tables.values() for row in table.to_pylist()] for d in deliveries]
    return [(d.name, sorted(d.tables), rows) for d, rows in zip(deliveries, ids, strict=True)]


def test_snapshots_come_one_by_one_in_the_order_of_their_names_and_changes_in_a_group(silo):
    silo.write("crm/customers-b.csv", "id\n2\n")
    silo.write("crm/customers-a.csv", "id\n1\n")
    silo.write("crm/orders-1.csv", "id\n7\n")
    silo.write("crm/orders-2.csv", "id\n8\n")
    assert told(silo.read(silo.source(TABLES))) == [
        ("inbox/crm/customers-a.csv", ["customer"], ["1"]),
        ("inbox/crm/customers-b.csv", ["customer"], ["2"]),
        ("inbox/crm/orders-1.csv … orders-2.csv (2 files)", ["order"], ["7", "8"]),
    ]


def test_parts_of_a_snapshot_are_one_delivery(silo):
    silo.write("crm/customers.csv", "id\n1\n")
    silo.write("crm/customers-0002.csv", "id\n2\n")
    silo.write("crm/customers_later.csv", "id\n3\n")
    assert told(silo.read(silo.source(TABLES))) == [
        ("inbox/crm/customers.csv … customers-0002.csv (2 files)", ["customer"], ["1", "2"]),
        ("inbox/crm/customers_later.csv", ["customer"], ["3"]),
    ]


def test_a_day_s_file_comes_after_the_one_it_adds_to(silo):
    silo.write("crm/orders-2026-11-16.csv", "id,state\n7,paid\n")
    silo.write("crm/orders.csv", "id,state\n7,open\n")
    source = silo.source(TABLES)
    silo.load(source)
    assert silo.con.sql("select state from raw.crm_order").fetchall() == [("paid",)]


def test_file_that_is_still_arriving_is_left_alone(silo):
    silo.write("crm/orders.csv", "id\n7\n")
    silo.write("crm/.DS_Store", "")
    silo.write("crm/orders-2.csv.part", "id\n")
    source = silo.source(TABLES.replace("inbox/crm/*.csv", "inbox/crm/*"))
    assert [delivery.name for delivery in silo.read(source)] == ["inbox/crm/orders.csv"]


def test_group_is_closed_when_it_is_large_enough(silo, monkeypatch):
    monkeypatch.setattr(files, "GROUP_BYTES", 10)
    for number in range(3):
        silo.write(f"crm/orders-{number}.csv", f"id\n{number}\n")
    names = [delivery.name for delivery in silo.read(silo.source(TABLES))]
    assert names == ["inbox/crm/orders-0.csv … orders-1.csv (2 files)", "inbox/crm/orders-2.csv"]


def test_seen_file_is_not_opened_again(silo, monkeypatch):
    silo.write("crm/orders.csv", "id\n1\n")
    source = silo.source(TABLES)
    (first,) = silo.read(source)
    monkeypatch.setattr(reading, "FORMATS", {})
    assert silo.read(source, seen={first.content_hash}.__contains__) == []


def test_group_leaves_out_what_was_seen(silo):
    silo.write("crm/orders-1.csv", "id\n7\n")
    source = silo.source(TABLES)
    (first,) = silo.read(source)
    silo.write("crm/orders-2.csv", "id\n8\n")
    assert told(silo.read(source, seen={first.content_hash}.__contains__)) == [
        ("inbox/crm/orders-2.csv", ["order"], ["8"])
    ]


def test_same_bytes_under_another_name_are_one_delivery_of_changes(silo):
    silo.write("crm/orders-1.csv", "id\n7\n")
    silo.write("crm/orders-1 (copy).csv", "id\n7\n")
    assert [delivery.name for delivery in silo.read(silo.source(TABLES))] == ["inbox/crm/orders-1.csv"]


def test_snapshot_sent_twice_in_a_row_is_read_once_but_a_return_to_an_old_state_counts(silo):
    for name, content in (("1", "id\n1\n"), ("2", "id\n1\n"), ("3", "id\n2\n"), ("4", "id\n1\n")):
        silo.write(f"crm/customers_{name}.csv", content)
    names = [delivery.name for delivery in silo.read(silo.source(TABLES))]
    assert names == [f"inbox/crm/customers_{number}.csv" for number in (1, 3, 4)]


def test_second_run_loads_nothing_and_a_changed_file_only_itself(silo):
    silo.write("crm/customers.csv", "id\n1\n2\n3\n4\n5\n6\n")
    silo.write("crm/orders.csv", "id\n7\n")
    source = silo.source(TABLES)
    assert silo.load(source).rows == 7
    assert silo.load(source).batches == 0
    silo.write("crm/customers.csv", "id\n1\n2\n3\n4\n5\n")
    assert silo.load(source).tables["customer"].removed == 1


def test_no_file_at_all_is_said(silo):
    with pytest.raises(ConnectorError, match=r"^sources/crm\.yaml: no file matches inbox/crm/\*\.csv\."):
        silo.read(silo.source(TABLES))


def test_file_of_no_table_is_said(silo):
    silo.write("crm/articles.csv", "id\n1\n")
    with pytest.raises(ConnectorError, match=r"^inbox/crm/articles\.csv: no table of sources/crm\.yaml takes"):
        silo.read(silo.source(TABLES))
