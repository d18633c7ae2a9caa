"""How good clusters are, against a truth that no run reads."""

from dataclasses import dataclass

import duckdb

from identity.clusters import write_components


@dataclass(frozen=True)
class Quality:
    """Pairwise, B-cubed and exact-cluster figures (0–1) of clusters against the truth."""

    records: int
    pair_precision: float
    pair_recall: float
    pair_f1: float
    b3_precision: float
    b3_recall: float
    b3_f1: float
    cluster_f1: float


def measure(con: duckdb.DuckDBPyConnection, clusters: str, truth: str) -> Quality:
    """Return the quality of `clusters` (record_id, cluster_id) against `truth` (record_id, person_id).

    Both are tables; records without a truth are left out. A pair of records counts when both are in one
    cluster. B-cubed is the mean over records of the share of their cluster that is theirs, and of
    theirs that is in their cluster (Bagga and Baldwin, 1998). A cluster is exact when it holds all records
    of one person and no other.
    """
    row = con.execute(f"""
        with joined as (
            select c.cluster_id, t.person_id
            from {clusters} as c inner join {truth} as t on t.record_id = c.record_id
        ),
        cell as (select cluster_id, person_id, count(*) as n from joined group by cluster_id, person_id),
        sized as (
            select n,
                sum(n) over (partition by cluster_id) as in_cluster,
                sum(n) over (partition by person_id) as of_person,
                row_number() over (partition by cluster_id order by person_id) as cluster_row,
                row_number() over (partition by person_id order by cluster_id) as person_row
            from cell
        )
        select
            sum(n),
            sum(n * (n - 1)),
            sum(case when cluster_row = 1 then in_cluster * (in_cluster - 1) end),
            sum(case when person_row = 1 then of_person * (of_person - 1) end),
            sum(n * n / cast(in_cluster as double)),
            sum(n * n / cast(of_person as double)),
            sum(case when n = in_cluster and n = of_person then 1 end),
            sum(case when cluster_row = 1 then 1 end),
            sum(case when person_row = 1 then 1 end)
        from sized""").fetchall()[0]
    values = (float(value or 0) for value in row)
    records, together, found, true, precise, recalled, exact, clusters_found, people = values
    pair_precision, pair_recall = _share(together, found), _share(together, true)
    b3_precision, b3_recall = _share(precise, records), _share(recalled, records)
    return Quality(
        int(records),
        pair_precision,
        pair_recall,
        _f1(pair_precision, pair_recall),
        b3_precision,
        b3_recall,
        _f1(b3_precision, b3_recall),
        _f1(_share(exact, clusters_found), _share(exact, people)),
    )


def write_linkable(con: duckdb.DuckDBPyConnection, truth: str, target: str = "identity.linkable") -> None:
    """Write `target` (record_id, cluster_id): what a perfect linker could join at best.

    Records of one person are linkable when a path of that person's records joins them, each step sharing
    a normalised e-mail address, phone or card, or the name and with it the address or the birth date
    within two edits. Needs identity.party_feature.
    """
    write_components(
        con,
        target,
        f"select record_id from {truth}",
        f"""
        select a.record_id as record_id_l, b.record_id as record_id_r
        from {truth} as a
        inner join {truth} as b on b.person_id = a.person_id and b.record_id > a.record_id
        inner join identity.party_feature as l on l.record_id = a.record_id
        inner join identity.party_feature as r on r.record_id = b.record_id
        where l.email = r.email or l.card = r.card
            or l.phone = r.phone or l.phone = r.phone_2 or l.phone_2 = r.phone or l.phone_2 = r.phone_2
            or (
                levenshtein(l.given || ' ' || l.family, r.given || ' ' || r.family) <= 2
                and (
                    levenshtein(
                        l.street || ' ' || l.house_no || ' ' || l.postal_code,
                        r.street || ' ' || r.house_no || ' ' || r.postal_code) <= 2
                    or levenshtein(l.birth_date, r.birth_date) <= 2))""",
    )


def linkable_recall(con: duckdb.DuckDBPyConnection, clusters: str, linkable: str = "identity.linkable") -> float:
    """Return the share of linkable pairs that `clusters` holds together."""
    row = con.execute(f"""
        with cell as (
            select l.cluster_id as linkable_id, c.cluster_id, count(*) as n
            from {linkable} as l inner join {clusters} as c on c.record_id = l.record_id
            group by l.cluster_id, c.cluster_id
        ),
        grouped as (select linkable_id, sum(n) as n, sum(n * (n - 1)) as found from cell group by linkable_id)
        select sum(found), sum(n * (n - 1)) from grouped""").fetchall()[0]
    return _share(float(row[0] or 0), float(row[1] or 0))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
