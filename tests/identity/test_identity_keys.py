"""What matching keys are made of."""

import sqlglot
from sqlglot import exp

from identity.keys import key_columns
from warehouse.models import read_models


def test_the_snapshot_holds_what_keys_are_made_of():
    """Else a pair that the run stored nothing about could not be explained from the snapshot alone."""
    read = sqlglot.parse_one(f"select {key_columns('p')} from p", dialect="duckdb").find_all(exp.Column)
    held = {column.name for column in read_models()["serve.party"].columns}
    assert {column.name for column in read} - held == set()
