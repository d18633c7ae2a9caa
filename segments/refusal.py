"""Why a list cannot be had: the answer to a wish that no rule, or only consent, could fulfil."""

from segments.errors import SegmentError
from segments.legal_basis import DEFAULT, Countries, Rule, rules_for, shipped_countries
from segments.vocabulary import CHANNELS, PURPOSES, Who

_DEED = {
    "email": "e-mails",
    "sms": "text messages",
    "phone": "calls",
    "post": "letters",
    "ads": "uploads to ad platforms",
}
_PEOPLE = {"consumer": "consumers", "business": "businesses"}


def refusal(
    purpose: str, channel: str, country: str | None, who: Who = "consumer", rules: Countries | None = None
) -> str:
    """Return in plain words why people of a country cannot be contacted cold, that is without anything of
    their own that allows it; empty where post or an opt-out channel needs no more than no objection."""
    if purpose not in PURPOSES or channel not in CHANNELS:
        raise SegmentError(f'no such contact: purpose "{purpose}", channel "{channel}". Correct the one or the other.')
    table = shipped_countries() if rules is None else rules
    fitting = rules_for(table, country, purpose, channel, who)
    place = table.get(country or DEFAULT, table[DEFAULT]).name
    opening = f"{place[0].upper()}{place[1:]}: {_DEED[channel]} to {_PEOPLE[who]} for {purpose}"
    if not fitting:
        return f"{opening} have no lawful basis at all. There is no such list, with consent or without."
    if any(rule.basis == "legitimate_interest" for rule in fitting):
        return ""
    needs = " or ".join(_need(rule) for rule in fitting)
    return f"{opening} need {needs}. Nobody else is in any list, however large the segment."


def _need(rule: Rule) -> str:
    if rule.basis == "consent" and rule.grant is not None:
        proof = f", proved by {' or '.join(p.replace('_', ' ') for p in rule.grant.proof)}" if rule.grant.proof else ""
        how = "confirmed" if rule.grant.status == ["confirmed"] else "express"
        return f"the person's own {how} consent{proof} ({rule.source})"
    return {
        "existing_customer": f"a sale with notice and similar goods ({rule.source})",
        "enquiry": f"the person's own open enquiry or quotation ({rule.source})",
        "contract": f"the person's own recent order ({rule.source})",
    }[rule.basis]
