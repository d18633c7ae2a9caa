"""How links make a customer: one merge after the other, and the way from one record to another."""

from collections.abc import Sequence
from dataclasses import dataclass

from identity.stored import Link


@dataclass(frozen=True)
class MergeStep:
    """A link that joined two groups of records; both groups as they were just before."""

    link: Link
    records_l: tuple[str, ...]
    records_r: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many records the group has after it."""
        return len(self.records_l) + len(self.records_r)


def merge_steps(links: Sequence[Link]) -> list[MergeStep]:
    """Return the merges in the order of `links`; links between records already joined make none.

    With a customer's links strongest first this builds it up from its surest pair.
    """
    group: dict[str, tuple[str, ...]] = {}
    steps = []
    for link in links:
        left = group.get(link.record_id_l, (link.record_id_l,))
        right = group.get(link.record_id_r, (link.record_id_r,))
        if link.record_id_r in left:
            continue
        steps.append(MergeStep(link, left, right))
        joined = tuple(sorted((*left, *right)))
        group |= dict.fromkeys(joined, joined)
    return steps


def way_between(links: Sequence[Link], start: str, end: str) -> list[Link]:
    """Return the links that lead from one record to another along the merges; empty when they are not joined."""
    tree = [step.link for step in merge_steps(links)]
    ways: dict[str, list[Link]] = {start: []}
    ends = [start]
    while ends:
        here = ends.pop()
        for link in tree:
            if here in (link.record_id_l, link.record_id_r):
                there = link.record_id_r if here == link.record_id_l else link.record_id_l
                if there not in ways:
                    ways[there] = [*ways[here], link]
                    ends.append(there)
    return ways.get(end, [])
