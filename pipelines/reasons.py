"""Identity's answers in lines for the terminal."""

from identity.why import CustomerReasons, IdEvent, Link, PairReasons


def customer_lines(found: CustomerReasons) -> list[str]:
    """Return the records, how they were joined, strongest link first, and what happened to the id."""
    lines = [f"C{found.customer_id:06d}: {len(found.records)} record{'s' if len(found.records) != 1 else ''}"]
    lines += [f"  {r.record_id:<28} {r.source}.{r.record_table}, since {r.since_at:%Y-%m-%d}" for r in found.records]
    if found.merges:
        lines.append("Joined by, strongest first")
        lines += [f"  {_link(link)}" for link in found.merges]
    lines.append("What happened to the id")
    return lines + [f"  {_event(event)}" for event in found.history]


def pair_lines(found: PairReasons) -> list[str]:
    """Return the answer, what was compared, and the way from one record to the other."""
    lines = [found.answer]
    if found.match_weight is not None:
        lines.append(f"Weight {found.match_weight:+.1f}, probability {found.match_probability or 0:.4f}; it is made of")
        prior = found.match_weight - sum(f.match_weight for f in found.findings)
        lines.append(f"  {prior:+6.1f}  before anything is compared: how rare it is that two records are one person")
        lines += [f"  {f.match_weight:+6.1f}  {f.comparison.replace('_', ' ')}: {f.words}" for f in found.findings]
    if found.path:
        lines.append("Joined through")
        lines += [f"  {_link(link)}" for link in found.path]
    return lines


def _link(link: Link) -> str:
    weight = "by a person" if link.match_weight is None else f"{link.match_weight:+.1f}"
    return f"{weight:>11}  {link.record_id_l} – {link.record_id_r}: {link.reason}"


def _event(event: IdEvent) -> str:
    other = f" with C{event.other_customer_id:06d}" if event.other_customer_id else ""
    return f"{event.happened_at:%Y-%m-%d %H:%M} C{event.customer_id:06d} {event.event}{other}: {event.reason}"
