"""Why records are one customer, or why not: answers from what the run that published a snapshot stored in it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from identity.errors import IdentityError
from identity.lookup import TodaysId, current_ids, ids_of_record
from identity.merges import MergeStep, merge_steps, way_between
from identity.model import read_model, workspace_model
from identity.rescore import score_pair
from identity.stored import (
    Evidence,
    Judgement,
    Link,
    NearLink,
    judgements_of,
    link_between,
    links_of,
    near_link_between,
    near_links_of,
)
from identity.tables import records
from identity.why_not import joined_through, say_never_joined


@dataclass(frozen=True)
class RecordOf:
    """A record of a customer; `since_at` is when it got this customer's id."""

    record_id: str
    source: str
    record_table: str
    since_at: datetime


@dataclass(frozen=True)
class IdEvent:
    """Something that happened to a customer id."""

    customer_id: int
    event: str
    other_customer_id: int | None
    happened_at: datetime
    run_id: str
    reason: str


@dataclass(frozen=True)
class CustomerReasons:
    """How a customer came to be.

    `merges` in order build the customer up from its surest pair; `links` are all links, those that only confirm
    included. `kept_apart` are pairs with records of other customers that something spoke for. `today` is whom the
    id leads to: the customer itself, or after a merge or split others.
    """

    customer_id: int
    today: list[TodaysId]
    records: list[RecordOf]
    merges: list[MergeStep]
    links: list[Link]
    kept_apart: list[NearLink]
    judgements: list[Judgement]
    history: list[IdEvent]


@dataclass(frozen=True)
class PairReasons:
    """Why two records are one customer, or why not. `answer` is the whole of it in one sentence.

    `evidence` is the run's own where `is_stored`; else it was scored now, for illustration. `path` is the chain
    of links between the two where they are joined through other records.
    """

    record_id_l: str
    record_id_r: str
    customer_ids: tuple[int, int]
    same_customer: bool
    answer: str
    is_stored: bool
    evidence: Evidence
    path: list[Link]


def why_customer(con: duckdb.DuckDBPyConnection, customer_id: int) -> CustomerReasons:
    """Return the records, merges and history of a customer from the snapshot behind `con`.

    An id that was merged away has no records; `today` says whose they are now. Raises IdentityError for an id
    that was never given.
    """
    history = [IdEvent(**row) for row in records(con, _HISTORY, [customer_id, customer_id])]
    if not history:
        raise IdentityError(f"customer C{customer_id:06d}: no such id was ever given. Look it up by a record's id.")
    links = links_of(con, customer_id)
    return CustomerReasons(
        customer_id,
        current_ids(con, customer_id),
        [RecordOf(**row) for row in records(con, _RECORDS, [customer_id])],
        merge_steps(links),
        links,
        near_links_of(con, customer_id),
        judgements_of(con, customer_id),
        history,
    )


def why_pair(
    con: duckdb.DuckDBPyConnection, record_l: str, record_r: str, workspace: Path | None = None
) -> PairReasons:
    """Return why two records of the snapshot behind `con` are one customer, or why not.

    Where the run stored nothing about them, the model in the folder `workspace`, else the one shipped, compares them.
    Raises IdentityError when a record is not in the snapshot.
    """
    left, right = sorted((record_l, record_r))
    ours, theirs = customer_of(con, left), customer_of(con, right)
    link = link_between(con, left, right)
    near = near_link_between(con, left, right)
    path = way_between(links_of(con, ours), left, right) if ours == theirs and link is None else []
    stored = link or near
    if stored:
        answer, evidence = _stored_answer(link, near, path), stored.evidence
    else:
        scored = score_pair(con, left, right, workspace_model(workspace) if workspace else read_model())
        answer, evidence = say_never_joined(scored, ours == theirs, path), scored.evidence
    return PairReasons(left, right, (ours, theirs), ours == theirs, answer, stored is not None, evidence, path)


def customer_of(con: duckdb.DuckDBPyConnection, record_id: str) -> int:
    """Return a record's customer. Raises IdentityError for a record that never was, or is gone."""
    found = con.execute("select customer_id from serve.customer_record where record_id = ?", [record_id]).fetchall()
    if not found:
        last = ids_of_record(con, record_id)[-1]
        raise IdentityError(f"record {record_id}: gone since {last.since_at:%Y-%m-%d}. Ask for another record.")
    return int(found[0][0])


_RECORDS = """
    select record_id, source, record_table, since_at from serve.customer_record
    where customer_id = ? order by record_id"""
_HISTORY = """
    select customer_id, event, other_customer_id, happened_at, run_id, reason from serve.customer_id_history
    where customer_id = ? or other_customer_id = ?
    order by happened_at, run_id, customer_id, event, other_customer_id"""


def _stored_answer(link: Link | None, near: NearLink | None, path: list[Link]) -> str:
    if link:
        return f"One customer: {link.reason}."
    assert near is not None
    weight, needed = near.evidence.match_weight, near.evidence.needed_weight
    too_weak = near.kept_apart_by == "weight" and weight is not None and needed is not None
    reason = f"a weight of {weight:.1f}, where {needed:.1f} is needed" if too_weak else near.reason
    if path:
        return f"{joined_through(path)} The two alone were not joined: {reason}."
    return f"Two customers: {reason}."
