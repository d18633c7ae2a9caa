"""docs/sources.md: every key is documented, and the example is a source."""

import re
from pathlib import Path

import pytest

from connectors.source import Source
from warehouse.contract import ColumnType, Expect, Mapping, Table
from warehouse.mapping import check_mappings
from warehouse.yamlfile import read_yaml

DOC = (Path(__file__).parents[2] / "docs" / "sources.md").read_text()


@pytest.mark.parametrize("model", [Source, Table, ColumnType, Expect, Mapping])
def test_every_key_is_documented(model):
    keys = [field.alias or name for name, field in model.model_fields.items()]
    assert [key for key in keys if not re.search(rf"`{key}[:`]|[`,] ?`?{key}: ", DOC)] == []


def test_example_is_a_valid_source(tmp_path):
    file = tmp_path / "crm.yaml"
    file.write_text(re.findall(r"```yaml\n(.*?)```", DOC, re.S)[0])
    check_mappings(Source.model_validate(read_yaml(file)))
