"""A `serve` database with the tables of the snapshot, empty, and short ways to write rows into it."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from warehouse.db import connect_memory

TABLES = {
    "customer": """customer_id bigint, kind text, gender text, title text, given_name text,
        family_name text, full_name text, company_name text, birth_date date, city text, postal_code text,
        first_seen_at timestamp, last_seen_at timestamp, country text, language text, is_test boolean,
        is_deceased boolean, is_minor boolean""",
    "customer_record": """record_id text, customer_id bigint, source text, record_table text,
        since_at timestamp""",
    "customer_metric": """customer_id bigint, kind text, country text, age_years integer,
        source_count integer, has_account boolean, has_card boolean, points_balance decimal(18,2),
        first_purchase_at timestamp,
        last_purchase_at timestamp, days_since_last_purchase bigint, purchase_count bigint,
        store_purchase_count bigint, online_purchase_count bigint, net_spend decimal(18,2),
        net_spend_365d decimal(18,2), average_net_basket decimal(18,2), return_count bigint,
        return_share decimal(9,4), fully_returned boolean, open_cart_count bigint,
        last_abandoned_cart_at timestamp, abandoned_cart_amount decimal(18,2), open_enquiry_count bigint,
        oldest_open_enquiry_at timestamp, open_quotation_count bigint, open_quotation_amount decimal(18,2),
        oldest_open_quotation_at timestamp, last_interaction_at timestamp, has_objected boolean,
        lifecycle_stage text, recency_score bigint, frequency_score bigint, monetary_score bigint""",
    "contact_point": """customer_id bigint, record_id text, source text, kind text, identifier text,
        value text, country text, is_mobile boolean, gender text, title text, given_name text,
        family_name text, company_name text, is_company boolean, street text, house_no text,
        address_extra text, postal_code text, city text, updated_at timestamp""",
    "consent_event": """event_id text, source text, record_id text, identifier_kind text, identifier text,
        channel text, purpose text, status text, occurred_at timestamp, observed_at timestamp, evidence text,
        is_state boolean""",
    "household_member": "customer_id bigint, household_id bigint, reason text, since_at timestamp",
    "suppression": "list_name text, identifier_kind text, value_sha256 text, refreshed_on date",
    "purchase": """purchase_id text, customer_id bigint, record_id text, purchased_at timestamp, status text,
        email text, notice_shown boolean, net_amount decimal(18,2)""",
    "purchase_line": "purchase_id text, line_id text, customer_id bigint, kind text, category text",
    "enquiry": """enquiry_id text, customer_id bigint, record_id text, received_at timestamp, channel text,
        answered_at timestamp, answer_kind text""",
    "quotation": """quotation_id text, customer_id bigint, record_id text, quoted_at timestamp, status text,
        channel text""",
    "interaction": """interaction_id text, customer_id bigint, record_id text, kind text,
        occurred_at timestamp""",
    "membership": "segment text, customer_id bigint, since_at timestamp",
    "membership_event": """segment text, customer_id bigint, event text, happened_at timestamp, run_id text,
        reason text""",
    "run": "run_id text, as_of timestamp, started_at timestamp, finished_at timestamp",
    "customer_id_history": """customer_id bigint, event text, other_customer_id bigint, happened_at timestamp,
        run_id text, reason text""",
}


class Serve:
    """Writes rows into `serve`, naming only the columns that matter."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self._events = 0

    def row(self, table: str, **values: Any) -> None:
        names = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        self.con.execute(f"insert into serve.{table} ({names}) values ({marks})", list(values.values()))

    def customer(self, customer_id: int, country: str | None = "DE", **flags: Any) -> None:
        values = {"kind": "person", "is_test": False, "is_deceased": False, "is_minor": False, **flags}
        self.row("customer", customer_id=customer_id, country=country, **values)

    def record(self, record_id: str, customer_id: int) -> None:
        self.row("customer_record", record_id=record_id, customer_id=customer_id)

    def point(self, customer_id: int, record_id: str, kind: str, identifier: str, **values: Any) -> None:
        """A contact point and, when new, its record; of Germany unless said otherwise."""
        known = self.con.execute("select 1 from serve.customer_record where record_id = ?", [record_id]).fetchall()
        if not known:
            self.record(record_id, customer_id)
        facts = {
            "country": "DE",
            "is_mobile": False,
            "is_company": False,
            "updated_at": "2026-01-01",
            **values,
        }
        facts |= {
            "kind": kind,
            "identifier": identifier,
            "value": identifier,
            "source": record_id.split(":")[0],
        }
        self.row("contact_point", customer_id=customer_id, record_id=record_id, **facts)

    def says(
        self, record_id: str, identifier: str, status: str, at: str, *, kind: str = "email",
        channel: str = "email", purpose: str = "marketing", evidence: str | None = '{"form": "newsletter"}',
        source: str = "forms",
        is_state: bool = False, seen: str | None = None,
    ) -> None:  # fmt: skip
        self._events += 1
        self.row("consent_event", event_id=f"e{self._events}", source=source, record_id=record_id,
                 identifier_kind=kind, identifier=identifier, channel=channel, purpose=purpose, status=status,
                 occurred_at=at, observed_at=seen or at, evidence=evidence, is_state=is_state)  # fmt: skip

    def objects(self, record_id: str, at: str, status: str = "objected", **values: Any) -> None:
        """A statement by the person, whatever the channel."""
        self.says(record_id, record_id, status, at, kind="person", channel=values.pop("channel", "all"), **values)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect_memory() as connection:
        connection.execute("attach ':memory:' as serve")
        for table, columns in TABLES.items():
            connection.execute(f"create table serve.{table} ({columns})")
        yield connection


@pytest.fixture
def serve(con: duckdb.DuckDBPyConnection) -> Serve:
    return Serve(con)
