"""Identity's answers in lines for the terminal."""

from collections.abc import Iterable

from identity.lookup import IdAt, RecordReasons, TodaysId
from identity.merges import MergeStep
from identity.stored import UNKNOWN, Evidence, Judgement, Link, NearLink
from identity.why import CustomerReasons, IdEvent, PairReasons
from identity.why_two import CustomersReasons


def customer_lines(found: CustomerReasons) -> list[str]:
    """Return the records, how they were joined, what was kept apart, and what happened to the id."""
    lines = [f"{_code(found.customer_id)}: {_plural(len(found.records), 'record')}"]
    lines += [f"  {r.record_id:<28} {r.source}.{r.record_table}, since {r.since_at:%Y-%m-%d}" for r in found.records]
    lines += _today(found)
    lines += _part("Joined step by step, strongest first", map(_step, found.merges))
    lines += _part("Kept apart from", _apart(found))
    lines += _part("Judged by people", map(_judgement, found.judgements))
    return lines + _part("What happened to the id", map(_event, found.history))


def pair_lines(found: PairReasons) -> list[str]:
    """Return the answer, what was compared, and the way from one record to the other."""
    lines = [found.answer]
    if found.evidence.match_weight is not None:
        if not found.is_stored:
            lines.append("Compared now, for illustration; it is not what a run decided by:")
        lines += _weights(found.evidence)
    return lines + _part("Joined through", map(_link, found.path))


def customers_lines(found: CustomersReasons) -> list[str]:
    """Return why two customers are two, and the pairs of their records that came near, the closest first."""
    return [found.answer, *_part("Pairs that came near, the closest first", map(_near, found.kept_apart))]


def record_lines(found: RecordReasons) -> list[str]:
    """Return whose record it is, whose it was, and all its ids."""
    now = "gone" if found.customer_id is None else f"{_code(found.customer_id)} today"
    lines = [f"{found.record_id}: {now}"]
    if found.at is not None:
        then = "no customer's" if found.customer_id_at is None else _code(found.customer_id_at)
        lines.append(f"At {found.at:%Y-%m-%d %H:%M} UTC it was {then}")
    ids = (
        f"{i.since_at:%Y-%m-%d %H:%M} {'gone' if i.customer_id is None else _code(i.customer_id)}" for i in found.ids
    )
    return lines + _part("Its ids", ids)


def id_at_lines(found: IdAt) -> list[str]:
    """Return the records that an id had at a time, and whose they are today."""
    had = f"{_code(found.customer_id)} had {_plural(len(found.records), 'record')} at {found.at:%Y-%m-%d %H:%M} UTC"
    return [had, *(f"  {record}" for record in found.records), *_part("Today they are", map(_share, found.today))]


def _today(found: CustomerReasons) -> list[str]:
    """Whom the id leads to, where that is more than the customer itself."""
    others = [t for t in found.today if t.customer_id != found.customer_id]
    if found.records:
        return _part("Records that it had once belong to", map(_share, others))
    return _part("Today it is", map(_share, others)) or ["  all its records are gone"]


def _share(today: TodaysId) -> str:
    return f"{_code(today.customer_id)} ({_plural(today.records, 'record')})"


def _apart(found: CustomerReasons) -> list[str]:
    """One line for each other customer: the pair for which most spoke."""
    lines: dict[int, str] = {}
    for near in found.kept_apart:
        other = near.customer_id_r if near.customer_id_l == found.customer_id else near.customer_id_l
        lines.setdefault(other, f"{_code(other)} {_near(near)}")
    return list(lines.values())


def _near(near: NearLink) -> str:
    weight = "" if near.evidence.match_weight is None else f" ({near.evidence.match_weight:+.1f})"
    return f"{near.record_id_l} – {near.record_id_r}{weight}: {near.reason}"


def _weights(evidence: Evidence) -> list[str]:
    needed = f", {evidence.needed_weight:.1f} is needed" if evidence.needed_weight is not None else ""
    lines = [
        f"Weight {evidence.match_weight:+.1f}, probability {evidence.match_probability or 0:.4f}{needed}:",
        f"  {evidence.prior_weight:+6.1f}  before anything is compared: how rare it is that two records are one person",
    ]
    known = [f for f in evidence.findings if f.words != UNKNOWN]
    lines += [f"  {f.match_weight:+6.1f}  {f.comparison.replace('_', ' ')}: {f.words}" for f in known]
    unknown = ", ".join(f.comparison.replace("_", " ") for f in evidence.findings if f.words == UNKNOWN)
    return [*lines, f"          {UNKNOWN}: {unknown}"] if unknown else lines


def _step(step: MergeStep) -> str:
    return f"{_link(step.link)}; {len(step.records_l)} + {len(step.records_r)} = {step.size} records"


def _link(link: Link) -> str:
    weight = f"{link.evidence.match_weight:+.1f}" if link.origin == "model" else f"by {_ORIGINS[link.origin]}"
    return f"{weight:>11}  {link.record_id_l} – {link.record_id_r}: {link.reason}"


def _judgement(said: Judgement) -> str:
    by = f" by {said.judged_by}" if said.judged_by else ""
    why = f": {said.reason}" if said.reason else ""
    aside = "" if said.is_applied else " (set aside: it contradicts other judgements)"
    return f"{said.judged_at:%Y-%m-%d %H:%M} {said.record_id_l} – {said.record_id_r} {said.verdict}{by}{why}{aside}"


def _event(event: IdEvent) -> str:
    other = f" with {_code(event.other_customer_id)}" if event.other_customer_id else ""
    return f"{event.happened_at:%Y-%m-%d %H:%M} {_code(event.customer_id)} {event.event}{other}: {event.reason}"


def _part(heading: str, lines: Iterable[str]) -> list[str]:
    shown = [f"  {line}" for line in lines]
    return [heading, *shown] if shown else []


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _code(customer_id: int) -> str:
    return f"C{customer_id:06d}"


_ORIGINS = {"judgement": "a person", "company": "a rule"}
