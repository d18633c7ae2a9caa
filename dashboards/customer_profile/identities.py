"""The records behind a customer, side by side, with what each silo writes differently."""

from datetime import date
from html import escape
from typing import Any

from dashboards import look, words
from dashboards.queries import customer as ask
from dashboards.view import View


def show_identities(view: View, customer_id: int, golden: dict[str, Any]) -> None:
    """Draw one column a record beside the golden record."""
    records = view.ask(ask.records, customer_id).to_dicts()
    look.heading(
        words.plural(len(records), "record"),
        "What each silo holds. Marked: not as in the golden record, which takes the best of all.",
    )
    fields = [field for field in ask.RECORD_FIELDS if golden.get(field) or any(record[field] for record in records)]
    columns = ["", "Golden record", *(words.silo(record["source"]) for record in records)]
    rows = [
        [
            escape(words.RECORD_LABELS[field]),
            f"<strong>{shown(golden.get(field))}</strong>",
            *(cell(r, field, golden) for r in records),
        ]
        for field in fields
    ]
    look.table(columns, [*rows, *bookkeeping(view, records)], dense=True)


def bookkeeping(view: View, records: list[dict[str, Any]]) -> list[list[str]]:
    """What a silo says about the record itself."""
    return [
        [label, "", *(look.muted(text(record)) for record in records)]
        for label, text in (
            ("Number there", lambda r: r["customer_no"] or words.NOTHING),
            ("Table", lambda r: words.phrase(r["record_table"])),
            ("Made", lambda r: words.day(r["created_at"])),
            ("Changed", lambda r: words.day(r["updated_at"])),
            ("Record", lambda r: r["record_id"]),
        )
    ]


def cell(record: dict[str, Any], field: str, golden: dict[str, Any]) -> str:
    """A value, marked where it differs from the golden record's."""
    value = shown(record[field])
    differs = (
        record[field] is not None and golden.get(field) is not None and value.lower() != shown(golden[field]).lower()
    )
    return f'<span class="rb-differs">{value}</span>' if differs else value


def shown(value: object) -> str:
    """A value as HTML."""
    if value is None:
        return f'<span class="rb-muted">{words.NOTHING}</span>'
    return words.day(value) if isinstance(value, date) else escape(str(value))
