"""The legal bases of each country, as data: which basis serves whom, on which channel, for what.

A rule that is not written does not exist: what no rule allows is not allowed. A country without a
file takes `default.yaml`, the strictest.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from segments.errors import SegmentError
from segments.vocabulary import BASES, Basis, Channel, Purpose, Who
from segments.yaml_errors import explain
from warehouse.yamlfile import read_yaml

DEFAULT = "*"
_FOLDER = Path(__file__).parent / "countries"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Grant(_Strict):
    """What a consent must be to count. Without evidence none does."""

    status: list[Literal["granted", "confirmed"]] = Field(min_length=1)
    proof: list[str] = Field([], description="Keys of the evidence, one of which must be there; none = any evidence.")
    expires_after_months: int | None = Field(None, gt=0, description="Since the grant or its last use.")


class NeededList(_Strict):
    """A list of people who must not be contacted, and how old it may be."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    max_age_days: int | None = Field(None, gt=0, description="Older, or never loaded: nobody is contacted.")
    voluntary: bool = Field(False, description="Used when it is there; its absence or age stops nobody.")

    @model_validator(mode="after")
    def _has_age(self) -> Self:
        if not self.voluntary and self.max_age_days is None:
            raise ValueError(f"list {self.name} needs `max_age_days`, or `voluntary: true`.")
        return self


class Rule(_Strict):
    """One basis on which `who` may be contacted on `channels` for `purposes`, if its evidence is there."""

    basis: Basis
    channels: list[Channel] = Field(min_length=1)
    purposes: list[Purpose] = Field(min_length=1)
    who: list[Who] = Field(min_length=1)
    grant: Grant | None = Field(None, description="Basis consent: what it must be.")
    purchased_within_days: int | None = Field(None, gt=0, description="Needs a purchase no older than this.")
    lists: list[NeededList] = []
    hours: str | None = Field(None, description="When calls may be made, local time.")
    source: str = Field(min_length=5, description="The law, as it is cited to whoever asks.")
    valid_from: date
    unsure: str | None = Field(None, description="What could not be confirmed about this rule.")

    @model_validator(mode="after")
    def _grant_with_consent(self) -> Self:
        if (self.basis == "consent") != (self.grant is not None):
            raise ValueError("`grant` belongs to basis consent, and to no other. Correct the one or the other.")
        if self.basis == "existing_customer" and set(self.channels) != {"email"}:
            raise ValueError("existing_customer serves e-mail only: the address comes from the sale.")
        return self


class Country(_Strict):
    """The rules of one country."""

    country: Annotated[str, Field(pattern=r"^([A-Z]{2}|\*)$")]
    name: str
    name_de: str
    rules: list[Rule] = Field(min_length=1)


Countries = dict[str, Country]


@cache
def shipped_countries() -> Countries:
    """Return the countries that come with the product, by code; `*` is every other."""
    return read_countries(_FOLDER)


def read_countries(folder: Path) -> Countries:
    """Return the countries of a folder, by code. Raises SegmentError, naming file and line."""
    countries = [_read_country(file) for file in sorted(folder.glob("*.yaml"))]
    by_code = {country.country: country for country in countries}
    if DEFAULT not in by_code:
        raise SegmentError(f'{folder}: no default.yaml with `country: "*"`. Add the rules for unknown countries.')
    return by_code


def rules_for(countries: Countries, country: str | None, purpose: str, channel: str, who: str) -> list[Rule]:
    """Return the rules of a country (of `*` for one without a file) for one contact, best basis first."""
    table = countries.get(country or DEFAULT, countries[DEFAULT])
    fitting = [r for r in table.rules if purpose in r.purposes and channel in r.channels and who in r.who]
    return sorted(fitting, key=lambda rule: BASES.index(rule.basis))


def asks_for_goods(purpose: str, channel: str) -> bool:
    """Whether some country counts existing customers here, who depend on the goods that a campaign shows."""
    return any(
        rule.basis == "existing_customer" and purpose in rule.purposes and channel in rule.channels
        for country in shipped_countries().values()
        for rule in country.rules
    )


_RULE_SCHEMA = pa.schema(
    [
        ("rule_id", pa.int64()),
        ("country", pa.string()),
        ("who", pa.string()),
        ("basis", pa.string()),
        ("rank", pa.int64()),
        ("statuses", pa.list_(pa.string())),
        ("proof", pa.list_(pa.string())),
        ("expires_after_months", pa.int64()),
        ("purchased_within_days", pa.int64()),
        ("hours", pa.string()),
        ("law", pa.string()),
    ]
)
_LIST_SCHEMA = pa.schema(
    [
        ("rule_id", pa.int64()),
        ("list_name", pa.string()),
        ("max_age_days", pa.int64()),
        ("voluntary", pa.bool_()),
    ]
)


def rule_tables(countries: Countries, purpose: str, channel: str, on: date) -> tuple[pa.Table, pa.Table]:
    """Return the rules in force on a day for one purpose and channel, and the lists they need."""
    rules: list[dict[str, object]] = []
    lists: list[dict[str, object]] = []
    for code, country in sorted(countries.items()):
        for rule in country.rules:
            if purpose not in rule.purposes or channel not in rule.channels or rule.valid_from > on:
                continue
            for who in rule.who:
                rules.append(_rule_row(len(rules), code, who, rule))
                lists += [
                    {"rule_id": len(rules) - 1, "list_name": needed.name, **_age(needed)} for needed in rule.lists
                ]
    return pa.Table.from_pylist(rules, _RULE_SCHEMA), pa.Table.from_pylist(lists, _LIST_SCHEMA)


def _rule_row(rule_id: int, country: str, who: str, rule: Rule) -> dict[str, object]:
    grant = rule.grant
    return {
        "rule_id": rule_id,
        "country": country,
        "who": who,
        "basis": rule.basis,
        "rank": BASES.index(rule.basis),
        "statuses": list(grant.status) if grant else None,
        "proof": grant.proof if grant else None,
        "expires_after_months": grant.expires_after_months if grant else None,
        "purchased_within_days": rule.purchased_within_days,
        "hours": rule.hours,
        "law": rule.source,
    }


def _age(needed: NeededList) -> dict[str, object]:
    return {"max_age_days": needed.max_age_days, "voluntary": needed.voluntary}


def _read_country(file: Path) -> Country:
    data = read_yaml(file)
    try:
        return Country.model_validate(data)
    except ValidationError as error:
        raise SegmentError(explain(file, data, error)) from None
