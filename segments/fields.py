"""The registry of fields that a segment may ask for, from fields.yaml."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from warehouse.yamlfile import read_yaml

FieldType = Literal["number", "text", "boolean", "time"]


class SegmentField(BaseModel):
    """One field: where it lives and how people call it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    table: Literal["customer_metric", "customer"] = "customer_metric"
    type: FieldType
    label: str
    label_de: str
    description: str = Field(min_length=5)
    values: list[str] = []


@cache
def fields() -> dict[str, SegmentField]:
    """Return every field by name."""
    content = read_yaml(Path(__file__).parent / "fields.yaml")
    return {name: SegmentField(name=name, **values) for name, values in content.items()}
