"""The hard cases of tests/data/identity_cases.yaml, each resolved as a workspace of its own."""

from pathlib import Path

import pytest
from identity_tables import AS_OF, customers
from ruamel.yaml import YAML

from identity.config import IdentityConfig
from identity.resolve import resolve

CASES = YAML(typ="safe").load((Path(__file__).parents[1] / "data" / "identity_cases.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_hard_case(case, con, party):
    party(case["records"])
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert sorted(customers(con)) == sorted(case["customers"]), case["reason"]
