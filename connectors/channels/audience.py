"""The table that channel files are made from: one row a recipient, in the order of the files."""

from dataclasses import dataclass, field
from datetime import datetime

import polars as pl
import pyarrow as pa

from connectors.channels.definition import Language
from warehouse.settings import Sender

SCHEMA: dict[str, pl.DataType] = {
    "customer_id": pl.Int64(),
    "value": pl.String(),
    "is_company": pl.Boolean(),
    "gender": pl.String(),
    "title": pl.String(),
    "given_name": pl.String(),
    "family_name": pl.String(),
    "company_name": pl.String(),
    "card_no": pl.String(),
    "street": pl.String(),
    "house_no": pl.String(),
    "address_extra": pl.String(),
    "postal_code": pl.String(),
    "city": pl.String(),
    "country": pl.String(),
    "language": pl.String(),
    "basis": pl.String(),
    "basis_since": pl.Datetime("us"),
    "basis_source": pl.String(),
    "evidence_id": pl.String(),
    "source": pl.String(),
    "reason": pl.String(),
    "calling_hours": pl.String(),
    "cell": pl.String(),
    "response_code": pl.String(),
}


@dataclass(frozen=True)
class FileContext:
    """What is the same in every row of an export, and who sends it."""

    company: str
    country: str
    language: Language
    timezone: str
    segment: str
    purpose: str
    sender: Sender = field(default_factory=Sender)
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FunnelStep:
    """How many were left after a step of the gate, how many it took out, and why."""

    step: str
    customers: int
    removed: int
    why: str


def audience_frame(table: pa.Table | pl.DataFrame) -> pl.DataFrame:
    """Return the audience with exactly the columns of SCHEMA; those it lacks are null."""
    frame = pl.DataFrame(table)
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in SCHEMA.items()
    )


def customer_no(customer_id: int) -> str:
    """Return the customer number as people know it: 123 is C000123."""
    return f"C{customer_id:06d}"


def local_time(at: datetime, timezone: str) -> datetime:
    """Return a naive UTC instant as clock time in `timezone`."""
    from datetime import UTC
    from zoneinfo import ZoneInfo

    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
