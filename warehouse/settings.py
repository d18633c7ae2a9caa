"""The workspace and its settings: the only module that reads the environment."""

import os
import re
import secrets
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warehouse.errors import WarehouseError
from warehouse.yamlfile import explain, read_yaml

FILE_NAME = "rundblick.yaml"
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class Sender(BaseModel):
    """Who writes the letters: the return address, and one control address for the letter shop."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    street: str = ""
    postal_code: str = ""
    city: str = ""
    control_given_name: str = "Kontrolle"
    control_family_name: str = "Versand"


class Config(BaseModel):
    """What `rundblick.yaml` may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    schema_version: Literal[1] = 1
    company: str = Field("My company", min_length=1, description="Sender's name, also in export file names.")
    country: Country = Field("DE", description="Sender's country, ISO-2.")
    language: Literal["de", "en"] = Field("de", description="Language of column names in files for people.")
    base_currency: str = Field("EUR", pattern=r"^[A-Z]{3}$", description="Currency of customer value.")
    timezone: str = Field("Europe/Berlin", description="Zone of local days and of sources that name none.")
    as_of: datetime | None = Field(None, description="Fixed time of the run, UTC; now when absent.")
    letter_cost: Decimal = Field(Decimal("0.95"), ge=0, description="Cost of one letter, base currency.")
    sender: Sender = Sender()


class Workspace(BaseModel):
    """A folder with its configuration. Paths are made from `root`; nothing is opened here."""

    model_config = ConfigDict(frozen=True)
    root: Path
    config: Config = Config()

    @property
    def data_dir(self) -> Path:
        return self.root / "data"

    @property
    def warehouse_path(self) -> Path:
        return self.data_dir / "warehouse.duckdb"

    @property
    def published_dir(self) -> Path:
        return self.data_dir / "published"

    @property
    def exports_dir(self) -> Path:
        return self.data_dir / "exports"

    @property
    def lock_path(self) -> Path:
        return self.data_dir / ".lock"

    @property
    def dagster_home(self) -> Path:
        return self.data_dir / "dagster"

    @property
    def docs_dir(self) -> Path:
        """Data Docs of the sources' contracts."""
        return self.data_dir / "data_docs"

    @property
    def state_url(self) -> str:
        """SQLAlchemy URL of the state store: SQLite in the workspace, or `RUNDBLICK_STATE_URL`."""
        return os.environ.get("RUNDBLICK_STATE_URL") or f"sqlite:///{self.data_dir / 'state.db'}"

    @cached_property
    def secret_key(self) -> bytes:
        """Key for hashes and tokens: `RUNDBLICK_SECRET_KEY`, else data/secret.key, made at first use."""
        if from_environment := os.environ.get("RUNDBLICK_SECRET_KEY"):
            return from_environment.encode()
        path = self.data_dir / "secret.key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        return path.read_bytes()

    def now(self) -> datetime:
        """The run's time as naive UTC: `as_of` of the configuration, else the clock."""
        fixed = self.config.as_of
        if fixed is None:
            return clock()
        return fixed.astimezone(UTC).replace(tzinfo=None) if fixed.tzinfo else fixed

    def today(self) -> date:
        return self.now().date()


def open_workspace(path: Path | None = None) -> Workspace:
    """Return the workspace at `path`, else at `RUNDBLICK_WORKSPACE`, else the nearest one upward.

    Raises WarehouseError when there is none or its rundblick.yaml is not valid.
    """
    root = _find_root(path)
    file = root / FILE_NAME
    try:
        return Workspace(root=root.resolve(), config=Config.model_validate(read_yaml(file) or {}))
    except ValidationError as error:
        raise WarehouseError(explain(file, error)) from None


def clock() -> datetime:
    """Return the present instant as naive UTC, to the second."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def tell_children(**values: str) -> None:
    """Set environment variables for libraries and processes that this one starts."""
    os.environ.update(values)


def threads() -> int | None:
    """Return how many threads DuckDB may use, `RUNDBLICK_THREADS`; None leaves it to DuckDB."""
    found = os.environ.get("RUNDBLICK_THREADS", "")
    if not found:
        return None
    if not found.isdigit() or int(found) < 1:
        raise WarehouseError(f'RUNDBLICK_THREADS: "{found}" is not a whole number from 1. Set one, or unset it.')
    return int(found)


def expand_environment(text: str, where: str) -> str:
    """Return `text` with every `${NAME}` replaced by the environment variable of that name.

    Raises WarehouseError, naming the variable and never its value, when one is not set.
    """

    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match[1])
        if found is None:
            raise WarehouseError(f"{where}: environment variable {match[1]} is not set. Set it and run again.")
        return found

    return re.sub(r"\$\{([A-Z][A-Z0-9_]*)\}", value, text)


def _find_root(path: Path | None) -> Path:
    if path is None and (named := os.environ.get("RUNDBLICK_WORKSPACE")):
        path = Path(named)
    if path is not None:
        if not (path / FILE_NAME).is_file():
            raise WarehouseError(
                f"{path}: no {FILE_NAME} here. Name a workspace folder, or make one with `rundblick init {path}`."
            )
        return path
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise WarehouseError(
        f"{Path.cwd()}: no {FILE_NAME} here or above. Use --workspace DIR, or make one with `rundblick init`."
    )
