"""Reading the review queue and the contradictions of a snapshot, as they stand with what was judged since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from identity.errors import IdentityError
from identity.tables import records

Pair = tuple[str, str]


@dataclass(frozen=True)
class Question:
    """Are these two records one person? Both customer ids are equal where it is about one customer's parts.

    `statements` are those about contacting that hold for one side only, `places_in_segments` the memberships of
    both; `is_refused_by_one` says that an objection or restriction of one side would bind the other.
    """

    place: int
    kind: str
    record_id_l: str
    record_id_r: str
    customer_id_l: int
    customer_id_r: int
    records_l: int
    records_r: int
    match_weight: float
    match_probability: float
    needed_weight: float
    statements: int
    places_in_segments: int
    is_refused_by_one: bool
    expected_change: float

    @property
    def pair(self) -> Pair:
        return self.record_id_l, self.record_id_r


@dataclass(frozen=True)
class SetAside:
    """One of the judgements that contradict each other; those of one `conflict_id` do so together."""

    conflict_id: str
    record_id_l: str
    record_id_r: str
    verdict: str
    decided_at: datetime


def open_questions(con: duckdb.DuckDBPyConnection, judged: Iterable[Pair] = ()) -> list[Question]:
    """Return the review queue, first things first, without the pairs in `judged`: those answered since the run."""
    _require_queue(con)
    answered = set(judged)
    query = (
        "select * replace (cast(expected_change as double) as expected_change) from serve.review_queue order by place"
    )
    found = (Question(**row) for row in records(con, query))
    return [question for question in found if question.pair not in answered]


def contradictions(con: duckdb.DuckDBPyConnection) -> list[SetAside]:
    """Return the judgements that the run set aside, conflict by conflict."""
    _require_queue(con)
    rows = records(con, "select * from serve.judgement_conflict order by conflict_id, record_id_l, record_id_r")
    return [SetAside(**row) for row in rows]


def unresolved(found: list[SetAside], standing: Mapping[Pair, str]) -> list[SetAside]:
    """Return the contradictions of which nothing was taken back or changed since, by the verdicts that stand now."""
    resolved = {row.conflict_id for row in found if standing.get((row.record_id_l, row.record_id_r)) != row.verdict}
    return [row for row in found if row.conflict_id not in resolved]


def pair_of_customers(con: duckdb.DuckDBPyConnection, customer_ids: tuple[int, int]) -> Pair:
    """Return one record of each customer, to stand for both in a judgement: the two that are most alike.

    Where none were compared, the smallest record_id of each. Raises IdentityError for a customer without records.
    """
    rows = con.execute(
        """
        select record_id_l, record_id_r from serve.customer_near_link
        where list_sort([customer_id_l, customer_id_r]) = list_sort($ids) and customer_id_l <> customer_id_r
        order by match_weight desc nulls last, record_id_l, record_id_r
        limit 1""",
        {"ids": list(customer_ids)},
    ).fetchall()
    if rows:
        return rows[0]
    left, right = (_first_record(con, customer_id) for customer_id in customer_ids)
    return left, right


def refuse_unknown(con: duckdb.DuckDBPyConnection, pair: Pair) -> None:
    """Raise IdentityError when a record is not in the snapshot: a judgement of it would never count."""
    for record_id in pair:
        if not con.execute("select 1 from serve.customer_record where record_id = ?", [record_id]).fetchall():
            raise IdentityError(
                f"record {record_id}: not in the snapshot. "
                "Take one from serve.customer_record, like shop:0123456789abcdef."
            )


def _require_queue(con: duckdb.DuckDBPyConnection) -> None:
    query = "select 1 from information_schema.tables where table_catalog = 'serve' and table_name = 'review_queue'"
    if not con.execute(query).fetchall():
        raise IdentityError("review: an older program made this snapshot. Run `rundblick run`, which makes the queue.")


def _first_record(con: duckdb.DuckDBPyConnection, customer_id: int) -> str:
    rows = con.execute("select min(record_id) from serve.customer_record where customer_id = ?", [customer_id])
    ((record_id,),) = rows.fetchall()
    if record_id is None:
        raise IdentityError(f"customer C{customer_id:06d}: has no records now. `rundblick why` says where they went.")
    return record_id
