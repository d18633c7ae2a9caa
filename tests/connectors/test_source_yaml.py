import pytest
from conftest import DEMO_SOURCES

from connectors.errors import ConnectorError
from connectors.formats.registry import FORMATS
from connectors.source import FormatName, read_source, read_sources
from warehouse.mapping import check_mappings

GOOD = """\
name: crm
kind: files
path: inbox/crm/*.csv
format: csv
tables:
  customer:
    key: [id]
"""


def error_of(silo, text):
    with pytest.raises(ConnectorError) as caught:
        silo.source(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "name: crm",
            "name: crm\ntables2: {}",
            "sources/crm.yaml:2: tables2: Extra inputs are not permitted.",
        ),
        ("format: csv", "format: xml", "sources/crm.yaml:4: format: Input should be 'csv', 'jsonl'"),
        ("format: csv\n", "", "sources/crm.yaml:1: file: Value error, kind files needs `format`."),
        (
            "    key: [id]",
            "    delivery: snapshot",
            "sources/crm.yaml:6: tables.customer.key: Field required.",
        ),
        (
            "format: csv",
            "format: csv\noptions: {delimeter: ;}",
            "sources/crm.yaml:5: options: Value error, delimeter: Extra inputs are not permitted.",
        ),
        (
            "format: csv",
            "format: csv\noptions: {encoding: utf9}",
            'sources/crm.yaml:5: options: Value error, encoding: Value error, "utf9" is no encoding',
        ),
        ("name: crm", "name: [crm", "sources/crm.yaml:2: not valid YAML"),
        (
            "path: inbox/crm/*.csv",
            "path: ../crm/*.csv",
            "sources/crm.yaml:3: path: Value error, leads out of the works",
        ),
        ("path: inbox/crm/*.csv", "url: sqlite:///../a.sqlite", "sources/crm.yaml:3: url: Value error, leads out of"),
        ("path: inbox/crm/*.csv", "path: inbox/../../*.csv", "sources/crm.yaml:3: path: Value error, leads out of"),
        (
            "format: csv",
            "format: parquet\noptions: {row_number: x}",
            "sources/crm.yaml:4: format: Value error, parquet does not take options.row_number; it takes",
        ),
        (
            "format: csv",
            "format: excel\noptions: {encoding: cp1252}",
            "sources/crm.yaml:4: format: Value error, excel does not take options.encoding",
        ),
        (
            "format: csv",
            "format: jsonl\noptions: {header: false}",
            "sources/crm.yaml:4: format: Value error, jsonl does not take options.header",
        ),
        (
            "format: csv",
            "format: dsfinvk\noptions: {delimiter: '|'}",
            "sources/crm.yaml:4: format: Value error, dsfinvk does not take options.delimiter",
        ),
        (
            "format: csv",
            "format: csv\noptions: {sheet: A}",
            "sources/crm.yaml:4: format: Value error, csv does not take options.sheet",
        ),
        (
            "kind: files",
            "kind: sql\nurl: sqlite:///a\noptions: {trim: true}",
            "sources/crm.yaml:2: kind: Value error, sql does not take options.trim",
        ),
        (
            "format: csv",
            "format: csv\noptions: {encoding: rot13}",
            'sources/crm.yaml:5: options: Value error, encoding: Value error, "rot13" is no encoding that Python knows',
        ),
        (
            "format: csv",
            "format: csv\noptions: {encoding: base64}",
            'sources/crm.yaml:5: options: Value error, encoding: Value error, "base64" is no encoding',
        ),
        (
            "format: csv",
            "format: csv\noptions: {delimiter: ä}",
            "sources/crm.yaml:5: options: Value error, delimiter: ",
        ),
        (
            "format: csv",
            "format: csv\noptions: {delimiter: a}",
            'sources/crm.yaml:5: options: Value error, delimiter: Value error, "a" stands inside values',
        ),
        (
            "format: csv",
            'format: csv\noptions: {delimiter: "\\n"}',
            "sources/crm.yaml:5: options: Value error, delimiter",
        ),
        (
            "format: csv",
            "format: csv\noptions: {quote: ','}",
            "sources/crm.yaml:5: options: Value error, Value error, delimiter and quote are the same sign",
        ),
        (
            "format: csv",
            "format: csv\noptions: {snapshot_part: '-['}",
            "sources/crm.yaml:5: options: Value error, snapshot_part: Value error, is no regular",
        ),
        (
            "name: crm",
            "name: crm\ntimezone: Mars/Phobos",
            'sources/crm.yaml:2: timezone: Value error, "Mars/Phobos" is no time zone',
        ),
        (
            "    key: [id]",
            "    key: [id]\n    expect: {rows: [5, -1]}",
            "sources/crm.yaml:8: tables.customer.expect.rows: ",
        ),
        (
            "    key: [id]",
            "    key: [id]\n    expect: {rows: [-5, 1]}",
            "sources/crm.yaml:8: tables.customer.expect.rows.0: Input should be greater",
        ),
        (
            "    key: [id]",
            "    key: [id]\n    expect: {matches: {id: '(?<=a)b'}}",
            'sources/crm.yaml:8: tables.customer.expect.matches: Value error, "id": not a pattern of RE2',
        ),
        (
            "    key: [id]",
            "    key: [id]\n    columns: {a: 'decimal(50,2)'}",
            "sources/crm.yaml:8: tables.customer.columns.a.type: Value error, decimal(50,2) is no decimal",
        ),
    ],
)
def test_error_names_file_line_and_key(silo, old, new, message):
    text = GOOD.replace(old, new)
    path = silo.root / "sources" / "crm.yaml"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(ConnectorError) as caught:
        read_source(path, silo.root)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_name_must_be_the_file_name(silo):
    path = silo.root / "sources" / "shop.yaml"
    path.parent.mkdir()
    path.write_text(GOOD)
    with pytest.raises(ConnectorError, match=r'^sources/shop.yaml:1: name: .*"crm" is not the name of the file'):
        read_sources(silo.root)


def test_password_in_a_url_is_refused_and_not_repeated(silo):
    message = error_of(
        silo,
        "name: erp\nkind: sql\nurl: postgresql://odoo:geheim@db/odoo\ntables: {res_partner: {key: [id]}}\n",
    )
    assert message.startswith("sources/erp.yaml:3: url: ")
    assert "geheim" not in message


def test_every_format_of_a_source_can_be_read():
    assert set(FORMATS) == set(FormatName.__args__)


@pytest.mark.parametrize("path", sorted(DEMO_SOURCES.glob("*.yaml")), ids=lambda path: path.stem)
def test_demo_source_is_valid_and_its_mapping_fits_the_entities(path):
    source = read_source(path, path.parents[1])
    check_mappings(source)
    assert all(table.key for table in source.tables.values())
