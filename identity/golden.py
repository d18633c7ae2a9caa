"""The golden records: core.customer by its model, only for the customers that a run touched."""

from functools import cache

import duckdb

from identity.config import IdentityConfig
from identity.store import read_state, write_state
from identity.survivorship import write_survivorship
from warehouse import fingerprint
from warehouse.build_part import build_part
from warehouse.db import transaction
from warehouse.models import read_models

# What a customer is made of: its records, and what these say.
_PARTS = {"serve.customer_record": "customer_id", "clean.party": "record_id"}


def update_golden_records(con: duckdb.DuckDBPyConnection, config: IdentityConfig, whole: bool) -> None:
    """Bring core.customer up to date for the customers in temp table touched_customer, or for all.

    All are made anew when the rules of survivorship or the model itself changed. Raises ChecksFailed when a row
    breaks a check of the model; the table then stays as it was.
    """
    model = read_models()["core.customer"]
    rules = config.model_dump_json(include={"survivorship", "sources"})
    basis = fingerprint.digest([rules, _model_sql()])
    whole = whole or read_state(con, "golden") != basis
    write_survivorship(con, config)
    with transaction(con):
        build_part(con, model, None if whole else "touched_customer", _PARTS)
        write_state(con, "golden", basis)


@cache
def _model_sql() -> str:
    return read_models()["core.customer"].sql({})
