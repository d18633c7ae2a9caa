"""SQL that DuckDB and Spark answer alike, for any number of threads: what is not so is refused."""

from sqlglot import exp


def refuse_unportable(sql: str | exp.Expr, where: str) -> None:
    """Raise WarehouseError, naming `where` and the remedy, on SQL that engines or threads answer apart."""
