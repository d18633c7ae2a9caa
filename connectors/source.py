"""The sources of a workspace: `sources/*.yaml`, each a silo with its place, its format and its contract."""

import codecs
import re
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from connectors.errors import ConnectorError
from warehouse.contract import Contract
from warehouse.errors import WarehouseError
from warehouse.yamlfile import explain, read_yaml

FormatName = Literal[
    "csv", "jsonl", "json", "parquet", "excel", "shopify_csv", "mailchimp_zip", "dsfinvk", "segment_jsonl"
]
_NO_ENCODINGS = ("", "idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7")
_OF_TYPES = frozenset({"decimal", "date_format", "timestamp_format"})
_OF_TEXT = frozenset({"delimiter", "encoding", "quote", "trim"})
_TAKEN: dict[FormatName, frozenset[str]] = {
    "csv": _OF_TEXT | {"header", "skip_lines", "row_number", "row_hash"},
    "dsfinvk": frozenset(),
    "excel": frozenset({"sheet", "skip_lines"}),
    "json": frozenset({"encoding", "records", "table_key"}),
    "jsonl": frozenset({"encoding", "table_key"}),
    "mailchimp_zip": _OF_TEXT,
    "parquet": frozenset(),
    "segment_jsonl": frozenset({"encoding"}),
    "shopify_csv": _OF_TEXT | {"skip_lines"},
}
"""The options of reading that each format takes, beside those that hold for every one."""
_INLINE_PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s$]+@")


class Options(BaseModel):
    """How the files of a source are written, where that is not the usual way.

    decimal, date_format and timestamp_format are the loader's; the rest is the reader's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    delimiter: str = Field(
        ",",
        pattern=r"^([\x01-\x09\x0b\x0c\x0e-\x7e]|whitespace)$",
        description="Between the fields of a CSV file; whitespace for runs of blanks.",
    )
    encoding: str = Field("utf-8", description="Of text files, e.g. utf-8, cp1252, utf-16.")
    quote: str | None = Field('"', pattern=r"^[!-~]$", description="Around the fields of a CSV file; null for none.")
    header: bool = Field(True, description="False: the names are those under `columns:`, in that order.")
    skip_lines: int = Field(0, ge=0, le=1000, description="CSV and Excel: lines above the header.")
    trim: bool = Field(False, description="Take blanks off both ends of every field of a CSV file.")
    snapshot_part: str | None = Field(
        None,
        description="Pattern of the end of file names by which the parts of one snapshot differ: -[0-9]{4}",
    )
    row_number: str | None = Field(None, description="CSV without a key: a column for the row's number in its file.")
    row_hash: str | None = Field(None, description="CSV without a key: a column for the SHA-256 of the whole row.")
    decimal: Literal[".", ","] = Field(".", description="Decimal sign; the other one parts the thousands.")
    date_format: str | None = Field(None, description="strptime format of date columns.")
    timestamp_format: str | None = Field(None, description="strptime format of timestamp columns.")
    sheet: str | None = Field(None, description="Sheet of an Excel file; the first when absent.")
    table_key: str | None = Field(None, description="JSON lines: the key whose value names the table.")
    records: str | None = Field(None, description="JSON: the key that holds the list of records.")

    @field_validator("encoding")
    @classmethod
    def _known(cls, encoding: str) -> str:
        try:
            "a".encode(encoding)
            name = codecs.lookup(encoding).name
        except (LookupError, ValueError):
            name = ""
        if name in _NO_ENCODINGS:
            raise ValueError(f'"{encoding}" is no encoding that Python knows; try utf-8 or cp1252')
        return name

    @field_validator("delimiter", "quote")
    @classmethod
    def _is_a_sign(cls, sign: str | None) -> str | None:
        if sign is not None and len(sign) == 1 and sign.isalnum():
            raise ValueError(f'"{sign}" stands inside values; name a sign such as ; or |')
        return sign

    @field_validator("snapshot_part")
    @classmethod
    def _is_a_pattern(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error:
            raise ValueError("is no regular expression, such as -[0-9]{4}") from None
        return pattern

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if self.quote == self.delimiter:
            raise ValueError("delimiter and quote are the same sign")
        return self


class Source(Contract):
    """One silo: where its files or tables are, how they are written, and what they promise."""

    kind: Literal["files", "sql"]
    path: str | None = Field(None, description="Files: pattern, relative to the workspace.")
    url: str | None = Field(None, description="SQL: sqlite:///file or ${NAME} of an environment variable.")
    format: FormatName | None = None
    options: dict[str, Any] = Field({}, description="See `Options`.")

    @cached_property
    def reading(self) -> Options:
        """The options with their defaults."""
        return Options.model_validate(self.options)

    @field_validator("options")
    @classmethod
    def _known_options(cls, options: dict[str, Any]) -> dict[str, Any]:
        try:
            Options.model_validate(options)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise ValueError(f"{place}: {first['msg']}" if place else first["msg"]) from None
        return options

    @field_validator("kind", "format")
    @classmethod
    def _takes_its_options(cls, what: str | None, info: ValidationInfo) -> str | None:
        taken = _OF_TYPES if what == "sql" else _OF_TYPES | _TAKEN.get(cast(FormatName, what), frozenset())
        other = sorted(set(info.data.get("options", {})) - taken - {"snapshot_part"})
        if other and what not in ("files", None):
            raise ValueError(f"{what} does not take options.{other[0]}; it takes {', '.join(sorted(taken))}")
        return what

    @field_validator("path", "url")
    @classmethod
    def _stays_inside(cls, path: str | None) -> str | None:
        if path and ".." in re.split(r"[/\\]", path):
            raise ValueError("leads out of the workspace by `..`; name the folder from / on")
        return path

    @field_validator("name")
    @classmethod
    def _is_the_file_name(cls, name: str, info: ValidationInfo) -> str:
        stem = (info.context or {}).get("stem", name)
        if name != stem:
            raise ValueError(f'"{name}" is not the name of the file, "{stem}"')
        return name

    @field_validator("url")
    @classmethod
    def _bears_no_password(cls, url: str | None) -> str | None:
        if url and _INLINE_PASSWORD.search(url):
            raise ValueError("holds a password; put the whole URL in an environment variable and write ${NAME}")
        return url

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        needed = ("path", "format") if self.kind == "files" else ("url",)
        for field in needed:
            if getattr(self, field) is None:
                raise ValueError(f"kind {self.kind} needs `{field}`")
        return self


def read_sources(root: Path) -> list[Source]:
    """Return the sources of the workspace at `root`, sorted by name.

    Raises ConnectorError with file and line of the first thing wrong.
    """
    return [read_source(path, root) for path in sorted((root / "sources").glob("*.yaml"))]


def read_source(path: Path, root: Path) -> Source:
    """Return the source that one YAML file declares; the file's name must be the source's."""
    try:
        return Source.model_validate(read_yaml(path) or {}, context={"stem": path.stem})
    except ValidationError as error:
        raise ConnectorError(_relative(explain(path, error), root)) from None
    except WarehouseError as error:
        raise ConnectorError(_relative(str(error), root)) from None


def _relative(message: str, root: Path) -> str:
    return message.replace(f"{root}/", "")
