"""What happened to a customer's id, and what people decided about its records."""

from html import escape

from dashboards import look, words
from dashboards.queries.reasons import Named
from dashboards.view import View
from identity.why import CustomerReasons, IdEvent

_VERDICTS = {"same": "Same person", "different": "Different people"}
_EVENTS = {
    "created": "Created",
    "restored": "Given back",
    "merged": "Merged into",
    "split": "Split: a part became",
    "moved": "Records moved to",
    "retired": "Retired",
}


def show_judgements(view: View, why: CustomerReasons, named: dict[str, Named]) -> None:
    """Who decided what about the customer's records, when and why."""
    if not why.judgements:
        return
    look.heading("What people decided", "A person's decision beats the model in every run, until it is taken back.")
    look.table(
        ["When", "Decision", "Records", "By", "Reason"],
        [
            [
                words.instant(said.judged_at, view.timezone),
                escape(_VERDICTS[said.verdict])
                + ("" if said.is_applied else look.muted(" not applied: it contradicts other decisions")),
                "<br>".join(shown(named, record) for record in (said.record_id_l, said.record_id_r)),
                escape(said.judged_by or words.NOTHING),
                escape(said.reason or words.NOTHING),
            ]
            for said in why.judgements
        ],
    )


def shown(named: dict[str, Named], record_id: str) -> str:
    """HTML of a record: its name and silo, or its id."""
    record = named.get(record_id)
    return f"{escape(record.name)} {look.muted(words.silo(record.source))}" if record else look.muted(record_id)


def show_history(view: View, why: CustomerReasons) -> None:
    """What happened to the id, and the old ids that lead here."""
    look.heading("History of the id", "An id survives re-runs, merges and splits; what happened to it stays on record.")
    look.table(
        ["When", "Customer", "What", "Other customer", "Reason", "Run"],
        [event_row(view, event) for event in reversed(why.history)],
    )


def event_row(view: View, event: IdEvent) -> list[str]:
    """One event as cells."""
    other = words.customer_code(event.other_customer_id) if event.other_customer_id else words.NOTHING
    return [
        words.instant(event.happened_at, view.timezone),
        words.customer_code(event.customer_id),
        escape(_EVENTS.get(event.event, words.phrase(event.event))),
        other,
        escape(words.phrase(event.reason)),
        look.muted(event.run_id),
    ]
