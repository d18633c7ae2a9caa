"""Why records are one customer, or why not: answers from a published snapshot."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from identity.errors import IdentityError
from identity.model import read_model
from identity.rescore import Finding, Scored, score_pair
from identity.tables import records


@dataclass(frozen=True)
class RecordOf:
    """A record of a customer; `since_at` is when it got this customer's id."""

    record_id: str
    source: str
    record_table: str
    since_at: datetime


@dataclass(frozen=True)
class Link:
    """A link inside a customer, as the run that made it stored it. Weight is log2 odds; null for a judgement."""

    record_id_l: str
    record_id_r: str
    origin: str
    match_weight: float | None
    match_probability: float | None
    reason: str


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

    `merges` are the links that joined its records, strongest first: read in order they build the customer
    up, one record or group at a time. `links` are all links, those that only confirm included.
    """

    customer_id: int
    records: list[RecordOf]
    merges: list[Link]
    links: list[Link]
    history: list[IdEvent]


@dataclass(frozen=True)
class PairReasons:
    """Why two records are one customer, or why not. `answer` is the whole of it in one sentence.

    `path` is the chain of links between them where they are joined through other records.
    """

    record_id_l: str
    record_id_r: str
    same_customer: bool
    answer: str
    match_weight: float | None
    match_probability: float | None
    veto: str | None
    findings: list[Finding]
    path: list[Link]


def why_customer(con: duckdb.DuckDBPyConnection, customer_id: int) -> CustomerReasons:
    """Return the records, links and history of a customer from the snapshot behind `con`.

    An id that was merged away has no records, and its history says where they went. Raises IdentityError
    for an id that was never given.
    """
    history = [IdEvent(**row) for row in records(con, _HISTORY, [customer_id, customer_id])]
    if not history:
        raise IdentityError(f"customer C{customer_id:06d}: no such id was ever given. Look it up by a record's id.")
    links = [Link(**row) for row in records(con, _LINKS, [customer_id])]
    return CustomerReasons(
        customer_id,
        [RecordOf(**row) for row in records(con, _RECORDS, [customer_id])],
        _joining(links),
        links,
        history,
    )


def why_pair(con: duckdb.DuckDBPyConnection, record_l: str, record_r: str) -> PairReasons:
    """Return why two records of the snapshot behind `con` are one customer, or why not.

    A pair that the run did not link is scored now with the shipped model on the values in serve.party.
    Raises IdentityError when a record is not in the snapshot.
    """
    left, right = sorted((record_l, record_r))
    customers = [_customer_of(con, record) for record in (left, right)]
    same = customers[0] == customers[1]
    links = [Link(**row) for row in records(con, _LINKS, [customers[0]])] if same else []
    direct = next((k for k in links if (k.record_id_l, k.record_id_r) == (left, right)), None)
    scored = score_pair(con, left, right, read_model())
    path = [] if direct else _path(_joining(links), left, right)
    return PairReasons(
        record_id_l=left,
        record_id_r=right,
        same_customer=same,
        answer=_answer(same, direct, path, scored),
        match_weight=direct.match_weight if direct else scored.match_weight,
        match_probability=direct.match_probability if direct else scored.match_probability,
        veto=None if direct else scored.veto,
        findings=scored.findings,
        path=path,
    )


_RECORDS = """
    select record_id, source, record_table, since_at from serve.customer_record
    where customer_id = ? order by record_id"""
_LINKS = """
    select record_id_l, record_id_r, origin, match_weight, match_probability, reason from serve.customer_link
    where customer_id = ?
    order by case when origin = 'model' then 1 else 0 end, match_weight desc nulls last, record_id_l, record_id_r"""
_HISTORY = """
    select customer_id, event, other_customer_id, happened_at, run_id, reason from serve.customer_id_history
    where customer_id = ? or other_customer_id = ?
    order by happened_at, customer_id, event, other_customer_id"""


def _customer_of(con: duckdb.DuckDBPyConnection, record_id: str) -> int:
    found = con.execute("select customer_id from serve.customer_record where record_id = ?", [record_id]).fetchall()
    if not found:
        raise IdentityError(
            f"record {record_id}: not in the snapshot. Take one from serve.customer_record, like shop:0123456789abcdef."
        )
    return int(found[0][0])


def _joining(links: list[Link]) -> list[Link]:
    """The links that join parts, strongest first; those between records already joined are left out."""
    part: dict[str, str] = {}
    joining = []
    for link in links:
        left, right = (
            part.setdefault(link.record_id_l, link.record_id_l),
            part.setdefault(link.record_id_r, link.record_id_r),
        )
        if left != right:
            joining.append(link)
            part = {record: left if of == right else of for record, of in part.items()}
    return joining


def _path(tree: list[Link], start: str, end: str) -> list[Link]:
    """The chain of links of the tree from one record to another; empty when there is none."""
    reached: dict[str, list[Link]] = {start: []}
    for _ in tree:
        for link in tree:
            for here, there in ((link.record_id_l, link.record_id_r), (link.record_id_r, link.record_id_l)):
                if here in reached and there not in reached:
                    reached[there] = [*reached[here], link]
    return reached.get(end, [])


def _answer(same: bool, direct: Link | None, path: list[Link], scored: Scored) -> str:
    if direct:
        return f"One customer: {direct.reason}."
    if same and path:
        return f"One customer, joined through {len(path) - 1} other record{'s' if len(path) > 2 else ''}."
    if same:
        return "One customer; the links that joined them are not in this snapshot."
    if scored.veto:
        return f"Two customers: {scored.veto}."
    if scored.match_weight is None:
        return "Two customers: a company is linked by its name and one thing more, and never to a person."
    if scored.match_weight < scored.needed:
        return f"Two customers: a weight of {scored.match_weight:.1f}, where {scored.needed:.1f} is needed."
    return (
        f"Two customers, although a weight of {scored.match_weight:.1f} would be enough: "
        "other records of the two contradict each other, or a person judged so."
    )
