"""Why two records were not joined, where the run stored nothing about the two."""

from identity.linking import NEAR
from identity.rescore import Scored
from identity.stored import Link


def say_never_joined(scored: Scored, same_customer: bool, path: list[Link]) -> str:
    """Say in one or two sentences why no evidence on the two is stored; `scored` is how they look today."""
    if path:
        return f"{joined_through(path)} The two alone were not: {_cause(scored)}."
    if same_customer:
        return "One customer; the links that joined them are not in this snapshot."
    return f"Two customers: {_cause(scored)}."


def joined_through(path: list[Link]) -> str:
    """Say through how many other records two are joined."""
    return f"One customer, joined through {len(path) - 1} other record{'s' if len(path) > 2 else ''}."


def _cause(scored: Scored) -> str:
    weight, needed = scored.evidence.match_weight, scored.evidence.needed_weight
    if scored.companies == 1:
        return "a company is never joined with a person"
    if (weight is None or needed is None) and scored.companies == 0:
        return "a test account is joined with nobody"
    if weight is None or needed is None:
        return "companies are joined by their name and one thing more, which these two do not share"
    if not scored.shared_keys:
        return "they were never compared, for they share none of the keys by which pairs are found"
    if weight < min(needed, 0) - NEAR:
        return "they were compared, and so little spoke for it that the run kept no evidence"
    keys = " and ".join(scored.shared_keys)
    return f"they were never compared, for too many records share what these two have in common ({keys})"
