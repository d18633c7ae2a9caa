"""What records are compared by: the values of every recognised column, and matching keys of them."""

import duckdb
import polars as pl

from identity.anytable.columns import Column
from identity.anytable.dates import digits_of_dates, digits_of_parts
from identity.anytable.keys import write_keys
from identity.anytable.read import NO, People

# Columns that mean nothing to the program but tell something; columns.py lets no more through.
OTHERS = tuple(f"other_{place}" for place in range(3))
_ONE_VALUE = ("gender", "house_no", "city", "postal_code", "region", "birth_place", "occupation", "company", "age")
_KIND_OF = {"house_no": "house_number"}


def write_person(con: duckdb.DuckDBPyConnection, people: People, columns: list[Column]) -> None:
    """Write the table person: one row a record by its number `no`, one column a matching key.

    Keys that no column of the files gives are null in every row.
    """
    raw = people.table.select(
        pl.col(NO).alias("no"),
        *(pl.col(column.name).alias(f"c{place}") for place, column in enumerate(columns)),
        _birth(people, columns).alias("dob_digits"),
    )
    con.register("raw_frame", raw)
    con.execute(f"create or replace table person_value as {_values(columns)} from raw_frame order by no")
    con.unregister("raw_frame")
    write_keys(con)
    con.execute("drop table person_value")


def _birth(people: People, columns: list[Column]) -> pl.Series:
    """Birth dates as YYYYMMDD from date columns, else from those of year, month and day."""
    of = {column.kind: people.table[column.name] for column in columns}
    found = [digits_of_dates(people.table[column.name]) for column in columns if column.kind == "birth_date"]
    if "birth_year" in of:
        found.append(digits_of_parts(of["birth_year"], of.get("birth_month"), of.get("birth_day")))
    none = pl.Series([None] * people.table.height, dtype=pl.String)
    return pl.select(pl.coalesce(*found, none)).to_series()


def _values(columns: list[Column]) -> str:
    """SQL: one column a kind; names as words, several columns of one kind one after the other."""
    of: dict[str, list[str]] = {}
    for place, column in enumerate(columns):
        of.setdefault(column.kind, []).append(f"c{place}")

    def joined(*kinds: str) -> str:
        found = [name for kind in kinds for name in of.get(kind, ())]
        return f"nullif(concat_ws(' ', {', '.join(found)}), '')" if found else "cast(null as text)"

    def first(kind: str) -> str:
        return f"coalesce({', '.join(of[kind])})" if kind in of else "cast(null as text)"

    singles = {name: first(_KIND_OF.get(name, name)) for name in _ONE_VALUE}
    others = of.get("other", [])
    singles |= {
        name: others[place] if place < len(others) else "cast(null as text)" for place, name in enumerate(OTHERS)
    }
    return f"""
        select no, dob_digits,
            {joined("given_name", "middle_name")} as given_name,
            {joined("family_name", "family_name_2")} as family_name, {_in_order(first("full_name"))} as full_name,
            {first("email")} as email, {first("phone")} as phone, {first("national_id")} as national_id,
            {first("card")} as card, {joined("street")} as street, {joined("address_extra")} as extra,
            {", ".join(f"{sql} as {name}" for name, sql in singles.items())}"""


def _in_order(x: str) -> str:
    """`Smith, John` as `John Smith`."""
    return f"regexp_replace({x}, '^([^,]*),(.*)$', '\\2 \\1')"
