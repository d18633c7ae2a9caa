"""What a source promises: its tables, their keys, types and expectations, and its mapping to entities."""

import re
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

TYPE_PATTERN = r"^(text|integer|decimal(\(\d{1,2}, ?\d{1,2}\))?|boolean|date|timestamp)$"
ColumnTypeName = Annotated[str, Field(pattern=TYPE_PATTERN)]
DeliveryKind = Literal["snapshot", "changes", "events"]
BatchRule = Literal[
    "rows", "unique", "between", "max_missing_share", "fresh_within", "max_reject_share", "max_removed_share"
]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


def _known_zone(zone: str) -> str:
    if zone not in available_timezones():
        raise ValueError(f'"{zone}" is no time zone; name one such as Europe/Berlin or UTC')
    return zone


Zone = Annotated[str, AfterValidator(_known_zone)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _storable(kind: str) -> str:
    digits = [int(number) for number in re.findall(r"\d+", kind)]
    if digits and not (1 <= digits[0] <= 38 and digits[1] <= digits[0]):
        raise ValueError(f"{kind} is no decimal: at most 38 digits, of them no more behind the sign than in all")
    return kind


class ColumnType(_Strict):
    """The type of a column as sent, and the format of its text where that is not ISO."""

    type: Annotated[ColumnTypeName, AfterValidator(_storable)]
    format: str | None = Field(
        default=None,
        description="strptime format of dates and times, `unix` or `unix_ms`; `1.234,56` for decimals.",
    )
    timezone: Zone | None = Field(default=None, description="Zone of clock times, when not the source's.")
    null_values: list[str] = Field(default=[], description="Texts that mean nothing, e.g. 00000000.")
    optional: bool = Field(
        default=False, description="The column may be absent from a delivery; it then reads as null."
    )


class Expect(_Strict):
    """Row rules (key, type, not_null, allowed, matches: a bad row is rejected) and batch rules (the rest)."""

    rows: tuple[Annotated[int, Field(ge=0)], int] | None = Field(
        default=None, description="Accepted rows of a batch, least and most."
    )
    not_null: list[str] = []
    allowed: dict[str, list[str]] = {}
    matches: dict[str, str] = Field(default={}, description="Column to RE2 pattern that the whole text must match.")
    unique: list[str] = []
    between: dict[str, tuple[float, float]] = {}
    max_missing_share: dict[str, Annotated[float, Field(ge=0, le=1)]] = {}
    fresh_within: str | None = Field(default=None, pattern=r"^\d+[hd]$")
    fresh_column: str | None = None
    max_reject_share: float = Field(default=0.05, ge=0, le=1)
    max_removed_share: float = Field(
        default=0.2, ge=0, le=1, description="Of a snapshot's keys; more stops the source."
    )
    warn: list[BatchRule] = Field(default=[], description="Batch rules that only warn.")

    @field_validator("rows", "between")
    @classmethod
    def _least_before_most(cls, bounds: Any) -> Any:
        pairs = bounds.values() if isinstance(bounds, dict) else [bounds] if bounds else []
        for low, high in pairs:
            if not low <= high:
                raise ValueError(f"{low} to {high} holds nothing; write the least first, then the most")
        return bounds

    @field_validator("matches")
    @classmethod
    def _are_patterns(cls, patterns: dict[str, str]) -> dict[str, str]:
        for column, pattern in patterns.items():
            try:
                pc.match_substring_regex(pa.array([""]), pattern=pattern)
            except pa.ArrowInvalid:
                raise ValueError(f'"{column}": not a pattern of RE2, such as [0-9]{{5}}') from None
        return patterns

    @model_validator(mode="after")
    def _fresh_needs_a_column(self) -> Self:
        if self.fresh_within and not self.fresh_column:
            raise ValueError("fresh_within needs fresh_column, the column that says how new a row is")
        return self

    def row_rule_columns(self) -> list[str]:
        return [*self.not_null, *self.allowed, *self.matches]

    def batch_rule_columns(self) -> list[str]:
        fresh = [self.fresh_column] if self.fresh_within and self.fresh_column else []
        return [*self.unique, *self.between, *self.max_missing_share, *fresh]


class Table(_Strict):
    """One raw table of a source."""

    files: str | None = Field(default=None, description="Name pattern of the files that hold this table.")
    query: str | None = Field(default=None, description="SQL sources: the SELECT, when not the whole table.")
    delivery: DeliveryKind = "snapshot"
    key: list[str] = Field(min_length=1)
    version: str | None = Field(default=None, description="Column that says which of two rows is newer.")
    columns: dict[str, ColumnType] = {}
    expect: Expect = Expect()
    on_new_column: Literal["keep", "drop", "stop"] = "keep"

    @model_validator(mode="before")
    @classmethod
    def _short_types(cls, data: Any) -> Any:
        """`price: decimal` is short for `price: {type: decimal}`."""
        if isinstance(data, dict) and isinstance(data.get("columns"), dict):
            long = {k: {"type": v} if isinstance(v, str) else v for k, v in data["columns"].items()}
            return {**data, "columns": long}
        return data

    @model_validator(mode="after")
    def _measurable(self) -> Self:
        """Columns compared as numbers or times must be declared as such."""
        numbers, times = ("integer", "decimal"), ("date", "timestamp")
        fresh = [self.expect.fresh_column] if self.expect.fresh_column else []
        for rule, names, kinds in (("between", self.expect.between, numbers), ("fresh_column", fresh, times)):
            for name in names:
                found = self.columns[name].type.split("(")[0] if name in self.columns else "text"
                if found not in kinds:
                    raise ValueError(f'expect.{rule}: column "{name}" must be declared as {" or ".join(kinds)}')
        return self

    @property
    def promised_columns(self) -> list[str]:
        """Columns that every delivery must have, in order of mention."""
        declared = [name for name, column in self.columns.items() if not column.optional]
        rules = [name for name in self._rule_columns() if not self._is_optional(name)]
        version = [self.version] if self.version else []
        return list(dict.fromkeys([*self.key, *version, *declared, *rules]))

    def _rule_columns(self) -> list[str]:
        return [*self.expect.row_rule_columns(), *self.expect.batch_rule_columns()]

    def _is_optional(self, name: str) -> bool:
        return name in self.columns and self.columns[name].optional


class Mapping(_Strict):
    """How rows of a source become rows of an entity: columns of one raw table, or a whole SELECT."""

    from_: str | None = Field(default=None, alias="from")
    columns: dict[str, str] = {}
    where: str | None = None
    sql: str | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.sql is None) == (self.from_ is None):
            raise ValueError("a mapping has either `from` with `columns`, or `sql`")
        if self.sql is not None and (self.columns or self.where):
            raise ValueError("a mapping by `sql` has no `columns` and no `where`; write them in the SELECT")
        return self


class Contract(_Strict):
    """The part of a source's YAML that the warehouse needs."""

    name: Name
    timezone: Zone | None = Field(default=None, description="Of clock times; the workspace's when absent.")
    options: dict[str, Any] = Field(
        default={},
        description="Of reading. `decimal: ','`, `date_format` and `timestamp_format` also hold for typing.",
    )
    tables: dict[Name, Table] = Field(min_length=1)
    map: dict[str, list[Mapping]] = {}
