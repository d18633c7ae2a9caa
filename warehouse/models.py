"""SQL models: files whose path is the table they make.

`warehouse/models/core/customer.sql` makes `core.customer`. The comment at the top of the file holds
description, grain, columns and checks; what a model depends on is read from its SQL.

    -- What each customer has spent.
    --
    -- grain: customer_id
    -- column: customer_id | Stable id of the person. | pseudonym
    -- column: net_spend | Paid less refunded, in the base currency.
    -- check: net_spend is not null
    -- append: event_id            (rows are only ever added, by this key; default: the table is replaced)
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from warehouse.errors import WarehouseError

MODELS_DIR = Path(__file__).parent / "models"
COLUMN_CLASSES = ("none", "pseudonym", "personal", "sensitive")


@dataclass(frozen=True)
class Column:
    """One column of a model; `personal_class` is one of COLUMN_CLASSES."""

    name: str
    description: str
    personal_class: str = "none"


@dataclass(frozen=True)
class Model:
    """One SQL model. `inputs` are the tables it reads (never itself), `parameters` the `$names` it uses."""

    schema: str
    name: str
    description: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]
    checks: tuple[str, ...]
    append_key: str | None
    query: exp.Query
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]

    @property
    def table(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def all_checks(self) -> tuple[str, ...]:
        """That the grain is a key, then the checks of the header."""
        return (f"{', '.join(self.grain)} is a key", *self.checks)

    def sql(self, values: dict[str, exp.Expression], parts: dict[str, str] | None = None) -> str:
        """Return the query in DuckDB's SQL with each `$name` replaced by its typed literal.

        `parts` are queries to read in place of a table: by its name, the rows of it that matter.
        """
        stand_ins = {table: sqlglot.parse_one(query, dialect="duckdb") for table, query in (parts or {}).items()}

        def put(node: exp.Expression) -> exp.Expression:
            if isinstance(node, exp.Parameter | exp.Placeholder):
                return values[node.name].copy()
            if isinstance(node, exp.Table) and f"{node.db}.{node.name}" in stand_ins:
                alias = exp.TableAlias(this=exp.to_identifier(node.alias_or_name))
                return exp.Subquery(this=stand_ins[f"{node.db}.{node.name}"].copy(), alias=alias)
            return node

        return self.query.transform(put).sql("duckdb")


@cache
def read_models(folder: Path = MODELS_DIR) -> dict[str, Model]:
    """Return every model of `folder` by table name, in an order in which each follows its inputs."""
    found = {m.table: m for m in map(_read_model, sorted(folder.glob("*/*.sql")))}
    ordered: dict[str, Model] = {}

    def visit(table: str, path: tuple[str, ...]) -> None:
        if table in path:
            raise WarehouseError(f"models: {' → '.join((*path, table))} is a circle. Break it.")
        if table in found and table not in ordered:
            for needed in found[table].inputs:
                visit(needed, (*path, table))
            ordered[table] = found[table]

    for table in found:
        visit(table, ())
    return ordered


def _read_model(path: Path) -> Model:
    text = path.read_text(encoding="utf-8")
    header = _header(text)
    where = f"{path.parent.name}/{path.name}"
    query = sqlglot.parse_one(text, dialect="duckdb")
    if not isinstance(query, exp.Query):
        raise WarehouseError(f"{where}: found a {query.key}, expected one SELECT.")
    model = Model(
        schema=path.parent.name,
        name=path.stem,
        description=header["description"][0] if header["description"] else "",
        grain=tuple(c.strip() for line in header["grain"] for c in line.split(",")),
        columns=tuple(_column(line, where) for line in header["column"]),
        checks=tuple(header["check"]),
        append_key=header["append"][0] if header["append"] else None,
        query=query,
        inputs=_inputs(query, f"{path.parent.name}.{path.stem}", where),
        parameters=tuple(sorted({p.name for p in query.find_all(exp.Parameter, exp.Placeholder)})),
    )
    selected = tuple(query.named_selects)
    if selected != tuple(c.name for c in model.columns):
        documented = [c.name for c in model.columns]
        odd = sorted(set(selected) ^ set(documented)) or "another order"
        raise WarehouseError(f"{where}: the header's columns and the last select differ: {odd}.")
    return model


def _header(text: str) -> dict[str, list[str]]:
    """The lines of the leading comment by kind; a line that starts with blanks continues the one before."""
    found: dict[str, list[str]] = {k: [] for k in ("description", "grain", "column", "check", "append")}
    kind = "description"
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        body = line[2:]
        if match := re.match(r"^ (grain|column|check|append): (.*)$", body):
            kind = match[1]
            found[kind].append(match[2].strip())
        elif body.strip() and found[kind]:
            found[kind][-1] += " " + body.strip()
        elif body.strip():
            found[kind].append(body.strip())
    return found


def _column(line: str, where: str) -> Column:
    name, description, personal_class, *rest = [part.strip() for part in line.split("|")] + ["none"]
    if len(rest) > 1:
        raise WarehouseError(f"{where}: column {name}: expected name | description | class, found more parts.")
    column = Column(name, description, personal_class)
    if column.personal_class not in COLUMN_CLASSES:
        raise WarehouseError(
            f"{where}: column {name}: class {column.personal_class!r} is not one of {', '.join(COLUMN_CLASSES)}."
        )
    return column


def _inputs(query: exp.Query, own: str, where: str) -> tuple[str, ...]:
    """The tables that the query's scopes read. CTE names are scopes, not tables, and are left out."""
    tables: set[str] = set()
    for scope in traverse_scope(query):
        for source in scope.sources.values():
            if isinstance(source, exp.Table):
                if not source.db:
                    raise WarehouseError(f"{where}: table {source.name} has no schema. Write schema.table.")
                tables.add(f"{source.db}.{source.name}")
    return tuple(sorted(tables - {own}))
