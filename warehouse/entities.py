"""The entities of `warehouse/entities.yaml`: what a source may be mapped to."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse.yamlfile import read_yaml

ADDED_COLUMNS = {"source": "TEXT", "batch_id": "BIGINT", "loaded_at": "TIMESTAMP"}
_FILE = Path(__file__).with_name("entities.yaml")


@dataclass(frozen=True)
class EntityColumn:
    name: str
    type: str
    description: str
    required: bool


@dataclass(frozen=True)
class Entity:
    """One table of schema stage, its columns in order."""

    name: str
    description: str
    columns: tuple[EntityColumn, ...]

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]


@cache
def entities() -> dict[str, Entity]:
    """Return every entity by name. A `*` after a column's name in the file marks what must be mapped."""
    return {
        name: Entity(
            name,
            entity["description"],
            tuple(_column(key, given) for key, given in entity["columns"].items()),
        )
        for name, entity in read_yaml(_FILE).items()
    }


def _column(key: str, given: dict[str, str]) -> EntityColumn:
    return EntityColumn(key.rstrip("*"), given["type"], given["description"], key.endswith("*"))
