"""How two records are compared, made from the columns that a table has."""

import duckdb

from identity.anytable.address_comparison import PARTS, address
from identity.anytable.date_comparisons import BIRTH, YEAR
from identity.anytable.levels import Comparison
from identity.anytable.name_comparisons import FAMILY, GIVEN
from identity.anytable.value_comparisons import EMAIL, GENDER, code, text


def comparisons_of(con: duckdb.DuckDBPyConnection) -> list[Comparison]:
    """Return the comparisons that the filled columns of person allow."""
    filled = filled_keys(con)
    full_dates = con.execute("select count(*) from person where substr(dob, 5) <> '0000'").fetchall()[0][0]
    made = [GIVEN] if "given" in filled else []
    made += [FAMILY] if "family" in filled else []
    if "dob" in filled:
        made.append(BIRTH if full_dates else YEAR)
    made += [EMAIL] if "email" in filled else []
    made += [code("phone", "phone number", 0.62, 0.3)] if "phone" in filled else []
    made += [code("national_id", "national id", 0.9, 0.001)] if "national_id" in filled else []
    made += [code("card", "card number", 0.7, 0.03)] if "card" in filled else []
    parts = [part for part in PARTS if part in filled]
    made += [address(parts)] if parts else []
    made += [text("birth_place", "birth place", 0.75, 0.55, of_family=True)] if "birth_place" in filled else []
    made += [GENDER] if "gender" in filled else []
    # Colleagues share the company as a family does its name.
    made += [text("company", "company", 0.6, 0.4, of_family=True)] if "company" in filled else []
    made += [text("occupation", "occupation", 0.5, 0.15)] if "occupation" in filled else []
    for name in ("other_0", "other_1", "other_2"):
        made += [text(name, "value of another column", 0.6, 0.3)] if name in filled else []
    return made[:MOST_COMPARISONS]


# Four bits a comparison, and two offsets, must fit into 64.
MOST_COMPARISONS = 12


def filled_keys(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the columns of person that any record has."""
    names = [row[0] for row in con.execute("describe person").fetchall()]
    wanted = [name for name in names if name != "no" and not name.endswith("_bits")]
    counts = con.execute(f"select {', '.join(f'count({name})' for name in wanted)} from person")
    return {name for name, number in zip(wanted, counts.fetchall()[0], strict=True) if number}
