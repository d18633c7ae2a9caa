"""Who is who in any table of people: the one entry of this package."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from identity.anytable.blocking import write_pairs
from identity.anytable.columns import Column, recognise
from identity.anytable.comparisons import comparisons_of, filled_keys
from identity.anytable.features import write_person
from identity.anytable.grouping import STEPS, write_groups, write_weights
from identity.anytable.learning import train, write_pair_patterns
from identity.anytable.model_file import load_model, save_model
from identity.anytable.output import check_out, id_column_of, write_out
from identity.anytable.read import NO, People, read_people
from identity.errors import IdentityError
from identity.evaluate import Quality, measure

# Odds of one to one: a wrong merge counts as much as a missed one. The odds come from the learned model, whose
# prior is the share of pairs of one person among all pairs of this very table; no truth is looked at.
LEAST_WEIGHT = 0.0


@dataclass(frozen=True)
class Order:
    """What is asked: files in, a file out, and what a person knows of the columns (column → kind)."""

    files: list[Path]
    out: Path
    id_column: str | None = None
    truth: str | None = None
    mapped: dict[str, str] | None = None
    model: Path | None = None
    save_model: Path | None = None


@dataclass(frozen=True)
class Resolved:
    """What came of it. `threshold` is a probability; `quality` is there when a truth was given."""

    records: int
    customers: int
    largest: int
    pairs_compared: int
    threshold: float
    id_column: str | None
    columns: list[Column]
    quality: Quality | None


def resolve_files(con: duckdb.DuckDBPyConnection, order: Order) -> Resolved:
    """Write `order.out` and return what came of it; `con` is an empty database to work in.

    Raises IdentityError for files, columns or a model that cannot be used; an existing `out` stays then.
    """
    check_out(order.out)
    people = read_people(order.files)
    if order.truth is not None and order.truth not in people.columns:
        raise IdentityError(f'--truth: no column "{order.truth}". The files have {", ".join(people.columns)}.')
    unused = tuple(name for name in (order.id_column, order.truth) if name is not None)
    columns = recognise(people, order.mapped or {}, unused)
    id_column = id_column_of(people, [c for c in columns if c.name != order.truth], order.id_column)
    write_person(con, people, columns)
    pairs = _group(con, order, people.table.height)
    write_out(con, order.out, people, id_column)
    customers, largest = con.execute("""
        select count(*), max(n) from (select count(*) as n from person_group group by group_no)""").fetchall()[0]
    return Resolved(
        records=people.table.height,
        customers=customers,
        largest=largest,
        pairs_compared=pairs,
        threshold=1 / (1 + 2**-LEAST_WEIGHT),
        id_column=id_column,
        columns=columns,
        quality=_quality(con, people, order.truth) if order.truth else None,
    )


def _group(con: duckdb.DuckDBPyConnection, order: Order, records: int) -> int:
    """Write person_group and person_customer; returns the number of pairs compared."""
    if records < 2:
        return _leave_alone(con)
    comparisons = comparisons_of(con)
    if not comparisons:
        raise IdentityError(
            "no column tells people apart: no name, date, address, number or the like. "
            "Say what a column holds, e.g. --map family_name=COLUMN."
        )
    pairs = write_pairs(con, filled_keys(con), records)
    if order.model:
        model, comparisons = load_model(order.model, comparisons, records)
        write_pair_patterns(con, comparisons, model.usual)
    else:
        model = train(con, comparisons, records)
    if order.save_model:
        save_model(order.save_model, model, comparisons, records)
    write_weights(con, "pair_weight", "pair_pattern", model, comparisons)
    write_groups(con, model, comparisons, LEAST_WEIGHT)
    _write_customers(con)
    return pairs


def _leave_alone(con: duckdb.DuckDBPyConnection) -> int:
    con.execute("create or replace table person_group as select no, no as group_no from person")
    for name in ("pair_weight", "chain_weight"):
        con.execute(f"create or replace table {name} (no_l integer, no_r integer, weight integer)")
    _write_customers(con)
    return 0


def _write_customers(con: duckdb.DuckDBPyConnection) -> None:
    """Write person_customer: customers numbered by their first record; the best link to another record of theirs.

    A record that stands alone has no match probability.
    """
    con.execute(f"""
        create or replace table person_customer as
        with number as (
            select group_no, row_number() over (order by group_no) as customer_id
            from (select distinct group_no from person_group) as g
        ),
        weight as (
            select no_l, no_r, weight from pair_weight
            union all
            select no_l, no_r, weight from chain_weight
        ),
        inside as (
            select w.no_l, w.no_r, w.weight from weight as w
            inner join person_group as l on l.no = w.no_l
            inner join person_group as r on r.no = w.no_r and r.group_no = l.group_no
        ),
        best as (
            select no, max(weight) as weight
            from (select no_l as no, weight from inside union all select no_r as no, weight from inside) as ends
            group by no
        )
        select p.no, n.customer_id, round(1 / (1 + power(2.0, -b.weight / {float(STEPS)})), 6) as match_probability
        from person_group as p
        inner join number as n on n.group_no = p.group_no
        left join best as b on b.no = p.no
        order by p.no""")


def _quality(con: duckdb.DuckDBPyConnection, people: People, truth: str) -> Quality:
    frame = people.table.select(pl.col(NO).alias("record_id"), pl.col(truth).alias("person_id")).drop_nulls()
    con.register("truth_frame", frame)
    try:
        return measure(con, "(select no as record_id, group_no as cluster_id from person_group)", "truth_frame")
    finally:
        con.unregister("truth_frame")
