"""What a source promises: its tables, their keys, types and expectations, and how they map to the entities."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ColumnTypeName = Literal["text", "integer", "decimal", "boolean", "date", "timestamp"]
Delivery = Literal["snapshot", "changes", "events"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ColumnType(_Strict):
    """The type of a column as sent, and the format of its text where that is not ISO."""

    type: ColumnTypeName
    format: str | None = Field(None, description="strptime format of dates and times.")
    timezone: str | None = Field(None, description="Zone of clock times, when not the source's.")


class Expect(_Strict):
    """Row rules (key, type, not_null, allowed, matches: a bad row is rejected) and batch rules (the rest)."""

    rows: tuple[int, int] | None = None
    not_null: list[str] = []
    allowed: dict[str, list[str]] = {}
    matches: dict[str, str] = {}
    unique: list[str] = []
    between: dict[str, tuple[float, float]] = {}
    max_missing_share: dict[str, float] = {}
    fresh_within: str | None = Field(None, pattern=r"^\d+[hd]$")
    fresh_column: str | None = None
    max_reject_share: float = Field(0.05, ge=0, le=1)
    max_removed_share: float = Field(0.2, ge=0, le=1, description="Of a snapshot's keys; more stops the source.")


class Table(_Strict):
    """One raw table of a source."""

    files: str | None = Field(None, description="Name pattern of the files that hold this table.")
    query: str | None = Field(None, description="SQL sources: the SELECT, when not the whole table.")
    delivery: Delivery = "snapshot"
    key: list[str] = Field(min_length=1)
    version: str | None = None
    columns: dict[str, ColumnType] = {}
    expect: Expect = Expect()
    on_new_column: Literal["keep", "drop", "stop"] = "keep"

    @model_validator(mode="before")
    @classmethod
    def _short_types(cls, data: dict) -> dict:
        """`price: decimal` is short for `price: {type: decimal}`."""
        if isinstance(data, dict) and isinstance(data.get("columns"), dict):
            long = {k: {"type": v} if isinstance(v, str) else v for k, v in data["columns"].items()}
            return {**data, "columns": long}
        return data


class Mapping(_Strict):
    """How rows of a source become rows of an entity: columns of one raw table, or a whole SELECT."""

    from_: str | None = Field(None, alias="from")
    columns: dict[str, str] = {}
    where: str | None = None
    sql: str | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.sql is None) == (self.from_ is None):
            raise ValueError("a mapping has either `from` with `columns`, or `sql`")
        return self


class Contract(_Strict):
    """The part of a source's YAML that the warehouse needs."""

    name: Name
    timezone: str | None = None
    tables: dict[str, Table] = Field(min_length=1)
    map: dict[str, list[Mapping]] = {}
