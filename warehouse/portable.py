"""SQL that DuckDB and Spark answer alike, for any number of threads: what is not so is refused.

Models and mappings are DuckDB SQL that sqlglot transpiles to Spark. The rules are the portable subset of
the architecture page: each names what to write instead.
"""

from collections.abc import Callable, Iterator
from itertools import chain

from sqlglot import ParseError, TokenError, exp, parse_one
from sqlglot.tokens import Token, Tokenizer, TokenType

from warehouse.errors import WarehouseError

_CLOCK = (exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentTime, exp.Localtime, exp.Localtimestamp)
_CLOCK_NAMES = {"now", "get_current_timestamp", "transaction_timestamp", "current_localtime"}
_RANDOM = (exp.Rand, exp.Uuid)
_RANDOM_NAMES = {"nextval", "setseed"}
_ANY_ORDER = (exp.AnyValue, exp.First, exp.Last, exp.Mode, exp.ArgMax, exp.ArgMin)
_QUANTILE = (exp.PercentileCont, exp.Median, exp.ApproxQuantile)
_WEEK = (exp.Week, exp.WeekOfYear)
_INTEGERS = exp.DataType.INTEGER_TYPES
_FLOATS = {exp.DType.DOUBLE, exp.DType.FLOAT}
_WHOLE = (exp.Floor, exp.Ceil, exp.Round, exp.Trunc)
_ARITHMETIC = (
    exp.Paren,
    exp.Add,
    exp.Sub,
    exp.Mul,
    exp.Neg,
    exp.Coalesce,
    exp.Nullif,
    exp.Greatest,
    exp.Least,
)
_CARRIERS = (*_ARITHMETIC, *_WHOLE, exp.Case, exp.If, exp.Sum, exp.Max, exp.Min, exp.Abs, exp.Filter)


def refuse_unportable(sql: str, where: str, tree: exp.Expr | None = None) -> None:
    """Raise WarehouseError, naming `where` and the remedy, on SQL that engines or threads answer apart.

    tree is the parsed SQL where the caller has it already.
    """
    tree = parse(sql, where) if tree is None else tree
    if fault := next(chain(_faults(tree), _bare_aliases(tree, sql)), None):
        raise WarehouseError(f"{where}: {fault}")


def parse(sql: str, where: str) -> exp.Expr:
    """Return the parsed SQL; WarehouseError when it is none."""
    try:
        return parse_one(sql, dialect="duckdb")
    except (ParseError, TokenError) as error:
        raise WarehouseError(f"{where}: not valid SQL: {str(error).splitlines()[0]}") from None


def _faults(tree: exp.Expr) -> Iterator[str]:
    for node in tree.walk():
        for is_fault, remedy in _RULES:
            if is_fault(node):
                yield f"{node.sql('duckdb', comments=False)[:80]} is not portable: {remedy}"


def _tells_the_time(node: exp.Expr) -> bool:
    return isinstance(node, _CLOCK) or _named(node, _CLOCK_NAMES)


def _is_random(node: exp.Expr) -> bool:
    return isinstance(node, _RANDOM) or _named(node, _RANDOM_NAMES)


def _named(node: exp.Expr, names: set[str]) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.lower() in names


def _is_unsorted_list(node: exp.Expr) -> bool:
    """list() or array_agg() whose order is not settled around it."""
    if not isinstance(node, exp.ArrayAgg):
        return False
    around = node.parent
    while isinstance(around, exp.Filter | exp.Paren):
        around = around.parent
    return not isinstance(around, exp.ArraySort | exp.Length | exp.ArraySize)


def _is_unordered_window(node: exp.Expr) -> bool:
    numbers = (
        exp.RowNumber,
        exp.Rank,
        exp.DenseRank,
        exp.Lag,
        exp.Lead,
        exp.FirstValue,
        exp.LastValue,
        exp.Ntile,
    )
    return isinstance(node, exp.Window) and isinstance(node.this, numbers) and not node.args.get("order")


def _is_unordered_limit(node: exp.Expr) -> bool:
    return isinstance(node, exp.Query) and bool(node.args.get("limit")) and not node.args.get("order")


def _says_all(node: exp.Expr) -> bool:
    """group by all, order by all, or by the number of a column."""
    if isinstance(node, exp.Group):
        return bool(node.args.get("all")) or any(isinstance(e, exp.Literal) for e in node.expressions)
    return isinstance(node, exp.Order) and any(
        isinstance(e.this, exp.Var) or (isinstance(e.this, exp.Literal) and not e.this.is_string)
        for e in node.expressions
    )


def _is_date_difference(node: exp.Expr) -> bool:
    return isinstance(node, exp.Sub) and _is_date(node.this) and _is_date(node.expression)


def _is_date(node: exp.Expr) -> bool:
    node = node.unnest()
    return (isinstance(node, exp.Cast) and node.to.is_type("date")) or (
        isinstance(node, exp.Column) and node.name.endswith("_on")
    )


def _cuts_a_fraction(node: exp.Expr) -> bool:
    """A cast to an integer of what is plainly a fraction."""
    if not isinstance(node, exp.Cast) or node.to.this not in _INTEGERS:
        return False
    inner = node.this.unnest()
    while isinstance(inner, _ARITHMETIC) and isinstance(inner.this, exp.Expr):
        if any(_is_fraction(operand) for operand in inner.iter_expressions()):
            return True
        inner = inner.this.unnest()
    return _is_fraction(inner)


def _is_fraction(node: exp.Expr) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Cast):
        scale = node.to.expressions[1:] if node.to.is_type("decimal") else []
        return node.to.this in _FLOATS or any(s.name != "0" for s in scale)
    return isinstance(node, exp.Div | exp.Avg) or (
        isinstance(node, exp.Literal) and "." in node.name and not node.is_string
    )


def _is_bare_division(node: exp.Expr) -> bool:
    """A division whose type no cast settles, around it or in an operand."""
    if not isinstance(node, exp.Div) or any(_casts_to_double(e) for e in (node.this, node.expression)):
        return False
    around: exp.Expr | None = node.parent
    while isinstance(around, _CARRIERS):
        around = around.parent
    return not isinstance(around, exp.Cast)


def _casts_to_double(node: exp.Expr) -> bool:
    node = node.unnest()
    return isinstance(node, exp.Cast) and node.to.this in _FLOATS


def _adds_up_doubles(node: exp.Expr) -> bool:
    sums = (exp.Sum, exp.Avg, exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop)
    return isinstance(node, sums) and isinstance(node.this, exp.Expr) and _casts_to_double(node.this)


_RULES: list[tuple[Callable[[exp.Expr], bool], str]] = [
    (_tells_the_time, "use $as_of, the time of the run."),
    (_is_random, "it differs from run to run; derive the value from a key."),
    (
        lambda n: isinstance(n, exp.ArrayAgg) and bool(n.find(exp.Order)),
        "the order gets lost; write list_sort(list(x)).",
    ),
    (_is_unsorted_list, "its order depends on threads; write list_sort(list(x))."),
    (lambda n: isinstance(n, exp.GroupConcat), "write array_to_string(list_sort(list(x)), ', ')."),
    (
        lambda n: isinstance(n, _ANY_ORDER),
        "it depends on threads; use min, max, or row_number() with an order that ends in the key.",
    ),
    (lambda n: isinstance(n, _QUANTILE), "engines interpolate apart; use quantile_disc or ntile."),
    (lambda n: isinstance(n, exp.ApproxDistinct), "it is an estimate; use count(distinct x)."),
    (
        lambda n: isinstance(n, _WEEK) or (isinstance(n, exp.Extract) and n.name.lower() in ("week", "yearweek")),
        "engines count weeks apart; use date_trunc('week', x).",
    ),
    (_is_date_difference, "write date_diff('day', earlier, later)."),
    (_cuts_a_fraction, "one engine rounds, the other cuts; write floor(), ceil() or round() first."),
    (_is_bare_division, "cast the quotient, e.g. cast(a / b as decimal(18, 4))."),
    (_adds_up_doubles, "the sum depends on threads; cast to decimal before adding up."),
    (_is_unordered_window, "give the window an `order by` that ends in the key."),
    (_is_unordered_limit, "a limit needs an `order by` that ends in the key."),
    (_says_all, "name the columns to group or order by."),
    (
        lambda n: isinstance(n, exp.Distinct) and bool(n.args.get("on")),
        "use row_number() with an order, then filter.",
    ),
    (
        lambda n: isinstance(n, exp.Join) and n.method.upper() in ("ASOF", "POSITIONAL"),
        "use a join with row_number().",
    ),
    (lambda n: isinstance(n, exp.TableSample), "it differs from run to run; filter by a hash of the key."),
]


def _bare_aliases(tree: exp.Expr, sql: str) -> Iterator[str]:
    """Aliases without `as`, or before a colon: Spark reads some of them as something else."""
    tokens = list(Tokenizer(dialect="duckdb").tokenize(sql))
    before = {token.start: tokens[i - 1] for i, token in enumerate(tokens) if i}
    for node in tree.find_all(exp.Alias, exp.TableAlias):
        name = node.args.get("alias") if isinstance(node, exp.Alias) else node.this
        if isinstance(node.parent, exp.CTE) or not isinstance(name, exp.Identifier) or "start" not in name.meta:
            continue
        if not _is_as(before.get(name.meta["start"])):
            yield f"write `as` before the alias {name.name}."


def _is_as(token: Token | None) -> bool:
    return token is not None and token.token_type == TokenType.ALIAS
