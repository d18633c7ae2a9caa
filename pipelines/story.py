"""The end of the demo: what a marketer would tell a colleague about it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pipelines.report import RunReport
from segments.findings import Changes, Known, Reach, Saved, Waiting, changes, known, reach, saved, waiting
from segments.recent import recent_events
from segments.refusal import refusal
from warehouse.db import connect_snapshot
from warehouse.publish import current_snapshot
from warehouse.settings import Workspace
from warehouse.state.store import open_state

_CHANNELS = {"email": "e-mail", "post": "letter", "phone": "phone"}
_BASES = {
    "consent": "consent",
    "existing_customer": "existing customers, for similar goods",
    "legitimate_interest": "legitimate interest, no objection",
}


@dataclass(frozen=True)
class Story:
    """Every figure that the demo's end tells."""

    run: RunReport
    as_of: datetime
    currency: str
    known: Known
    reach: list[Reach]
    waiting: Waiting
    saved: Saved
    refusal: str
    changes: Changes | None


def tell(workspace: Workspace, run: RunReport, as_of: datetime) -> Story:
    """Return the story of the published snapshot."""
    recent = recent_events(workspace, open_state(workspace.state_url))
    with connect_snapshot(current_snapshot(workspace.published_dir)) as con:
        return Story(
            run=run,
            as_of=as_of,
            currency=workspace.config.base_currency,
            known=known(con),
            reach=reach(con, as_of, recent),
            waiting=waiting(con),
            saved=saved(con, as_of, workspace.config.letter_cost, recent),
            refusal=refusal("marketing", "phone", "DE"),
            # The snapshot does not know a run that is held.
            changes=None if run.held else changes(con, run.run_id),
        )


def text(story: Story) -> str:
    """Return the story in plain lines."""
    people, waits, kept = story.known, story.waiting, story.saved
    share = waits.enquiries / waits.all_enquiries if waits.all_enquiries else 0
    oldest = f", the oldest for {(story.as_of - waits.oldest_enquiry_at).days} days" if waits.oldest_enquiry_at else ""
    lines = [
        *_change_lines(story.changes),
        "WHO THEY ARE",
        f"  {people.records:,} records in {people.silos} silos are {people.customers:,} customers; "
        f"{people.in_three_silos:,} of them are known in three silos or more.",
        "WHO MAY BE REACHED for marketing, and on what basis",
        *(f"  {line}" for line in _reach_lines(story.reach)),
        "WHAT WAITS",
        f"  {waits.enquiries:,} of {waits.all_enquiries:,} enquiries ({share:.0%}) have no answer{oldest}.",
        f"  {waits.quotations:,} quotations are open, worth {_money(waits.quotation_amount, story.currency)}; "
        f"{waits.carts:,} carts left behind in 30 days, worth {_money(waits.cart_amount, story.currency)}.",
        "WHAT IT SAVES",
        f"  {kept.duplicate_letters:,} duplicate letters a mailing, {_money(kept.letter_cost, story.currency)}.",
        f"  {kept.mailed_after_no:,} people whom a list joined on e-mail would have mailed after their no.",
        "WHAT IS REFUSED",
        f"  A German cold-call list. {story.refusal}",
    ]
    return "\n".join(lines)


def _change_lines(found: Changes | None) -> list[str]:
    """News since the run before: customers, then each segment's gains and losses with the reasons."""
    if found is None:
        return []
    news = ", ".join(f"{count:,} {event}" for event, count in found.customers.items()) or "no customer changed"
    lines = ["WHAT CHANGED since the run before", f"  Customers: {news}."]
    for segment in dict.fromkeys(name for name, *_ in found.segments):
        entered = sum(n for name, event, _, n in found.segments if (name, event) == (segment, "entered"))
        left = [f"{n:,} ({why.rstrip('.').lower()})" for name, event, why, n in found.segments
                if (name, event) == (segment, "left")]  # fmt: skip
        lines.append(f"  {segment:<24} {entered:>4,} entered; left: {', '.join(left) or 'nobody'}")
    return lines


def _reach_lines(found: list[Reach]) -> list[str]:
    lines = []
    for channel, name in _CHANNELS.items():
        parts = [f"{r.customers:,} {_BASES.get(r.basis, r.basis)}" for r in found if r.channel == channel]
        lines.append(f"{name:<7} {'; '.join(parts) or 'nobody'}")
    return lines


def _money(amount: Decimal, currency: str) -> str:
    from babel.numbers import format_currency

    return format_currency(amount, currency, "#,##0 ¤", locale="de", currency_digits=False)
