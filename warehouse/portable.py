"""SQL that DuckDB and Spark answer alike, run after run and for any number of threads: what is not, is refused."""

from sqlglot import exp


def refuse_unportable(sql: str | exp.Expression, where: str) -> None:
    """Raise WarehouseError, naming `where` and the remedy, on SQL whose answer depends on engine or threads."""
