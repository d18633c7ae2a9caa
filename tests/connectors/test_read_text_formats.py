"""CSV, JSON lines and JSON, byte by byte."""

import gzip

import pytest

from connectors.errors import ConnectorError
from warehouse.delivery import BAD_LINE

CUSTOMERS = """
name: crm
kind: files
path: inbox/crm/*
format: csv
options: {options}
tables:
  customer:
    key: [id]
"""


def crm(silo, options="{}", kind="csv"):
    text = CUSTOMERS.replace("{options}", options).replace("format: csv", f"format: {kind}")
    return silo.source(text)


def test_csv_keeps_every_value_as_text(silo):
    silo.write("crm/a.csv", 'id,name,note,zip\r\n1,"Müller, Anna","two\nlines",01067\r\n2,,"a ""b""",\r\n')
    assert silo.rows(crm(silo)) == {
        "customer": [
            {"id": "1", "name": "Müller, Anna", "note": "two\nlines", "zip": "01067"},
            {"id": "2", "note": 'a "b"'},
        ]
    }


def test_csv_line_with_another_number_of_fields_is_kept_as_a_bad_line(silo):
    silo.write("crm/a.csv", "id;name\n1;Anna\n2\n3;Bo;x\n4;Eva\n")
    assert silo.rows(crm(silo, '{delimiter: ";"}')) == {
        "customer": [
            {"id": "1", "name": "Anna"},
            {"id": "4", "name": "Eva"},
            {BAD_LINE: "2"},
            {BAD_LINE: "3;Bo;x"},
        ]
    }


def test_csv_in_another_encoding(silo):
    silo.write("crm/a.csv", "id;name\n1;Müller\n".encode("cp1252"))
    assert silo.rows(crm(silo, '{delimiter: ";", encoding: cp1252}')) == {"customer": [{"id": "1", "name": "Müller"}]}


def test_csv_that_is_utf_8_is_not_read_as_cp1252(silo):
    silo.write("crm/a.csv", "id;name\n1;Müller\n")
    with pytest.raises(ConnectorError, match=r"^inbox/crm/a\.csv: this is utf-8, not cp1252"):
        silo.read(crm(silo, '{delimiter: ";", encoding: cp1252}'))


def test_csv_with_byte_order_mark(silo):
    silo.write("crm/a.csv", "\ufeffid,name\n1,Anna\n")
    assert silo.rows(crm(silo)) == {"customer": [{"id": "1", "name": "Anna"}]}


def test_csv_without_header_takes_the_declared_names(silo):
    silo.write("crm/a.csv", "1,Anna\n2,Bo\n")
    source = silo.source(CUSTOMERS.replace("{options}", "{header: false}") + "    columns: {id: integer, name: text}\n")
    assert silo.rows(source) == {"customer": [{"id": "1", "name": "Anna"}, {"id": "2", "name": "Bo"}]}


def test_csv_by_blanks_with_row_numbers_keeps_equal_rows_apart(silo):
    silo.write("crm/a.txt", " id  day  \r\n 00001 19970101 \r\n 00001 19970101\r\n")
    source = silo.source(
        CUSTOMERS.replace("{options}", "{delimiter: whitespace, row_number: line_no}").replace(
            "key: [id]", "key: [line_no]"
        )
    )
    assert silo.rows(source) == {
        "customer": [
            {"id": "00001", "day": "19970101", "line_no": "1"},
            {"id": "00001", "day": "19970101", "line_no": "2"},
        ]
    }


def test_csv_trimmed(silo):
    silo.write("crm/a.csv", "id, name\n1,  Anna \n2,   \n")
    assert silo.rows(crm(silo, "{trim: true}")) == {"customer": [{"id": "1", "name": "Anna"}, {"id": "2"}]}


def test_row_hash_is_the_same_wherever_the_row_stands(silo):
    text = CUSTOMERS.replace("{options}", "{row_hash: entry}").replace("key: [id]", "key: [entry]")
    silo.write("crm/a.csv", "id,name\n1,Anna\n2,Bo\n")
    first = silo.rows(silo.source(text))["customer"]
    silo.write("crm/a.csv", "id,name\n2,Bo\n3,Eva\n")
    second = silo.rows(silo.source(text))["customer"]
    assert first[1] == second[0]
    assert len({row["entry"] for row in first + second}) == 3


def test_json_lines_are_flattened_and_half_a_line_is_kept(silo):
    silo.write(
        "crm/a.jsonl",
        '{"id":1,"fields":{"email":"a@x.example","n":1.5},"tags":["a","b"],"none":null}\n'
        '{"id":4,"fields":{}}\n'
        "\n"
        '{"id":"2","fields":{"address":{"zip":"01067"}},"ok":true}\n'
        '{"id":3,"fie',
    )
    assert silo.rows(crm(silo, kind="jsonl")) == {
        "customer": [
            {"id": "1", "fields.email": "a@x.example", "fields.n": "1.5", "tags": '["a","b"]'},
            {"id": "4"},
            {"id": "2", "fields.address.zip": "01067", "ok": "true"},
            {BAD_LINE: '{"id":3,"fie'},
        ]
    }


def test_json_lines_have_the_declared_columns_even_when_no_line_bears_them(silo):
    silo.write("crm/a.jsonl", '{"id":1}\n')
    source = silo.source(
        CUSTOMERS.replace("{options}", "{}").replace("format: csv", "format: jsonl")
        + "    columns: {fields.birthday: date}\n"
    )
    (delivery,) = silo.read(source)
    assert delivery.open_schema
    assert delivery.tables["customer"].column_names == ["fields.birthday", "id", BAD_LINE]


def test_json_lines_of_several_tables_are_told_apart_by_a_key(silo):
    source = silo.source(
        """
        name: forms
        kind: files
        path: inbox/forms/*.jsonl
        format: jsonl
        options: {table_key: type}
        tables:
          submission: {key: [id], delivery: events}
          answer: {key: [id], delivery: events}
        """
    )
    silo.write("forms/a.jsonl", '{"type":"answer","id":1}\n{"type":"submission","id":2}\n{"type":"other","id":3}\n')
    assert silo.rows(source) == {
        "answer": [{"id": "1", "type": "answer"}],
        "submission": [{"id": "2", "type": "submission"}, {BAD_LINE: '{"type":"other","id":3}'}],
    }


def test_json_list_under_a_key(silo):
    silo.write("crm/a.json", '{"items": [{"id": 1, "name": "Ä"}, {"id": 2}]}')
    source = crm(silo, "{records: items}", kind="json")
    assert silo.rows(source) == {"customer": [{"id": "1", "name": "Ä"}, {"id": "2"}]}


@pytest.mark.parametrize("encoding", ["iso-8859-1", "latin-1", "iso8859-15", "iso8859-2"])
def test_cp1252_declared_as_an_iso_encoding_is_refused_with_the_encoding_that_fits(silo, encoding):
    silo.write("crm/a.csv", "id;name\n1;Žofia\n".encode("cp1252"))
    with pytest.raises(ConnectorError, match=r"a\.csv: line 2 holds signs .* set options\.encoding to cp1252"):
        silo.read(crm(silo, f'{{delimiter: ";", encoding: {encoding}}}'))


@pytest.mark.parametrize("blank", [";;;\n", "\n", ' ;""; ;\n', ";;;\r\n"])
def test_csv_lines_without_any_value_are_no_rejects(silo, blank):
    lines = [f"{n};Anna;x;y\n" for n in range(20)]
    silo.write("crm/a.csv", "id;name;city;zip\n" + "".join(lines) + blank * 3)
    source = crm(silo, '{delimiter: ";", trim: true}')
    assert (silo.load(source).rows, silo.con.sql("from raw.reject").fetchall()) == (20, [])


@pytest.mark.parametrize("top", ["sep=;\n", '"sep=;"\r\n'])
def test_csv_with_the_line_that_names_its_delimiter(silo, top):
    silo.write("crm/a.csv", top + "id;name\n1;Anna\n")
    assert silo.rows(crm(silo, '{delimiter: ";"}')) == {"customer": [{"id": "1", "name": "Anna"}]}
    with pytest.raises(ConnectorError, match="its first line says which delimiter"):
        silo.read(crm(silo))


def test_csv_with_title_rows_above_its_header(silo):
    silo.write("crm/a.csv", 'Customers of "Nord\nas of May\n\nid,name\n1,Anna\n')
    assert silo.rows(crm(silo, "{skip_lines: 3}")) == {"customer": [{"id": "1", "name": "Anna"}]}


def test_csv_packed_by_gzip_is_read_and_a_cut_one_refused(silo):
    packed = gzip.compress(b"id,name\n1,Anna\n", mtime=0)
    silo.write("crm/a.csv.gz", packed)
    assert silo.rows(crm(silo)) == {"customer": [{"id": "1", "name": "Anna"}]}
    silo.write("crm/a.csv.gz", packed[:-9])
    with pytest.raises(ConnectorError, match=r"a\.csv\.gz: not a whole gzip file"):
        silo.read(crm(silo))


def test_csv_without_line_end_after_its_header_has_no_rows(silo):
    silo.write("crm/a.csv", "id,name")
    assert silo.rows(crm(silo)) == {"customer": []}


def test_csv_row_longer_than_a_block_is_said(silo):
    silo.write("crm/a.csv", "id,name\n1," + "x" * (30 << 20) + "\n2,Bo\n")
    with pytest.raises(ConnectorError, match=r"a\.csv: a row is longer than 8 MiB"):
        silo.read(crm(silo))


@pytest.mark.parametrize(("encoding", "kind"), [("utf-8", "csv"), ("utf-16", "csv"), ("utf-8", "jsonl")])
def test_nul_is_dropped_at_the_border(silo, encoding, kind):
    text = "id,name\n1,An\0na\n" if kind == "csv" else '{"id":1,"name":"An\\u0000na"}\n'
    silo.write("crm/a." + kind, text.encode(encoding))
    assert silo.rows(crm(silo, f"{{encoding: {encoding}}}", kind)) == {"customer": [{"id": "1", "name": "Anna"}]}
