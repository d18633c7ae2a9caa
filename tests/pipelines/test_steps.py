"""Steps: what a kill between a step's commits leaves behind."""

from types import SimpleNamespace

import pytest

from pipelines.steps import _unless_fresh
from warehouse import fingerprint
from warehouse.db import connect_memory

TABLES = ("core.customer", "serve.customer_record")


@pytest.fixture
def session():
    with connect_memory() as con:
        con.execute("attach ':memory:' as serve")
        fingerprint.prepare(con)
        yield SimpleNamespace(con=con, changed=set())


@pytest.mark.parametrize("tables", [TABLES, TABLES[:1], TABLES[1:]])
def test_a_step_killed_before_its_fingerprint_is_not_fresh_when_its_inputs_come_back(session, tables):
    """A judgement is made, the run dies after the golden records, the judgement is taken back."""
    written = []
    _unless_fresh(session, tables, "before", lambda: written.append("before") or {"rows": 1})

    def killed():
        written.append("half of after")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _unless_fresh(session, tables, "after", killed)
    assert _unless_fresh(session, tables, "before", lambda: written.append("before") or {"rows": 1}) == {"rows": 1}
    assert written == ["before", "half of after", "before"]


def test_what_is_fresh_is_not_written_again(session):
    _unless_fresh(session, TABLES, "same", lambda: {"rows": 1})
    assert _unless_fresh(session, TABLES, "same", lambda: {"rows": 1}) == {"skipped": 1}
