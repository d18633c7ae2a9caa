"""The golden records: core.customer by its model, only for the customers that a run touched."""

from functools import cache

import duckdb

from identity.config import IdentityConfig
from identity.store import read_state, write_state
from identity.survivorship import write_survivorship
from identity.tables import count
from warehouse import fingerprint
from warehouse.build_part import build_part
from warehouse.db import transaction
from warehouse.models import read_models

# What the touched customers are made of: their records, and what these say.
_PARTS = {"serve.customer_record": "id_after", "clean.party": "touched_party"}


def update_golden_records(con: duckdb.DuckDBPyConnection, config: IdentityConfig, whole: bool) -> None:
    """Bring core.customer up to date for the customers in temp table touched_customer, or for all.

    Reads temp tables id_after and touched_party besides: the records of these customers.
    All are made anew when the rules of survivorship or the model itself changed. Raises ChecksFailed when a row
    breaks a check of the model; the table then stays as it was.
    """
    model = read_models()["core.customer"]
    rules = config.model_dump_json(include={"survivorship", "sources"})
    basis = fingerprint.digest([rules, _model_sql()])
    whole = whole or read_state(con, "golden") != basis
    if whole or _is_any_source_new(con):
        write_survivorship(con, config)
    with transaction(con):
        build_part(con, model, None if whole else "touched_customer", _PARTS)
        write_state(con, "golden", basis)


@cache
def _model_sql() -> str:
    return read_models()["core.customer"].sql({})


def _is_any_source_new(con: duckdb.DuckDBPyConnection) -> bool:
    return bool(count(con, "touched_party", "source not in (select source from identity.survivorship)"))
