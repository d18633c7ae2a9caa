"""The second look at whole clusters: those that contradict themselves are cut anew.

A chain of good links can join what no single link would: Anna – A. – Anton. Clusters that hold two
records which the veto keeps apart are taken apart and put together again from the strongest link down,
never joining two parts of which any two records contradict each other. Clusters of too many records
lose their weakest links first.
"""

import duckdb

from identity.clusters import write_clusters
from identity.config import Guard
from identity.tables import count
from identity.veto import VETO

# Weight of a person's judgement: it joins first.
_JUDGED = 1000
# Weights below which the links of a too large cluster are dropped, added to the model's, one after the other.
_STEPS = (4, 8, 12, 16, 20)


def write_guarded_clusters(con: duckdb.DuckDBPyConnection, guard: Guard, match_weight: float) -> tuple[int, int]:
    """Write identity.cluster from identity.link; returns the number of clusters and of those that were cut.

    Also writes identity.recut (cluster_id, record_id, part_id, reason): what was cut and why.
    """
    clusters = write_clusters(con)
    for step in _STEPS:
        if _drop_weak_links(con, guard.max_records, match_weight + step):
            clusters = write_clusters(con)
    recut = _recut_contradictory(con)
    if recut:
        clusters = count(con, "(select distinct cluster_id from identity.cluster)")
    return clusters, recut


def _drop_weak_links(con: duckdb.DuckDBPyConnection, max_records: int, least_weight: float) -> int:
    """Veto the links below `least_weight` in clusters of more than `max_records`; returns their number."""
    weak = """
        origin = 'model' and veto is null and match_weight < ? and record_id_l in (
            select record_id from identity.cluster
            where cluster_id in (select cluster_id from identity.cluster group by cluster_id having count(*) > ?))"""
    values = [least_weight, max_records]
    dropped = int(con.execute(f"select count(*) from identity.link where {weak}", values).fetchall()[0][0])
    if dropped:
        con.execute(
            f"update identity.link set veto = 'weak link in a cluster of too many records' where {weak}",
            values,
        )
    return dropped


def _recut_contradictory(con: duckdb.DuckDBPyConnection) -> int:
    _write_suspects(con)
    _write_contradictions(con)
    _start_parts(con)
    while _join_best_parts(con):
        pass
    con.execute("""
        create or replace table identity.recut as
        select p.cluster_id, p.record_id, p.part_id, min(c.reason) as reason
        from identity.part as p
        inner join identity.contradiction as c on c.cluster_id = p.cluster_id
        group by p.cluster_id, p.record_id, p.part_id
        order by p.cluster_id, p.record_id""")
    con.execute("""
        create or replace table identity.cluster as
        select c.record_id, coalesce(p.part_id, c.cluster_id) as cluster_id
        from identity.cluster as c
        left join identity.part as p on p.record_id = c.record_id
        order by c.record_id""")
    return count(con, "(select distinct cluster_id from identity.recut)")


def _write_suspects(con: duckdb.DuckDBPyConnection) -> None:
    """Clusters worth a look at all their pairs: two names, birth dates or genders, or a judgement."""
    con.execute("""
        create or replace temp table suspect as
        with judged as (
            select l.cluster_id
            from identity.verdict as v
            inner join identity.cluster as l on l.record_id = v.record_id_l
            inner join identity.cluster as r on r.record_id = v.record_id_r and r.cluster_id = l.cluster_id
            where v.verdict = 'different'
        )
        select c.cluster_id
        from identity.cluster as c
        left join identity.party_feature as f on f.record_id = c.record_id
        group by c.cluster_id
        having count(distinct case when length(f.nick) >= 3 then f.nick end) > 1
            or count(distinct f.birth_date) > 1
            or count(distinct f.gender) > 1
            or c.cluster_id in (select cluster_id from judged)""")


def _write_contradictions(con: duckdb.DuckDBPyConnection) -> None:
    """Write identity.contradiction: pairs inside a suspect that must not be one person."""
    con.execute(f"""
        create or replace table identity.contradiction as
        with pair as (
            select a.cluster_id, a.record_id as record_id_l, b.record_id as record_id_r
            from suspect as s
            inner join identity.cluster as a on a.cluster_id = s.cluster_id
            inner join identity.cluster as b on b.cluster_id = s.cluster_id and b.record_id > a.record_id
        ),
        judged as (
            select
                p.cluster_id, p.record_id_l, p.record_id_r,
                case
                    when v.verdict = 'different' then 'judged to be different people'
                    when v.verdict is null then {VETO}
                end as reason
            from pair as p
            left join identity.party_feature as l on l.record_id = p.record_id_l
            left join identity.party_feature as r on r.record_id = p.record_id_r
            left join identity.verdict as v on v.record_id_l = p.record_id_l and v.record_id_r = p.record_id_r
        )
        select cluster_id, record_id_l, record_id_r, reason from judged where reason is not null
        order by cluster_id, record_id_l, record_id_r""")


def _start_parts(con: duckdb.DuckDBPyConnection) -> None:
    """Each record of a contradictory cluster is a part of its own, with the links inside the cluster."""
    con.execute("""
        create or replace table identity.part as
        select c.record_id, c.cluster_id, c.record_id as part_id
        from identity.cluster as c
        where c.cluster_id in (select cluster_id from identity.contradiction)""")
    con.execute(f"""
        create or replace temp table part_link as
        select e.record_id_l, e.record_id_r,
            case when e.origin = 'model' then e.match_weight else {_JUDGED} end as match_weight
        from identity.link as e
        inner join identity.part as p on p.record_id = e.record_id_l
        where e.veto is null""")


def _join_best_parts(con: duckdb.DuckDBPyConnection) -> bool:
    """Join every two parts that are each other's best; false when none was left."""
    con.execute("""
        create or replace temp table part_join as
        with linked as (
            select l.part_id as part_l, r.part_id as part_r, max(e.match_weight) as match_weight
            from part_link as e
            inner join identity.part as l on l.record_id = e.record_id_l
            inner join identity.part as r on r.record_id = e.record_id_r
            group by l.part_id, r.part_id
        ),
        both_ways as (
            select part_l, part_r, match_weight from linked
            union
            select part_r as part_l, part_l as part_r, match_weight from linked
        ),
        kept_apart as (
            select l.part_id as part_l, r.part_id as part_r
            from identity.contradiction as c
            inner join identity.part as l on l.record_id = c.record_id_l
            inner join identity.part as r on r.record_id = c.record_id_r
            union
            select r.part_id as part_l, l.part_id as part_r
            from identity.contradiction as c
            inner join identity.part as l on l.record_id = c.record_id_l
            inner join identity.part as r on r.record_id = c.record_id_r
        ),
        allowed as (
            select b.part_l, b.part_r, max(b.match_weight) as match_weight
            from both_ways as b
            left join kept_apart as k on k.part_l = b.part_l and k.part_r = b.part_r
            where k.part_l is null and b.part_l <> b.part_r
            group by b.part_l, b.part_r
        ),
        best as (
            select part_l, part_r,
                -- Equal weights: the pair with the smallest ids, the same one seen from both sides.
                row_number() over (
                    partition by part_l
                    order by match_weight desc, least(part_l, part_r), greatest(part_l, part_r)) as place
            from allowed
        )
        select a.part_l as kept_part_id, a.part_r as joined_part_id
        from best as a
        inner join best as b on b.part_l = a.part_r and b.part_r = a.part_l and b.place = 1
        where a.place = 1 and a.part_l < a.part_r""")
    if not count(con, "part_join"):
        return False
    con.execute("""
        create or replace table identity.part as
        select p.record_id, p.cluster_id, coalesce(j.kept_part_id, p.part_id) as part_id
        from identity.part as p
        left join part_join as j on j.joined_part_id = p.part_id""")
    return True
