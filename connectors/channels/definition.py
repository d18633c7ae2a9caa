"""What a channel's files hold: YAML definitions, shipped with the product, overridden by a workspace."""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from connectors.errors import ConnectorError
from warehouse.yamlfile import explain, read_yaml

_HERE = Path(__file__).parent
SHIPPED = _HERE / "definitions"
Language = Literal["de", "en"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Strict):
    """One column that a file may have."""

    de: str
    en: str
    kind: Literal["text", "phone", "date", "time", "integer"]
    width: int = Field(gt=0)


class FileDefinition(_Strict):
    """One file of a channel."""

    kind: Literal["csv", "xlsx"]
    columns: list[str] = Field(min_length=1)
    profile: Literal["machine", "excel_de"] = "machine"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    language: Language | None = Field(None, description="Of words in the cells; the workspace's when absent.")
    headers: dict[str, str] = Field({}, description="Column → header, where it is not the usual one.")
    control_address: bool = Field(False, description="Append the sender's own address as the last row.")

    @field_validator("columns")
    @classmethod
    def _known(cls, names: list[str]) -> list[str]:
        if unknown := [name for name in names if name not in columns()]:
            raise ValueError(f"column {unknown[0]!r} is not one of {', '.join(columns())}")
        return names


class ChannelDefinition(_Strict):
    """The files of a channel, and the channel of the gate that decides who is in them."""

    description: str
    channel: Literal["email", "sms", "phone", "post", "ads"]
    aliases: list[str] = []
    files: list[FileDefinition] = Field(min_length=1)


@cache
def columns() -> dict[str, Column]:
    """Return every column that a file may have, by name."""
    return {name: Column.model_validate(dict(body)) for name, body in read_yaml(_HERE / "columns.yaml").items()}


@cache
def words() -> dict[str, Any]:
    """Return the words that stand in files, by theme and language."""
    content: dict[str, Any] = read_yaml(_HERE / "words.yaml")
    return content


def read_channels(workspace_folder: Path | None = None) -> dict[str, ChannelDefinition]:
    """Return the channels by name: those shipped, and over them those of the workspace's `channels/`.

    Raises ConnectorError, naming file and line, when a definition is not valid.
    """
    folders = [SHIPPED] + ([workspace_folder] if workspace_folder and workspace_folder.is_dir() else [])
    return {file.stem: _read(file) for folder in folders for file in sorted(folder.glob("*.yaml"))}


def channel_named(channels: dict[str, ChannelDefinition], name: str) -> ChannelDefinition:
    """Return the channel of this name or alias. Raises ConnectorError when there is none."""
    found = channels.get(name) or next((c for c in channels.values() if name in c.aliases), None)
    if found is None:
        known = ", ".join(sorted(channels))
        raise ConnectorError(f"channel {name!r}: not known. Use one of {known}, or add channels/{name}.yaml.")
    return found


def _read(file: Path) -> ChannelDefinition:
    try:
        return ChannelDefinition.model_validate(read_yaml(file) or {})
    except ValidationError as error:
        raise ConnectorError(explain(file, error)) from None
