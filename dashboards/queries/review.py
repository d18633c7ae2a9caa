"""What a person needs to see to judge two records. Questions are read by identity/questions.py."""

from dataclasses import dataclass
from typing import Any

import duckdb

from dashboards.queries.customer import RECORD_FIELDS
from identity.stored import Evidence, link_between, near_link_between


def records(con: duckdb.DuckDBPyConnection, record_ids: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Return what the silos hold of these records, by record_id; `name` is what to call it. Gone ones are left out."""
    found = con.sql(
        f"""
        select
            record_id, customer_id, source, record_table, customer_no, {", ".join(RECORD_FIELDS)},
            coalesce(nullif(concat_ws(' ', given_name, family_name), ''), company_name, email, phone, record_id)
                as name,
            created_at, updated_at
        from serve.party
        where list_contains($record_ids, record_id)
        """,
        params={"record_ids": list(record_ids)},
    ).pl()
    return {row["record_id"]: row for row in found.iter_rows(named=True)}


@dataclass(frozen=True)
class Told:
    """What the last run made of a pair: what made the link or kept it apart, in words, and the evidence."""

    reason: str
    is_joined: bool
    evidence: Evidence


def evidence(con: duckdb.DuckDBPyConnection, record_l: str, record_r: str) -> Told | None:
    """Return what the run stored about two records, the smaller named first; None when it did not compare them."""
    if link := link_between(con, record_l, record_r):
        return Told(link.reason, True, link.evidence)
    near = near_link_between(con, record_l, record_r)
    return None if near is None else Told(near.reason, False, near.evidence)


@dataclass(frozen=True)
class Side:
    """One of the customers behind a pair of records, with the segments it is in."""

    customer_id: int
    records: int
    segments: tuple[str, ...]


def side(con: duckdb.DuckDBPyConnection, customer_id: int) -> Side:
    """Return what an answer would merge or split of a customer."""
    records = "select count(*) from serve.customer_record where customer_id = ?"
    ((count,),) = con.execute(records, [customer_id]).fetchall()
    members = "select segment from serve.membership where customer_id = ? order by segment"
    return Side(customer_id, count, tuple(name for (name,) in con.execute(members, [customer_id]).fetchall()))
