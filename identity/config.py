"""`identity.yaml`: limits of the linking and the rules of survivorship. Every default works."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from identity.errors import IdentityError
from identity.release_limits import ReleaseLimits
from warehouse.yamlfile import explain, read_yaml

Criterion = Literal["verified", "source", "recency", "frequency"]
FieldGroup = Literal["name", "address", "email", "phone", "birth_date", "card_no", "company_name", "gender", "language"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BadValues(_Part):
    """When a value is too widely shared to be evidence."""

    max_family_names: int = Field(3, ge=1, description="An e-mail, phone or card with more family names is shared.")
    max_names: int = Field(5, ge=1, description="The same with more different whole names.")
    max_address_families: int = Field(6, ge=1, description="A house of more families tells nothing without the name.")
    max_birth_date_records: int = Field(30, ge=2, description="A birth date is never suspect below this.")
    max_birth_date_ratio: int = Field(20, ge=2, description="Times the mean that makes a date a placeholder.")


class Guard(_Part):
    """What a cluster may hold before it is looked at again and, if need be, cut."""

    max_records: int = Field(20, ge=2, description="A larger cluster loses its weakest links, step by step.")
    max_contacts: int = Field(
        3, ge=1, description="A cluster of more e-mail addresses, phones, homes or cards loses links by names only."
    )


class Households(_Part):
    """When an address is more than one home."""

    flats_above_families: int = Field(4, ge=1, description="More family names than these make a block of flats.")
    institution_people: int = Field(30, ge=3, description="As many people, nearly all of other names, are no homes.")
    max_members: int = Field(10, ge=2, description="A household of more is none: what joined them is no home.")


class Rule(_Part):
    """Which record a field of the golden record is taken from.

    `prefer` are the criteria in order; records equal in one go to the next, and at last to the
    smallest record_id. `sources` is the order that `source` means; others follow after them.
    """

    prefer: tuple[Criterion, ...] = Field(("verified", "source", "frequency", "recency"), min_length=1)
    sources: tuple[str, ...] | None = Field(None, description="Own order of sources; null takes the common one.")

    @model_validator(mode="after")
    def _each_once(self) -> "Rule":
        if len(set(self.prefer)) < len(self.prefer):
            raise ValueError("a criterion stands twice in `prefer`; name each once")
        return self


_DEFAULTS: dict[FieldGroup, Rule] = {
    "name": Rule(prefer=("verified", "frequency", "source", "recency")),
    "address": Rule(prefer=("recency", "source", "frequency")),
    "email": Rule(prefer=("verified", "frequency", "source", "recency")),
    "phone": Rule(prefer=("frequency", "source", "recency")),
    "birth_date": Rule(prefer=("frequency", "source", "recency")),
    "card_no": Rule(prefer=("source", "recency", "frequency")),
    "company_name": Rule(prefer=("source", "frequency", "recency")),
    "gender": Rule(prefer=("frequency", "source", "recency")),
    "language": Rule(prefer=("recency", "source", "frequency")),
}


class IdentityConfig(_Part):
    """What `identity.yaml` may hold."""

    schema_version: Literal[1] = 1
    match_weight: Annotated[float, Field(ge=-20, le=60)] | None = Field(
        None, description="Weight from which two records are linked; null takes the model's own."
    )
    bad_values: BadValues = BadValues()
    guard: Guard = Guard()
    release: ReleaseLimits = ReleaseLimits()
    households: Households = Households()
    sources: tuple[str, ...] = Field((), description="Sources in order of trust; others follow in order of name.")
    survivorship: dict[FieldGroup, Rule] = Field(default_factory=dict)

    def rule(self, field: FieldGroup) -> Rule:
        """The rule declared for `field`, else the default."""
        return self.survivorship.get(field, _DEFAULTS[field])


FIELD_GROUPS: tuple[FieldGroup, ...] = tuple(_DEFAULTS)


def read_config(path: Path) -> IdentityConfig:
    """Return the workspace's identity.yaml, or the defaults where there is none.

    Raises IdentityError, naming the line, when it is not valid.
    """
    if not path.exists():
        return IdentityConfig()
    try:
        return IdentityConfig.model_validate(read_yaml(path) or {})
    except ValidationError as error:
        raise IdentityError(explain(path, error)) from None
