"""`release:` in identity.yaml: how much one run may change before a person has to look at it."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limit(_Part):
    """The larger of a share of what is published and a number, which small workspaces need."""

    share: float = Field(ge=0, le=1, description="Share of what is published, 0 to 1.")
    at_least: int = Field(ge=0, le=1_000_000_000, description="As many are always allowed.")


class Plausible(_Part):
    """How many different values of a kind one person may have; with more a customer looks like several people."""

    given_names: int = Field(3, ge=1, le=1000)
    family_names: int = Field(3, ge=1, le=1000)
    birth_dates: int = Field(2, ge=1, le=1000)
    emails: int = Field(5, ge=1, le=1000)
    phones: int = Field(3, ge=1, le=1000)
    cards: int = Field(3, ge=1, le=1000)


def _limit(share: float, at_least: int, description: str) -> Any:
    return Field(Limit(share=share, at_least=at_least), description=description)


class ReleaseLimits(_Part):
    """A run that goes beyond one of these is held. Each counts what changed against the published snapshot."""

    hold: bool = Field(True, description="false publishes every run; the comparison is stored all the same.")
    plausible: Plausible = Plausible()
    large_records: int = Field(20, ge=2, description="A customer of more records than this is a large one.")

    records_moved: Limit = _limit(0.01, 50, "Records that go from one customer to another.")
    customers_changed: Limit = _limit(0.01, 50, "Customers that lose records to another, or get some of another.")
    customers_merged: Limit = _limit(0.005, 25, "Customers whose records went over to others.")
    customers_split: Limit = _limit(0.005, 25, "Customers whose records are several customers now.")
    customers_gone: Limit = _limit(0.02, 50, "Customers that have no record left.")
    judgements_broken: Limit = _limit(0, 0, "Judged pairs that the published snapshot honours and the run does not.")
    largest_customer: Limit = _limit(0.5, 10, "Records by which the largest customer grows.")
    usual_customer: Limit = _limit(0.5, 4, "Records by which the largest of 99 in 100 customers grows.")
    large_customers: Limit = _limit(0.1, 5, "How many more large customers there are.")
    implausible: Limit = _limit(0.001, 10, "How many more customers have more values of a kind than is plausible.")
    segment_gained: Limit = _limit(0.3, 100, "Members that a segment gains though its definition is the same.")
    segment_lost: Limit = _limit(0.3, 100, "Members that a segment loses though its definition is the same.")

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, values: Any) -> Any:
        """The half of a limit that is not written keeps its default."""
        if not isinstance(values, dict):
            return values
        defaults = {name: field.default for name, field in cls.model_fields.items()}
        return {
            name: defaults[name].model_dump() | value
            if isinstance(value, dict) and isinstance(defaults.get(name), Limit)
            else value
            for name, value in values.items()
        }
