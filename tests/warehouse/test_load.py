"""Loading: typing, row rules, merge and ledger, in one transaction."""

from datetime import datetime

import pyarrow as pa
import pytest

from warehouse.contract import Contract
from warehouse.db import connect_memory
from warehouse.delivery import BAD_LINE, Delivery
from warehouse.errors import WarehouseError
from warehouse.ledger import is_loaded, latest_cursor, loaded_hashes
from warehouse.load import load

AS_OF = datetime(2026, 6, 1)


@pytest.fixture
def con():
    with connect_memory() as con:
        yield con


def shop(**table):
    declared = {"key": ["id"], "delivery": "snapshot", **table}
    return Contract.model_validate({"name": "shop", "timezone": "Europe/Berlin", "tables": {"customer": declared}})


def sent(name, *rows, parts=(), cursor=None, open_schema=False):
    """A delivery whose hash is its name; each row a dict of texts."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    table = pa.table({c: pa.array([row.get(c) for row in rows], pa.string()) for c in columns})
    return Delivery(name, f"hash of {name}", {"customer": table}, cursor, parts, open_schema)


def load_all(con, contract, *deliveries, run_id="r1"):
    return load(con, contract, deliveries, as_of=AS_OF, run_id=run_id, default_timezone="Europe/Berlin", validate=None)


def raw(con, columns):
    return con.sql(f"select {columns} from raw.shop_customer order by all").fetchall()


def rejects(con):
    return con.sql("select row_no, reason from raw.reject order by batch_id, row_no").fetchall()


def test_same_delivery_again_writes_nothing(con):
    load_all(con, shop(), sent("monday", {"id": "1", "city": "Ulm"}))
    again = load_all(con, shop(), sent("monday", {"id": "1", "city": "Ulm"}), run_id="r2")
    assert (again.rows, again.batches, again.skipped) == (0, 0, 1)
    assert con.sql("select run_id from raw.batch").fetchall() == [("r1",)]


def test_same_content_under_another_name_is_skipped(con):
    load_all(con, shop(), sent("monday", {"id": "1"}))
    copy = Delivery("copy of monday", "hash of monday", {})
    assert load_all(con, shop(), copy).skipped == 1


def test_file_that_went_back_to_an_earlier_content_is_loaded_again(con):
    for content, city in (("a", "Ulm"), ("b", "Bonn"), ("a", "Ulm")):
        rows = pa.table({"id": ["1"], "city": [city]})
        load_all(con, shop(), Delivery("customers.csv", content, {"customer": rows}))
    assert raw(con, "city") == [("Ulm",)]


def test_group_of_files_is_skipped_only_when_every_file_is_known(con):
    parts = (("a.zip", "1"), ("b.zip", "2"))
    load_all(con, shop(delivery="events"), sent("2 files", {"id": "1"}, parts=parts))
    assert loaded_hashes(con, "shop") == {"1", "2"}
    grown = sent("3 files", {"id": "1"}, {"id": "2"}, parts=(*parts, ("c.zip", "3")))
    assert load_all(con, shop(delivery="events"), grown).tables["customer"].inserted == 1
    assert is_loaded(con, "shop", "3")


def test_cursor_is_that_of_the_latest_batch_that_had_one(con):
    contract = shop(delivery="changes")
    load_all(con, contract, sent("a", {"id": "1"}, cursor="2026-01-01"), sent("b", {"id": "2"}))
    assert latest_cursor(con, "shop", "customer") == "2026-01-01"


def test_values_are_typed_as_declared(con):
    contract = shop(
        columns={
            "paid": {"type": "decimal", "format": "1.234,56"},
            "swiss": {"type": "decimal(12, 2)", "format": "1'234.56"},
            "plain": "decimal",
            "pieces": "integer",
            "member": "boolean",
            "born": {"type": "date", "format": "%d.%m.%Y", "null_values": ["00.00.0000"]},
            "unix": {"type": "timestamp", "format": "unix"},
        }
    )
    row = {
        "id": "1",
        "paid": "-1.234,50",
        "swiss": "1'234.5",
        "plain": "12.5",
        "pieces": "7.0",
        "member": "Ja",
    }
    load_all(con, contract, sent("a", row | {"born": "00.00.0000", "unix": "1780272000"}))
    values = con.sql("select paid, swiss, plain, pieces, member, born, unix from raw.shop_customer")
    assert [str(value) for value in values.fetchall()[0]] == [
        *("-1234.500000", "1234.50", "12.500000", "7", "True", "None", "2026-06-01 00:00:00")
    ]


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-31 12:00:00", "2026-01-31 11:00:00"),
        ("2026-07-31T12:00:00", "2026-07-31 10:00:00"),
        ("2025-10-26 02:30:00", "2025-10-26 00:30:00"),  # comes twice: the first
        ("2026-03-29 02:30:00", "2026-03-29 01:30:00"),  # skipped: an hour on
        ("2026-01-31 12:00:00 +0500", "2026-01-31 07:00:00"),
        ("2026-01-31T12:00:00Z", "2026-01-31 12:00:00"),
        ("2026-01-31T12:00:00.250-01:00", "2026-01-31 13:00:00.250000"),
    ],
)
def test_times_become_utc(con, text, utc):
    load_all(con, shop(columns={"at": "timestamp"}), sent("a", {"id": "1", "at": text}))
    assert str(raw(con, '"at"')[0][0]) == utc


def test_bad_rows_are_rejected_with_their_reasons(con):
    contract = shop(
        columns={"paid": "decimal", "born": {"type": "date", "format": "%d.%m.%Y"}},
        expect={"not_null": ["born"], "allowed": {"state": ["on", "off"]}, "matches": {"email": ".+@.+"}},
    )
    good = {"id": "1", "paid": "1.50", "born": "12.03.1975", "state": "on", "email": "a@b", BAD_LINE: None}
    result = load_all(
        con,
        contract,
        sent(
            "a",
            good,
            good | {"id": " "},
            good | {"id": "3", "paid": "1,50"},
            good | {"id": "4", "born": "31.02.1975", "state": "open"},
            good | {"id": "5", "born": None, "email": "nobody"},
            good | {"id": "6", "born": "12.03.75"},
            {BAD_LINE: '7;"half'},
        ),
    )
    assert rejects(con) == [
        (2, "missing key: id"),
        (3, "bad decimal: paid"),
        (4, "bad date: born; not allowed: state"),
        (5, "missing: born; pattern: email"),
        (6, "bad date: born"),
        (7, "not readable"),
    ]
    assert (result.rows, result.rejected, raw(con, "id")) == (1, 6, [("1",)])


def test_duplicate_key_keeps_the_newest_version(con):
    contract = shop(columns={"changed": "timestamp"}, version="changed")
    old, new = {"id": "1", "changed": "2026-01-01"}, {"id": "1", "changed": "2026-02-01"}
    result = load_all(con, contract, sent("a", new, old))
    assert (result.tables["customer"].superseded, raw(con, "changed")) == (1, [(datetime(2026, 1, 31, 23),)])


def test_older_version_does_not_replace_a_newer_one(con):
    contract = shop(delivery="changes", version="v")
    load_all(con, contract, sent("a", {"id": "1", "v": "2", "city": "Ulm"}))
    late = load_all(con, contract, sent("b", {"id": "1", "v": "1", "city": "Bonn"}))
    assert (raw(con, "city"), late.tables["customer"].superseded) == ([("Ulm",)], 1)


def test_snapshot_marks_removed_keys_and_clears_the_mark_when_they_come_back(con):
    ulm, bonn = {"id": "1", "city": "Ulm"}, {"id": "2", "city": "Bonn"}
    load_all(con, shop(), sent("a", ulm, bonn), sent("b", ulm))
    assert raw(con, "id, city, _deleted_at") == [("1", "Ulm", None), ("2", "Bonn", AS_OF)]
    load_all(con, shop(), sent("c", ulm, bonn))
    assert raw(con, "id, _deleted_at") == [("1", None), ("2", None)]


def test_row_that_turned_bad_keeps_its_last_good_values(con):
    contract = shop(columns={"paid": "decimal"})
    load_all(con, contract, sent("a", {"id": "1", "paid": "5"}), sent("b", {"id": "1", "paid": "five"}))
    assert raw(con, "id, cast(paid as int), _deleted_at") == [("1", 5, None)]


def test_changes_leave_other_keys_alone(con):
    contract = shop(delivery="changes")
    load_all(con, contract, sent("a", {"id": "1", "city": "Ulm"}, {"id": "2", "city": "Bonn"}))
    result = load_all(con, contract, sent("b", {"id": "2", "city": "Köln"}, {"id": "3", "city": "Graz"}))
    assert raw(con, "id, city, _batch_id") == [("1", "Ulm", 1), ("2", "Köln", 2), ("3", "Graz", 2)]
    assert (result.tables["customer"].inserted, result.tables["customer"].changed) == (1, 1)


def test_events_are_never_changed(con):
    contract = shop(delivery="events")
    load_all(con, contract, sent("a", {"id": "1", "kind": "seen"}, {"id": "1", "kind": "later"}))
    load_all(con, contract, sent("b", {"id": "1", "kind": "changed"}, {"id": "2", "kind": "seen"}))
    assert raw(con, "id, kind") == [("1", "seen"), ("2", "seen")]


def test_unchanged_rows_keep_their_batch(con):
    load_all(con, shop(), sent("a", {"id": "1", "city": None}), sent("b", {"id": "1", "city": ""}))
    assert raw(con, "id, city, _batch_id") == [("1", None, 1)]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ({"ID;city": "1;Ulm"}, 'shop.customer: columns "id", "city" missing; found column "ID;city".'),
        ({"id": "1", "paid": "1"}, 'shop.customer: column "city" missing'),
        ({"id": "1", "city": "Ulm", "Id": "1"}, 'shop.customer: the delivery has two columns "id"'),
        (
            {"id": "1", "city": "Ulm", "_batch_id": "1"},
            'shop.customer: a column may not be named "_batch_id"',
        ),
    ],
)
def test_wrong_columns_stop_the_source_and_keep_its_data(con, rows, found):
    load_all(con, shop(), sent("a", {"id": "1", "city": "Ulm"}))
    with pytest.raises(WarehouseError, match="^" + found.replace(".", r"\.")):
        load_all(con, shop(), sent("b", {"id": "2", "city": "Bonn"}), sent("c", rows))
    assert raw(con, "id") == [("1",)]
    assert not is_loaded(con, "shop", "hash of b")


def test_json_may_leave_out_what_it_does_not_have(con):
    load_all(con, shop(delivery="changes"), sent("a", {"id": "1", "city": "Ulm"}))
    load_all(con, shop(delivery="changes"), sent("b", {"id": "2"}, open_schema=True))
    assert raw(con, "id, city") == [("1", "Ulm"), ("2", None)]


@pytest.mark.parametrize(("policy", "columns"), [("keep", ["id", "city"]), ("drop", ["id"])])
def test_new_column_is_kept_or_dropped(con, policy, columns):
    contract = shop(on_new_column=policy)
    load_all(con, contract, sent("a", {"id": "1"}), sent("b", {"id": "1", "city": "Ulm"}))
    found = con.sql("select * exclude (_source, _batch_id, _loaded_at, _deleted_at) from raw.shop_customer").columns
    assert found == columns


def test_new_column_stops_the_source_when_told_so(con):
    contract = shop(on_new_column="stop")
    load_all(con, contract, sent("a", {"id": "1"}))
    with pytest.raises(WarehouseError, match='new column "city", and on_new_column is stop'):
        load_all(con, contract, sent("b", {"id": "1", "city": "Ulm"}))


def test_new_declaration_retypes_what_is_stored(con):
    load_all(con, shop(), sent("a", {"id": "1", "paid": "1,50"}))
    load_all(con, shop(columns={"paid": {"type": "decimal(8,2)", "format": "1.234,56"}}))
    assert str(raw(con, "paid")) == "[(Decimal('1.50'),)]"
    with pytest.raises(WarehouseError, match='column "paid" is now declared date, but 1 stored values'):
        load_all(con, shop(columns={"paid": "date"}))


def test_connector_that_fails_midway_leaves_nothing(con):
    class Torn(WarehouseError):
        pass

    def batches():
        yield pa.record_batch({"id": ["1"]})
        raise Torn("pos.zip: truncated.")

    reader = pa.RecordBatchReader.from_batches(pa.schema([("id", pa.string())]), batches())
    with pytest.raises(Torn):
        load_all(con, shop(), sent("a", {"id": "0"}), Delivery("b", "b", {"customer": reader}))
    assert loaded_hashes(con, "shop") == frozenset()
    assert con.sql("select count(*) from raw.batch").fetchall() == [(0,)]


def test_load_is_the_same_for_any_number_of_threads(con):
    rows = [{"id": str(i % 700), "v": str(i % 3), "city": f"c{i}"} for i in range(5_000)]
    contract = shop(version="v", delivery="changes")
    found = []
    for threads in (1, 2, 7):
        with connect_memory() as other:
            other.execute(f"set threads = {threads}")
            load_all(other, contract, sent("a", *rows))
            found.append(other.sql("select id, v, city, _batch_id from raw.shop_customer order by id").fetchall())
    assert found[0] == found[1] == found[2]
