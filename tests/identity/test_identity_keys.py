"""What matching keys are made of."""

from identity_tables import rows

from identity.changes import find_changes
from identity.keys import open_keys, update_keys
from identity.store import open_store
from warehouse.models import read_models


def test_the_snapshot_holds_what_keys_are_made_of(con, party):
    """Else a pair that the run stored nothing about could not be explained from the snapshot alone."""
    party({"shop:a": {"given_name": "Änne", "postal_code": "1067", "country": "DE", "is_test": True}})
    held = ", ".join(c.name for c in read_models()["serve.party"].columns if c.name != "customer_id")
    con.execute(f"create or replace table clean.party as select {held} from clean.party")
    open_store(con)
    open_keys(con)
    find_changes(con)
    update_keys(con)
    assert rows(con, "select given, postal_code, is_test from identity.party_key") == [("anne", "01067", True)]
