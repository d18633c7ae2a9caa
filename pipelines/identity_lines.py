"""How far customers can be trusted, in lines for people."""

from identity.accuracy import Accuracy, Estimate, InBusiness
from identity.judged_accuracy import OnJudgements


def accuracy_lines(found: Accuracy) -> list[str]:
    """Return the figures with their 95 % intervals."""
    return [
        f"  {found.records:,} records; shares with their 95 % interval",
        f"  pairs    precision {_share(found.pair_precision)}  recall {_share(found.pair_recall)}"
        f"  of the linkable {_share(found.linkable_recall)}",
        f"  B-cubed  precision {_share(found.b3_precision)}  recall {_share(found.b3_recall)}"
        f"  F1 {_share(found.b3_f1)}, {found.share_of_perfect_b3_f1.value:.3f} of what a perfect linker reaches",
    ]


def business_line(found: InBusiness) -> str:
    """Return the mistakes in the words of those who use customers."""
    return (
        f"  {_one_in(found.customers, found.mixed, 'customer')} carries another person's history; "
        f"{_one_in(found.people, found.parted, 'person')} is still two."
    )


def hard_case_lines(cases: dict[str, Accuracy]) -> list[str]:
    """Return a line for each class of hard records, the largest first."""
    lines = [f"  {'hard case':22}{'records':>9}  precision            recall of linkable pairs"]
    for name, found in sorted(cases.items(), key=lambda case: (-case[1].records, case[0])):
        lines.append(
            f"  {name.replace('_', ' '):22}{found.records:>9,}  {_share(found.pair_precision)}  "
            f"{_share(found.linkable_recall)}"
        )
    return lines


def judgement_lines(found: OnJudgements) -> list[str]:
    """Return what the model would have said of the judged pairs."""
    same, different = found.same_joined + found.same_missed, found.different_joined + found.different_kept_apart
    return [
        f"  judged the same person: {same:,}, of which the model joins {found.same_joined:,}",
        f"  judged different people: {different:,}, of which the model joins {found.different_joined:,}",
        f"  precision {_share(found.precision)}  recall {_share(found.recall)}; people judge the doubtful pairs only",
    ]


def _share(found: Estimate) -> str:
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})"


def _one_in(whole: int, part: int, what: str) -> str:
    return f"one {what} in {whole / part:,.0f}" if part else f"no {what} of {whole:,}"
