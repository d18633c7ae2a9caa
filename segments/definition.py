"""What a segment is: a description, a purpose, and a tree of conditions (or SQL) that says who belongs.

The file's name is the segment's name. docs/segments.md is the reference.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)

from segments.errors import SegmentError
from segments.fields import FieldType, fields
from segments.vocabulary import MARKETING_PURPOSES, PURPOSES, Purpose
from segments.yaml_errors import explain
from warehouse.yamlfile import read_yaml

NAME = re.compile(r"^[a-z][a-z0-9_]{0,59}$")
AGO = re.compile(r"^(\d{1,5}) (day|week|month|year)s? ago$")
SPAN = re.compile(r"^(\d{1,5}) (day|week|month|year)s?$")
Value = bool | int | Decimal | str

# Operators by the type of field that they fit.
OPERATORS: dict[FieldType, tuple[str, ...]] = {
    "number": ("at_least", "at_most", "equals", "is_not", "one_of", "is_null"),
    "text": ("equals", "is_not", "one_of", "is_null"),
    "boolean": ("equals", "is_not", "is_null"),
    "time": ("before", "after", "within", "is_null"),
}


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _plain(value: Any) -> Any:
    """YAML reads `2026-01-31` as a date and `0.5` as a float: give back text, and an exact number."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return Decimal(str(value)) if isinstance(value, float) else value


Moment = Annotated[str, BeforeValidator(_plain)]
Scalar = Annotated[Value, BeforeValidator(_plain)]


class Test(_Strict):
    """A field and what must hold of it; several operators must all hold."""

    __test__ = False  # no test of pytest's
    field: str
    at_least: Annotated[int | Decimal, BeforeValidator(_plain)] | None = None
    at_most: Annotated[int | Decimal, BeforeValidator(_plain)] | None = None
    equals: Scalar | None = None
    is_not: Scalar | None = None
    one_of: list[Scalar] | None = Field(None, min_length=1)
    is_null: bool | None = None
    before: Moment | None = Field(None, description="`180 days ago` or an ISO date.")
    after: Moment | None = Field(None, description="`180 days ago` or an ISO date.")
    within: str | None = Field(None, description="`30 days`: that long before now, and not in the future.")

    @field_validator("field")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in fields():
            raise ValueError(f'field "{name}" is not known. Use one of {", ".join(sorted(fields()))}.')
        return name

    @field_validator("before", "after")
    @classmethod
    def _is_moment(cls, text: str) -> str:
        if not AGO.match(text) and not _is_iso(text):
            raise ValueError(f'"{text}" is no time. Write "180 days ago" (days, weeks, months, years) or 2026-01-31.')
        return text

    @field_validator("within")
    @classmethod
    def _is_span(cls, text: str) -> str:
        if not SPAN.match(text):
            raise ValueError(f'"{text}" is no span of time. Write "30 days" (days, weeks, months, years).')
        return text

    @model_validator(mode="after")
    def _fits(self) -> Self:
        allowed = OPERATORS[fields()[self.field].type]
        if not self.operators:
            raise ValueError(f"field {self.field}: no condition. Add one of {', '.join(allowed)}.")
        for operator in self.operators:
            if operator not in allowed:
                raise ValueError(f"field {self.field} takes {', '.join(allowed)}, not {operator}. Use one of those.")
            self._check_value(operator)
        return self

    @property
    def operators(self) -> dict[str, Any]:
        """The operators that are set, with their values."""
        return {k: getattr(self, k) for k in self.model_fields_set if k != "field"}

    def _check_value(self, operator: str) -> None:
        found = fields()[self.field]
        values = self.one_of if operator == "one_of" else [getattr(self, operator)]
        kinds: dict[str, tuple[type, ...]] = {"number": (int, Decimal), "text": (str,), "boolean": (bool,)}
        if operator not in ("equals", "is_not", "one_of"):
            return
        for value in values or []:
            if not isinstance(value, kinds[found.type]) or isinstance(value, bool) != (found.type == "boolean"):
                raise ValueError(f"field {self.field}: {operator} takes a {found.type}. Correct the value.")
            if found.values and value not in found.values:
                allowed = ", ".join(found.values)
                raise ValueError(f'field {self.field}: "{value}" is not one of {allowed}. Use one of those.')


class All(_Strict):
    """Every condition holds."""

    all: list["Condition"] = Field(min_length=1)


class Any_(_Strict):
    """At least one condition holds."""

    any: list["Condition"] = Field(min_length=1)


class Not(_Strict):
    """The condition does not hold."""

    not_: "Condition" = Field(alias="not")


class Member(_Strict):
    """The customer belongs to another segment."""

    segment: str


def _form(value: Any) -> str:
    """Which of the five forms a condition has, by its keys."""
    if isinstance(value, BaseModel):
        value = value.model_dump(by_alias=True)
    keys = value if isinstance(value, dict) else ()
    found = [form for form in ("all", "any", "not", "segment", "field") if form in keys]
    return f"a {found[0]}" if len(found) == 1 else "unknown"


Condition = Annotated[
    Annotated[All, Tag("a all")]
    | Annotated[Any_, Tag("a any")]
    | Annotated[Not, Tag("a not")]
    | Annotated[Member, Tag("a segment")]
    | Annotated[Test, Tag("a field")],
    Discriminator(
        _form,
        custom_error_type="condition",
        custom_error_message="a condition is one of all, any, not, segment or field: write exactly one",
    ),
]
for model in (All, Any_, Not):
    model.model_rebuild()


class Segment(_Strict):
    """One segment. `purpose` has no default: nobody is to forget what the people are contacted for."""

    name: str
    title: str = ""
    title_de: str = ""
    description: str = Field(min_length=5)
    owner: str = "crm"
    purpose: Purpose
    advertises: list[str] = Field([], description="Categories of goods that the campaign shows.")
    where: Condition | None = None
    sql: str | None = None

    @field_validator("name")
    @classmethod
    def _is_name(cls, name: str) -> str:
        if not NAME.match(name):
            raise ValueError(f'name "{name}" is not a name. Use a-z, 0-9 and _, a letter first, 60 characters at most.')
        return name

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.where is None) == (self.sql is None):
            raise ValueError("a segment has either `where` or `sql`. Keep one of them.")
        return self

    @model_validator(mode="after")
    def _advertises_where_it_may(self) -> Self:
        if refused := _no_advertising(self.purpose, self.advertises):
            raise ValueError(refused)
        return self

    def advertising(self, goods: Iterable[str]) -> Self:
        """The segment for a campaign that shows these categories of goods, whatever the file says.

        Raises SegmentError where its purpose allows no advertising.
        """
        shown = list(goods)
        if refused := _no_advertising(self.purpose, shown):
            raise SegmentError(f"{self.name}: {refused}")
        return self.model_copy(update={"advertises": shown})

    @property
    def heading(self) -> str:
        """The title in English, made from the name when there is none."""
        return self.title or self.name.replace("_", " ").capitalize()

    @property
    def heading_de(self) -> str:
        return self.title_de or self.heading


def _no_advertising(purpose: str, goods: list[str]) -> str | None:
    """Why a message of this purpose may not show goods; None where it may, or shows none."""
    if not goods or purpose in MARKETING_PURPOSES:
        return None
    return (
        f"purpose {purpose} answers the person's own order or enquiry and carries no advertising."
        " Take out `advertises`, or use purpose marketing."
    )


def read_segment(file: Path) -> Segment:
    """Return the segment of a YAML file. Raises SegmentError, naming file and line."""
    return parse_segment(read_yaml(file), file.stem, file)


def parse_segment(content: Any, name: str, where: Path | str) -> Segment:
    """Return the segment that a mapping (from YAML or a form) describes. Raises SegmentError."""
    if not isinstance(content, dict):
        raise SegmentError(f"{where}:1: no segment. Write description, purpose and where.")
    if "name" in content:
        raise SegmentError(f"{where}:1: `name` is the file's name. Take it out, or rename the file.")
    if "purpose" not in content:
        allowed = ", ".join(sorted(PURPOSES))
        raise SegmentError(f"{where}:1: `purpose` is missing. Say what the people are contacted for: {allowed}.")
    try:
        return Segment.model_validate({**content, "name": name})
    except ValidationError as error:
        raise SegmentError(explain(where, content, error)) from None


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
