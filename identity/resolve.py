"""The whole of identity: from clean.party to customers with stable ids, by way of what changed.

Two transactions: one in the warehouse for identity.*, one in `serve` for the ids. A token tells which state of the
clusters the ids were given for; when the two differ (a run was killed, held back or rejected in between), every
cluster is looked at again for its id, and nothing is scored twice.
"""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from identity.bad_values import publish_bad_values
from identity.config import IdentityConfig
from identity.customer_ids import assign_customer_ids, keep_customer_ids, open_ids, read_token
from identity.evidence import write_customer_links
from identity.golden import update_golden_records
from identity.linking import update_identity
from identity.model import Model, read_model
from identity.store import records_of
from identity.tables import count
from warehouse.db import parsing_once, transaction


@dataclass(frozen=True)
class IdentityResult:
    """What a run of identity did, in numbers. `pairs` were scored in this run; `changed` records led to that."""

    records: int
    changed: int
    pairs: int
    links: int
    customers: int
    created: int
    merged: int
    split: int
    retired: int
    restored: int
    suppressed_values: int
    recut: int


def resolve(
    con: duckdb.DuckDBPyConnection,
    config: IdentityConfig,
    run_id: str,
    as_of: datetime,
    model: Model | None = None,
    among: str | None = None,
) -> IdentityResult:
    """Bring identity.*, core.customer and, in `serve`, ids, evidence and bad_value up to date with clean.party.

    Reads clean.party and identity.judgement (which may be absent). `serve` must be attached, with the
    tables of the last snapshot, if any. Only records that changed are scored; with `among`, a table of record_id, the
    caller says which may have. Another model or other limits make everything anew.
    """
    con = parsing_once(con)
    open_ids(con)
    linked = update_identity(con, config, model or read_model(), run_id, among)
    in_step = linked.before == read_token(con) and not linked.whole
    party = "touched_party" if in_step else "clean.party"
    if in_step:
        con.execute(f"create or replace temp table {party} as {_touched_party(among is not None)}")
    else:
        _touch_everything(con)
    with transaction(con):
        if linked.has_moved or not in_step:
            changes = assign_customer_ids(con, run_id, as_of, linked.token, not in_step, party)
        else:
            changes = keep_customer_ids(con, linked.token)
        write_customer_links(con, linked.match_weight, whole=not in_step)
        publish_bad_values(con)
    update_golden_records(con, config, whole=not in_step)
    return IdentityResult(
        records=count(con, "identity.party_key"),
        changed=linked.changed,
        pairs=linked.pairs,
        links=count(con, "identity.link", "veto is null"),
        customers=count(con, "core.customer"),
        created=changes.created,
        merged=changes.merged,
        split=changes.split,
        retired=changes.retired,
        restored=changes.restored,
        suppressed_values=linked.suppressed,
        recut=count(con, "(select distinct cluster_id from identity.recut)"),
    )


def _touched_party(is_told: bool) -> str:
    """SQL: the rows of clean.party for touched_record. What the caller named lies in temp table told_party already."""
    if not is_told:
        return records_of("clean.party", "touched_record")
    others = "(select record_id from touched_record where record_id not in (select record_id from told_party))"
    return f"""
        select * from told_party where record_id in (select record_id from touched_record)
        union all
        {records_of("clean.party", others)}"""


def _touch_everything(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table touched_record: every record there is, and those that `serve` still knows."""
    con.execute("""
        create or replace temp table touched_record as
        select k.record_no, coalesce(k.record_id, r.record_id) as record_id, k.record_id is null as is_gone
        from identity.party_key as k
        full outer join serve.customer_record as r on r.record_id = k.record_id""")
