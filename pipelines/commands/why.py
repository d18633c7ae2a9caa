"""`rundblick why`: why records are one customer or two, who an old id is today, why a row is in an export."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipelines.ids import is_record_id, parse_customer_no
from warehouse.errors import WarehouseError
from warehouse.settings import Workspace, open_workspace

if TYPE_CHECKING:
    import duckdb


def run(
    ids: list[str], at: str | None, export_file: Path | None, row: int | None, workspace: Path | None, as_json: bool
) -> None:
    """Answer in lines for a person, or as JSON."""
    opened = open_workspace(workspace)
    answer: Any
    if export_file is not None and row is not None and not ids and at is None:
        from segments.export_why import why_row

        reason = why_row(opened, export_file, row)
        answer, lines = reason, reason.lines()
    elif export_file is None and row is None and ids:
        answer, lines = _why_ids(opened, ids, parse_at(at, opened.config.timezone))
    else:
        raise WarehouseError("why: what of? Name a customer (C000123), one or two records, or --export FILE --row N.")
    print(json.dumps(asdict(answer), default=str, ensure_ascii=False) if as_json else "\n".join(lines))


def parse_at(text: str | None, timezone: str) -> datetime | None:
    """Return the instant as naive UTC: a day means its end where the workspace is, a time is UTC."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise WarehouseError(f'--at: "{text}" is no time. Write it like 2026-05-03 or 2026-05-03T12:00:00.') from None
    if len(text) == len("2026-05-03"):
        at = datetime.combine(at, time.max, ZoneInfo(timezone))
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at


def _why_ids(workspace: Workspace, ids: list[str], at: datetime | None) -> tuple[Any, list[str]]:
    from warehouse.db import connect_snapshot
    from warehouse.publish import current_snapshot

    with connect_snapshot(current_snapshot(workspace.published_dir)) as con:
        if len(ids) == 1:
            return _why_one(con, ids[0], at)
        if len(ids) == 2 and len({is_record_id(text) for text in ids}) == 1 and at is None:
            return _why_two(con, ids[0], ids[1], workspace.root)
    raise WarehouseError(
        "why: expected one or two customers such as C000123, or one or two records such as shop:0123456789abcdef; "
        "--at goes with one."
    )


def _why_one(con: "duckdb.DuckDBPyConnection", text: str, at: datetime | None) -> tuple[Any, list[str]]:
    from identity.lookup import who_was, why_record
    from identity.why import why_customer
    from pipelines import reasons

    if is_record_id(text):
        record = why_record(con, text, at)
        return record, reasons.record_lines(record)
    customer = why_customer(con, parse_customer_no(text))
    if at is None:
        return customer, reasons.customer_lines(customer)
    then = who_was(con, customer.customer_id, at)
    return then, reasons.id_at_lines(then)


def _why_two(con: "duckdb.DuckDBPyConnection", left: str, right: str, root: Path) -> tuple[Any, list[str]]:
    from identity.why import why_pair
    from identity.why_two import why_two_customers
    from pipelines import reasons

    if is_record_id(left):
        pair = why_pair(con, left, right, root)
        return pair, reasons.pair_lines(pair)
    customers = why_two_customers(con, parse_customer_no(left), parse_customer_no(right))
    return customers, reasons.customers_lines(customers)
