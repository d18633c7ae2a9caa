"""Whatever a file is, its source alone stops, with one line that names the file and quotes nothing of it."""

import io
import os
import struct
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow as pa
import pyarrow.parquet
import pytest
import xlsxwriter

from connectors.errors import ConnectorError

SOURCE = """
name: crm
kind: files
path: inbox/crm/*
format: FORMAT
tables:
  customer: {key: [id], delivery: changes}
"""
SECRET = "Zzplantagenet"


def crm(silo, kind):
    return silo.source(SOURCE.replace("FORMAT", kind))


def refusal(silo, source):
    with pytest.raises(ConnectorError) as caught:
        silo.load(source)
    message = str(caught.value)
    assert "\n" not in message
    assert SECRET not in message
    return message


def told(silo, source):
    try:
        silo.load(source)
    except ConnectorError as error:
        return str(error)
    return "loaded"


def zip_with(method=None, flip=None):
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        rows = f"Email Address,LEID,LAST_CHANGED\na@x.example,{SECRET},2026-01-01 08:00:00\n"
        archive.writestr("subscribed_a.csv", rows * 30)
    content = bytearray(buffer.getvalue())
    if method is not None:
        for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
            at = content.index(mark) + place
            content[at : at + 2] = struct.pack("<H", method)
    for place in flip or ():
        content[place] ^= 0xFF
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        zip_with(method=9),
        zip_with(method=99),
        zip_with(flip=[60, 61]),
        zip_with(flip=[30]),
        b"PK\x05\x06" + b"\xff" * 18,
    ],
    ids=["deflate64", "encrypted", "damaged", "another name", "lost"],
)
def test_zip_that_cannot_be_read_stops_its_source(silo, content):
    silo.write("newsletter/a.zip", content)
    assert refusal(silo, silo.demo_source("newsletter")).startswith("inbox/newsletter/a.zip: ")


def workbook(silo, row, column):
    path = silo.write("crm/a.xlsx", b"")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "name"])
        sheet.write_row(1, 0, ["1", SECRET])
        sheet.write(row, column, "x")
    return path


def test_workbook_with_a_cell_at_its_far_end_stops_its_source_and_the_next_file_is_read(silo):
    path = workbook(silo, 1_048_575, 16_383)
    source = crm(silo, "excel")
    message = refusal(silo, source)
    assert message.startswith("inbox/crm/a.xlsx: ")
    assert "workbook" in message
    path.unlink()
    workbook(silo, 2, 0)
    assert silo.load(source).rows == 2


def test_the_file_that_breaks_its_reader_is_named_among_others(silo):
    workbook(silo, 2, 0).rename(silo.root / "inbox/crm/0.xlsx")
    workbook(silo, 1_048_575, 16_383).rename(silo.root / "inbox/crm/1.xlsx")
    workbook(silo, 2, 0)
    assert refusal(silo, crm(silo, "excel")).startswith("inbox/crm/1.xlsx: ")


@pytest.mark.parametrize("kind", ["json", "jsonl"])
@pytest.mark.parametrize(
    "value",
    ['"\\ud800"', "9" * 5000, "1e99999", "[" * 3000 + "]" * 3000, '{"a":' * 200 + "1" + "}" * 200, "NaN", '"\\udc00x"'],
    ids=["half a sign", "long number", "huge number", "deep list", "deep object", "no number", "other half"],
)
def test_json_value_that_breaks_readers_is_loaded_rejected_or_refused_in_one_line(silo, value, kind):
    rows = ['{"id": 1, "name": "Anna"}', f'{{"id": 2, "name": {value}}}', '{"id": 3, "name": "Bo"}']
    silo.write("crm/a.json", "[" + ",".join(rows) + "]" if kind == "json" else "\n".join(rows) + "\n")
    if kind == "jsonl":
        result = silo.load(crm(silo, kind))
        assert (result.rows, result.rows + result.rejected) in [(2, 3), (3, 3)]
    elif (outcome := told(silo, crm(silo, kind))) != "loaded":
        assert outcome.startswith("inbox/crm/a.json: ")
        assert len(outcome) < 300


def test_file_whose_name_is_not_utf_8_stops_its_source(silo):
    silo.write("crm/a.csv", "id\n1\n")
    folder = os.fsencode(silo.root / "inbox" / "crm")
    os.rename(folder + b"/a.csv", folder + b"/k\xfcnde.csv")
    assert "name is not UTF-8. Rename it" in refusal(silo, crm(silo, "csv"))


def test_link_out_of_the_workspace_is_refused_unless_the_path_names_the_folder(silo, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.csv").write_text(f"id\n{SECRET}\n")
    (silo.root / "inbox" / "crm").mkdir(parents=True)
    (silo.root / "inbox" / "crm" / "a.csv").symlink_to(outside / "a.csv")
    assert "a link to a file outside" in refusal(silo, crm(silo, "csv"))
    named = silo.source(SOURCE.replace("FORMAT", "csv").replace("inbox/crm/*", f"{outside}/*.csv"))
    assert silo.load(named).rows == 1


def test_linked_folder_out_of_the_workspace_is_refused(silo, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.csv").write_text("id\n1\n")
    (silo.root / "inbox").mkdir()
    (silo.root / "inbox" / "crm").symlink_to(outside)
    assert "a link to a file outside" in refusal(silo, crm(silo, "csv"))


@pytest.mark.parametrize("place", [4, 40, -12, -3])
def test_damaged_parquet_stops_its_source_or_is_read(silo, place):
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pa.table({"id": ["1", "2"], "name": [SECRET, "x"]}), buffer)
    content = bytearray(buffer.getvalue())
    content[place] ^= 0xFF
    silo.write("crm/a.parquet", bytes(content))
    outcome = told(silo, crm(silo, "parquet"))
    assert outcome == "loaded" or outcome.startswith("inbox/crm/a.parquet: ")
    assert SECRET not in outcome


@pytest.mark.parametrize("byte", [b"\xff", b"\xc3", b"\xed"])
def test_parquet_text_that_is_not_utf_8_stops_its_source_and_leaves_the_warehouse_open(silo, byte):
    buffer = io.BytesIO()
    table = pa.table({"id": ["1", "2"], "name": [SECRET, "x"]})
    pyarrow.parquet.write_table(table, buffer, compression="none", use_dictionary=False, write_statistics=False)
    silo.write("crm/a.parquet", buffer.getvalue().replace(SECRET.encode(), SECRET.encode()[:-1] + byte))
    assert refusal(silo, crm(silo, "parquet")).startswith("inbox/crm/a.parquet: cannot be read as parquet")
    assert silo.con.sql("select 1").fetchall() == [(1,)]


def test_csv_header_with_a_quote_left_open_stops_its_source(silo):
    silo.write("crm/a.csv", f'id,"{SECRET}\n' + "1,x\n" * 100_000)
    assert refusal(silo, crm(silo, "csv")).startswith("inbox/crm/a.csv: ")
