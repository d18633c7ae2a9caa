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
