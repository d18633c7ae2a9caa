"""The release check in lines for the terminal: what goes beyond its limit first."""

from collections.abc import Mapping

from segments.release_report import Measure
from warehouse.held import Held

_HEAD = f"  {'':<58} {'before':>10} {'now':>10} {'changed':>10} {'allowed':>10}"


def measure_lines(measures: list[Measure], causes: list[str] | None) -> list[str]:
    """Return what was changed by people, and every measure with its numbers; what is beyond its limit is marked and
    named with examples."""
    if not measures:
        return ["Nothing to compare: this is the first snapshot."]
    beyond = [measure for measure in measures if measure.is_beyond]
    rest = [measure for measure in measures if not measure.is_beyond and not _is_dull(measure)]
    lines = [] if causes is None else [f"Changed besides the silos' data: {', '.join(causes) or 'nothing'}."]
    lines.append(_HEAD)
    for measure in beyond:
        lines += [f"! {_line(measure)}", *_examples(measure)]
    lines += [f"  {_line(measure)}" for measure in rest]
    dull = len(measures) - len(beyond) - len(rest)
    return [*lines, f"  {dull} more measures show no change; --json has them."] if dull else lines


def held_lines(held: Held, before: Held | None) -> list[str]:
    """Return what a run that is held says at its end."""
    lines = [f"HELD, not published: run {held.run_id} changes more than `release:` in identity.yaml allows."]
    lines += [f"  {_finding(finding)}" for finding in held.findings]
    if before is not None and before.run_id == held.run_id:
        lines.append("It is held since an earlier run; this one found the same, so nothing is new.")
    elif before is not None:
        lines.append(f"It takes the place of run {before.run_id}, which was held before.")
    lines.append(f"Snapshot {held.base} stays. See the difference with `rundblick release`, then decide:")
    lines.append('`rundblick release --accept --reason "…"` or `rundblick release --reject --reason "…"`.')
    return lines


def _is_dull(measure: Measure) -> bool:
    """Nothing of it, or a segment in which nothing happened."""
    return measure.is_nothing or (measure.measure.startswith("segment_") and not measure.changed)


def _line(measure: Measure) -> str:
    allowed = "" if measure.allowed is None else f"{measure.allowed:,}"
    before, now = (_number(n) for n in (measure.before_count, measure.now_count))
    return f"{measure.words:<58} {before:>10} {now:>10} {measure.changed:>10,} {allowed:>10}"


def _number(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _examples(measure: Measure) -> list[str]:
    shown = ", ".join(f"C{customer_id:06d} ({count:,})" for customer_id, count in measure.examples)
    return [f"      such as {shown}"] if shown else []


def _finding(finding: Mapping[str, object]) -> str:
    subject = f" of {finding['subject']}" if finding["subject"] else ""
    name = str(finding["measure"]).replace("_", " ")
    return f"{name}{subject}: {finding['changed']:,} of {finding['of_count']:,}, allowed are {finding['allowed']:,}"
