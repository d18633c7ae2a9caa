"""SQL that analysts write for a segment: one SELECT of customer_id from `serve`, and nothing else."""

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import traverse_scope

from segments.errors import SegmentError

TABLES = frozenset(
    {"customer", "customer_metric", "purchase", "purchase_line", "enquiry", "quotation", "cart"}
    | {"interaction", "loyalty_movement", "membership", "timeline", "party", "customer_record"}
)
# What a SELECT must not hold: writing, settings, files, and functions whose answer changes by themselves.
_FORBIDDEN = (
    exp.Into, exp.Insert, exp.Update, exp.Delete, exp.Create, exp.Drop, exp.Command, exp.Pragma, exp.Set,
    exp.Attach, exp.Copy, exp.ReadCSV, exp.ReadParquet, exp.Rand, exp.CurrentDate, exp.CurrentTime,
    exp.CurrentTimestamp, exp.CurrentUser, exp.Lock,
)  # fmt: skip
# Functions that sqlglot does not know by class: only these, of which none reads or writes anything.
_HARMLESS = frozenset({"date_diff", "datediff", "date_sub", "list_contains", "strip_accents", "bool_and", "bool_or"})


def parse_select(sql: str, where: str) -> exp.Query:
    """Return the parsed SELECT. Raises SegmentError, saying what is not allowed; never echoes a literal."""
    try:
        statements = [s for s in sqlglot.parse(sql, dialect="duckdb") if s is not None]
    except SqlglotError:
        raise SegmentError(f"{where}: sql cannot be read. Write one SELECT that gives customer_id.") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise SegmentError(f"{where}: sql is not one SELECT. Write one SELECT that gives customer_id.")
    tree = statements[0]
    if tree.named_selects != ["customer_id"]:
        raise SegmentError(f"{where}: sql must give one column, customer_id. Select that and nothing else.")
    _check_nodes(tree, where)
    _check_tables(tree, where)
    return tree


def _check_nodes(tree: exp.Query, where: str) -> None:
    for node in tree.walk():
        if isinstance(node, _FORBIDDEN):
            raise SegmentError(f"{where}: {type(node).__name__} is not allowed in sql. For the time use $as_of.")
        if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc) and node.name.lower() not in _HARMLESS:
            raise SegmentError(f"{where}: function {node.name.lower()} is not allowed in sql. Use another.")
        if isinstance(node, exp.Placeholder | exp.Parameter) and node.name != "as_of":
            raise SegmentError(f"{where}: sql has one parameter, $as_of. Write other values out.")


def _check_tables(tree: exp.Query, where: str) -> None:
    """Each table must be one of serve's. Names of CTEs count only where they are in scope."""
    allowed = {
        id(reference)
        for scope in traverse_scope(tree)
        for name, (reference, source) in scope.selected_sources.items()
        if not isinstance(source, exp.Table)
    }
    for table in tree.find_all(exp.Table):
        if id(table) in allowed:
            continue
        known = isinstance(table.this, exp.Identifier) and not table.catalog
        if not known or table.db.lower() != "serve" or table.name.lower() not in TABLES:
            names = ", ".join(sorted(TABLES))
            raise SegmentError(f"{where}: sql may read serve.<table> only, of {names}. Correct the table.")
