"""Which column holds what: by its name, then by its values; what a person says with --map comes first."""

from dataclasses import dataclass

from identity.anytable.column_content import Content, content_of, fits, kind_of_content
from identity.anytable.column_names import kinds_by_name, kinds_of_name
from identity.anytable.read import People
from identity.errors import IdentityError

# Kinds that are no evidence that two records are one person.
UNUSED = ("id", "answer", "source", "record_date", "ignore", "constant")
# Columns that mean nothing to the program: more would cost time, duller and longer ones tell nobody apart.
MOST_OTHERS = 3
_LEAST_OTHER_BITS, _LONGEST_OTHER, _LEAST_FILLED = 2.5, 60, 0.3
# Kinds that may differ in every row and be evidence nevertheless.
_ONES_OWN = ("email", "phone", "national_id", "card", "birth_date", "answer")
# Kinds that hold one part of something each; of any other kind one column is enough.
_PARTS = ("street", "address_extra", "middle_name", "email", "phone", "national_id", "card", "other")


@dataclass(frozen=True)
class Column:
    """One column of the files and what it was taken for."""

    name: str
    kind: str
    content: Content


def recognise(people: People, mapped: dict[str, str], unused: tuple[str, ...]) -> list[Column]:
    """Return each column with its kind; `mapped` is column → kind, `unused` are columns not to look at.

    Raises IdentityError for an unknown kind or column, and when no column is left to compare people by.
    """
    _check(people, mapped)
    found: list[Column] = []
    for name in people.columns:
        content = content_of(people.table[name])
        kind = mapped.get(name) or ("ignore" if name in unused else _kind(name, content))
        found.append(Column(name, kind, content))
    found = _telling(_one_of_a_kind(people, _settled_names(found, set(mapped)), set(mapped)), set(mapped))
    if not any(column.kind not in UNUSED for column in found):
        raise IdentityError(
            f"no column to compare people by among {', '.join(people.columns)}. "
            "Say what a column holds, e.g. --map family_name=COLUMN."
        )
    return found


def known_kinds() -> list[str]:
    """Return the kinds that --map takes."""
    kinds = {kind for found in kinds_by_name().values() for kind in found} - {"answer", "source", "record_date"}
    return sorted(kinds | {"other", "ignore"})


def _check(people: People, mapped: dict[str, str]) -> None:
    for column, kind in mapped.items():
        if kind not in known_kinds():
            raise IdentityError(f'--map: "{kind}" is no kind of column. Use one of {", ".join(known_kinds())}.')
        if column not in people.columns:
            raise IdentityError(f'--map: no column "{column}". The files have {", ".join(people.columns)}.')


def _kind(name: str, content: Content) -> str:
    if content.filled == 0:
        return "constant"
    named = [kind for kind in kinds_of_name(name) if fits(kind, content)]
    is_number = content.is_unique and content.words < 1.2 and content.code > 0.5
    if is_number and (not named or named[0] not in _ONES_OWN):
        return "id"
    if content.is_constant and (not named or named[0] not in ("id", "answer")):
        return "constant"
    if named:
        return named[0]
    return kind_of_content(content) or "other"


def _settled_names(columns: list[Column], fixed: set[str]) -> list[Column]:
    """`name` is the family name beside a given name, and the whole name without one."""
    kinds = {column.kind for column in columns}
    if "given_name" not in kinds or "family_name" in kinds:
        return columns
    whole = [column.name for column in columns if column.kind == "full_name" and column.name not in fixed]
    return [
        Column(c.name, "family_name", c.content) if whole and c.name == whole[0] and c.content.words < 1.8 else c
        for c in columns
    ]


def _one_of_a_kind(people: People, columns: list[Column], fixed: set[str]) -> list[Column]:
    """The fullest column of each kind, and those of it that other files have instead.

    Others of the kind are compared as they are, or not when they say the same.
    """
    best: dict[str, Column] = {}
    for column in sorted(columns, key=lambda c: (c.name not in fixed, -c.content.filled)):
        best.setdefault(column.kind, column)
    kinds = set(best)
    whole_name = {"given_name", "family_name"} <= kinds
    settled = []
    for column in columns:
        kind = column.kind
        if column.name in fixed or kind in UNUSED:
            pass
        elif (kind == "full_name" and whole_name) or (
            kind in ("birth_year", "birth_month", "birth_day", "age") and "birth_date" in kinds
        ):
            kind = "ignore"
        elif kind not in _PARTS and best[kind] is not column and not _instead(people, column, best[kind]):
            kind = "other"
        settled.append(Column(column.name, kind, column.content))
    return settled


def _telling(columns: list[Column], fixed: set[str]) -> list[Column]:
    """Of the columns that mean nothing to the program, the few that tell people apart best; no notes."""
    others = [c for c in columns if c.kind == "other"]
    telling = [c for c in others if c.name in fixed or _tells(c.content)]
    best = sorted(telling, key=lambda c: (c.name not in fixed, -c.content.bits * c.content.filled, c.name))
    kept = {c.name for c in best[:MOST_OTHERS]}
    return [Column(c.name, "ignore", c.content) if c.kind == "other" and c.name not in kept else c for c in columns]


def _tells(content: Content) -> bool:
    """Filled often enough, neither nearly constant nor a note."""
    return (
        content.filled >= _LEAST_FILLED * content.rows
        and content.bits >= _LEAST_OTHER_BITS
        and content.length <= _LONGEST_OTHER
    )


def _instead(people: People, column: Column, best: Column) -> bool:
    """No row has both: files that name the same thing differently."""
    both = people.table[column.name].is_not_null() & people.table[best.name].is_not_null()
    return not both.any()
