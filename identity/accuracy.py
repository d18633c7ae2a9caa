"""How far clusters can be trusted: figures with 95 % intervals, in the field's words and in business words.

Records of one person hang together, so the interval leaves out one group of persons after the other (the
delete-a-group jackknife) and does not take pairs for independent draws.
"""

import math
from dataclasses import dataclass

import duckdb
import polars as pl

_GROUPS = 100
_NORMAL = 1.96
_SUMS = (
    "sum(together) as together, sum(found) as found, sum(owned) as owned, sum(linked) as linked,"
    " sum(linkable) as linkable, sum(precise) as precise, sum(recalled) as recalled,"
    " sum(best_recalled) as best_recalled, count(*) as records"
)


@dataclass(frozen=True)
class Estimate:
    """A share (0–1) with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Accuracy:
    """Figures of all records, or of those of one class. `linkable` figures are of what a perfect linker could find."""

    records: int
    pair_precision: Estimate
    pair_recall: Estimate
    linkable_recall: Estimate
    b3_precision: Estimate
    b3_recall: Estimate
    b3_f1: Estimate
    share_of_perfect_b3_f1: Estimate


@dataclass(frozen=True)
class InBusiness:
    """What the mistakes are: customers with somebody else's records, and people who are several customers."""

    customers: int
    mixed: int
    mixed_share: Estimate
    people: int
    parted: int
    parted_share: Estimate


def accuracy(con: duckdb.DuckDBPyConnection, clusters: str, truth: str, linkable: str | None = None) -> Accuracy:
    """Return the accuracy of table `clusters` (record_id, cluster_id) against `truth` (record_id, person_id).

    `linkable` (record_id, cluster_id) says what can be found at all; without it everything can.
    """
    _write_counts(con, clusters, truth, linkable)
    return _estimated(con.sql(f"select {_SUMS} from judged_record group by person_group order by person_group").pl())


def by_hard_case(
    con: duckdb.DuckDBPyConnection, clusters: str, truth: str, linkable: str | None = None
) -> dict[str, Accuracy]:
    """Return the accuracy by what makes records hard: pairs with at least one record of the class.

    `truth` has a column hard_case besides; records without any are class `none`.
    """
    _write_counts(con, clusters, truth, linkable)
    sums = con.sql(f"""
        select coalesce(t.hard_case, 'none') as hard_case, person_group, {_SUMS}
        from judged_record as j inner join {truth} as t on t.record_id = j.record_id
        group by 1, person_group order by 1, person_group""").pl()
    return {
        str(name[0]): _estimated(rows.drop("hard_case", "person_group"))
        for name, rows in sums.group_by("hard_case", maintain_order=True)
    }


def in_business(con: duckdb.DuckDBPyConnection, clusters: str, truth: str) -> InBusiness:
    """Return how many customers hold several people, and how many people are several customers."""
    row = con.execute(f"""
        with cell as (
            select distinct c.cluster_id, t.person_id
            from {clusters} as c inner join {truth} as t on t.record_id = c.record_id
        ),
        customer as (select count(*) as n from cell group by cluster_id),
        person as (select count(*) as n from cell group by person_id)
        select
            (select count(*) from customer), (select count(*) from customer where n > 1),
            (select count(*) from person), (select count(*) from person where n > 1)""").fetchall()[0]
    customers, mixed, people, parted = (int(value) for value in row)
    return InBusiness(customers, mixed, wilson(mixed, customers), people, parted, wilson(parted, people))


def wilson(part: int, whole: int) -> Estimate:
    """Return a share with its score interval (Wilson, 1927): it holds for small counts, too."""
    if not whole:
        return Estimate(1.0, 0.0, 1.0)
    share, square = part / whole, _NORMAL**2
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = _NORMAL * math.sqrt(share * (1 - share) / whole + square / (4 * whole**2)) / (1 + square / whole)
    return Estimate(share, max(middle - half, 0.0), min(middle + half, 1.0))


def _write_counts(con: duckdb.DuckDBPyConnection, clusters: str, truth: str, linkable: str | None) -> None:
    """Temp table judged_record: of each record the pairs it is found in, those it owns in truth, and both."""
    best = linkable or f"(select record_id, person_id as cluster_id from {truth})"
    con.execute(f"""
        create or replace temp table judged_record as
        with joined as (
            select t.record_id, t.person_id, c.cluster_id, b.cluster_id as best_id
            from {truth} as t
            inner join {clusters} as c on c.record_id = t.record_id
            inner join {best} as b on b.record_id = t.record_id
        ),
        sized as (
            select *,
                count(*) over (partition by cluster_id) as in_cluster,
                count(*) over (partition by person_id) as of_person,
                count(*) over (partition by cluster_id, person_id) as in_both,
                count(*) over (partition by best_id) as in_best,
                count(*) over (partition by best_id, cluster_id) as in_best_and_cluster
            from joined
        )
        select record_id,
            hash(person_id) % {_GROUPS} as person_group,
            in_both - 1 as together, in_cluster - 1 as found, of_person - 1 as owned,
            in_best_and_cluster - 1 as linked, in_best - 1 as linkable,
            cast(in_both / cast(in_cluster as double) as decimal(18, 9)) as precise,
            cast(in_both / cast(of_person as double) as decimal(18, 9)) as recalled,
            cast(in_best / cast(of_person as double) as decimal(18, 9)) as best_recalled
        from sized""")


def _estimated(groups: pl.DataFrame) -> Accuracy:
    """Figures of the sum of all groups, their spread from the sums without one group each."""
    sums = groups.select(pl.all().cast(pl.Float64))
    whole = sums.sum()
    if sums.height > 1:
        without = sums.select((pl.col(name).sum() - pl.col(name)).alias(name) for name in sums.columns)
    else:
        without = whole
    value, spread = _figures(whole), _figures(without)
    times = (sums.height - 1) / sums.height if sums.height else 0.0
    estimates = {}
    for name in value.columns:
        found = float(value[name][0])
        mean = float(spread[name].mean() or 0.0)  # type: ignore[arg-type]
        half = _NORMAL * math.sqrt(times * float(((spread[name] - mean) ** 2).sum()))
        # Whoever links rare names, too, finds more than a perfect linker of the linkable pairs.
        most = math.inf if name == "share_of_perfect_b3_f1" else 1.0
        estimates[name] = Estimate(found, max(found - half, 0.0), min(found + half, most))
    return Accuracy(records=int(whole["records"][0]), **estimates)


def _figures(sums: pl.DataFrame) -> pl.DataFrame:
    """The figures of rows of sums; a share of nothing is 1."""

    def share(part: str, of: str) -> pl.Expr:
        return pl.when(pl.col(of) > 0).then(pl.col(part) / pl.col(of)).otherwise(1.0)

    figures = sums.select(
        pair_precision=share("together", "found"),
        pair_recall=share("together", "owned"),
        linkable_recall=share("linked", "linkable"),
        b3_precision=share("precise", "records"),
        b3_recall=share("recalled", "records"),
        best=share("best_recalled", "records"),
    )
    b3_f1 = _f1(pl.col("b3_precision"), pl.col("b3_recall"))
    return figures.with_columns(b3_f1=b3_f1, share_of_perfect_b3_f1=b3_f1 / _f1(pl.lit(1.0), pl.col("best"))).drop(
        "best"
    )


def _f1(precision: pl.Expr, recall: pl.Expr) -> pl.Expr:
    return 2 * precision * recall / (precision + recall)
