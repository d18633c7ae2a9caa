"""Which value stands in which record, so that an increment counts the values that it touches and no others."""

from collections.abc import Iterable

import duckdb

# Columns of identity.party_key under the kind that a bad value is listed as.
_COLUMNS = {
    "email": ("email",),
    "phone": ("phone", "phone_2"),
    "card": ("card",),
    "birth_date": ("birth_date",),
    "given_name": ("given", "given_first"),
    "family_name": ("family", "family_first", "family_last"),
    # A block of flats: neighbours there are no household.
    "address": ("postal_code || '|' || street || '|' || house_no",),
}
COLUMN_KINDS = [(column, kind) for kind, columns in _COLUMNS.items() for column in columns if kind != "address"]
"""Columns of identity.party_key and the kind of the values there, address apart."""
# Kinds whose holders are kept. Birth dates are counted apart, and a name is bad by the list alone.
_KEPT = ("email", "phone", "card", "address")
VALUE_KEY = "hash(kind || '|' || value)"
"""SQL over kind and value: the key in identity.value_holder."""


def open_value_holders(con: duckdb.DuckDBPyConnection) -> None:
    """Make identity.value_holder where it is missing."""
    con.execute("create table if not exists identity.value_holder (key ubigint, record_no integer)")


def update_value_holders(con: duckdb.DuckDBPyConnection, changed: str) -> None:
    """Bring identity.value_holder (key, record_no) up to date with temp table old_key and with `changed`, the rows of
    identity.party_key that are new.

    The key is a hash of kind and value. Sorted by it, the holders of a value are found without reading the others.
    """
    con.execute("delete from identity.value_holder where record_no in (select record_no from old_key)")
    con.execute(f"""
        insert into identity.value_holder
        select {VALUE_KEY} as key, record_no from ({_held(changed, _KEPT)}) as h order by key""")


def value_uses(keys: str = "identity.party_key") -> str:
    """SQL: kind, value, record_no, family and given of each use of a value in `keys`, persons only."""
    return _held(f"(select * from {keys} where not is_company)", _COLUMNS, ", family, given")


def holders(values: str) -> str:
    """SQL: record_no of the records, persons or not, that hold one of `values` (kind, value)."""
    others = " union all ".join(
        f"select record_no from identity.party_key where {column} in (select value from {values} where kind = '{kind}')"
        for kind, columns in _COLUMNS.items()
        for column in columns
        if kind not in _KEPT
    )
    return f"""
        select record_no from identity.value_holder where key in (select {VALUE_KEY} from {values})
        union all
        {others}"""


def _held(keys: str, kinds: Iterable[str], also: str = "") -> str:
    return " union all ".join(
        f"select '{kind}' as kind, {column} as value, record_no{also} from {keys} as k where {column} is not null"
        for kind in kinds
        for column in _COLUMNS[kind]
    )
