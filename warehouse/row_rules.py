"""Row rules: why a row of a batch goes to raw.reject, as one SQL expression."""

from warehouse.contract import ColumnType, Table
from warehouse.quoting import identifier, literal


def reason(table: Table, declared: dict[str, ColumnType]) -> str:
    """Return the SQL of a row's reasons joined by `; `, null when the row is good.

    Reads typed columns and the struct `_bad`, true for a value that could not be read as its type.
    A reason names rule and column, never the value.
    """
    rules = [*_types(declared), *_missing(table), *_allowed(table), *_matches(table)]
    cases = [f"case when {condition} then {literal(text)} end" for text, condition in rules]
    return f"nullif(concat_ws('; ', {', '.join(cases)}), '')"


Rules = list[tuple[str, str]]


def _types(declared: dict[str, ColumnType]) -> Rules:
    typed = {name: column for name, column in declared.items() if column.type != "text"}
    return [(f"bad {column.type}: {name}", _is_bad(name)) for name, column in typed.items()]


def _missing(table: Table) -> Rules:
    wanted = [("missing key", name) for name in table.key]
    wanted += [("missing", name) for name in table.expect.not_null if name not in table.key]
    readable = {
        n: f" and not {_is_bad(n)}" for _, n in wanted if table.columns.get(n) and table.columns[n].type != "text"
    }
    return [(f"{text}: {name}", f"{identifier(name)} is null{readable.get(name, '')}") for text, name in wanted]


def _allowed(table: Table) -> Rules:
    return [
        (
            f"not allowed: {name}",
            f"cast({identifier(name)} as varchar) not in ({', '.join(map(literal, values))})",
        )
        for name, values in table.expect.allowed.items()
    ]


def _matches(table: Table) -> Rules:
    return [
        (
            f"pattern: {name}",
            f"not regexp_full_match(cast({identifier(name)} as varchar), {literal(pattern)})",
        )
        for name, pattern in table.expect.matches.items()
    ]


def _is_bad(name: str) -> str:
    return f"_bad[{literal(name)}]"
