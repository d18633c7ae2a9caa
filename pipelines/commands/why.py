"""`rundblick why`: why records are one customer, why two are or are not, why a row is in an export."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipelines.ids import is_record_id, parse_customer_no
from warehouse.errors import WarehouseError
from warehouse.settings import Workspace, open_workspace


def run(ids: list[str], export_file: Path | None, row: int | None, workspace: Path | None, as_json: bool) -> None:
    """Answer in lines for a person, or as JSON."""
    opened = open_workspace(workspace)
    if export_file is not None and row is not None and not ids:
        from segments.export_why import why_row

        reason = why_row(opened, export_file, row)
        answer, lines = reason, reason.lines()
    elif export_file is None and row is None and ids:
        answer, lines = _why_ids(opened, ids)
    else:
        raise WarehouseError("why: what of? Name a customer (C000123), two records, or --export FILE --row N.")
    print(json.dumps(asdict(answer), default=str, ensure_ascii=False) if as_json else "\n".join(lines))


def _why_ids(workspace: Workspace, ids: list[str]) -> tuple[Any, list[str]]:
    from identity.why import why_customer, why_pair
    from pipelines.reasons import customer_lines, pair_lines
    from warehouse.db import connect_snapshot
    from warehouse.publish import current_snapshot

    records = [text for text in ids if is_record_id(text)]
    with connect_snapshot(current_snapshot(workspace.published_dir)) as con:
        if len(ids) == 1 and not records:
            customer = why_customer(con, parse_customer_no(ids[0]))
            return customer, customer_lines(customer)
        if len(ids) == len(records) == 2:
            pair = why_pair(con, records[0], records[1])
            return pair, pair_lines(pair)
    raise WarehouseError("why: expected one customer such as C000123, or two records such as shop:0123456789abcdef.")
