"""Taking apart the clusters that contradict themselves, and putting together what goes together."""

import duckdb

from identity.tables import count

# Weight of a person's judgement: it joins first.
_JUDGED = 1000


def write_parts(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp table part (record_id, cluster_id, part_id): what contradictory clusters are cut into.

    Reads temp tables named, found_contradiction and guarded_link. Parts are joined from the strongest link down, never
    two of which any two records contradict each other; `part_id` is the smallest record_id of the part.
    """
    _start_parts(con)
    while count(con, "part") and _join_best_parts(con):
        pass


def _start_parts(con: duckdb.DuckDBPyConnection) -> None:
    """Each record of a contradictory cluster is a part of its own, with the links inside the cluster."""
    con.execute("""
        create or replace temp table part as
        select c.record_id, c.cluster_id, c.record_id as part_id
        from named as c
        where c.cluster_id in (select cluster_id from found_contradiction)""")
    con.execute(f"""
        create or replace temp table part_link as
        select e.record_id_l, e.record_id_r,
            case when e.origin = 'model' then e.match_weight else {_JUDGED} end as match_weight
        from guarded_link as e
        inner join part as p on p.record_id = e.record_id_l
        where e.veto is null""")


def _join_best_parts(con: duckdb.DuckDBPyConnection) -> bool:
    """Join every two parts that are each other's best; false when none was left."""
    con.execute("""
        create or replace temp table part_join as
        with linked as (
            select l.part_id as part_l, r.part_id as part_r, max(e.match_weight) as match_weight
            from part_link as e
            inner join part as l on l.record_id = e.record_id_l
            inner join part as r on r.record_id = e.record_id_r
            group by l.part_id, r.part_id
        ),
        both_ways as (
            select part_l, part_r, match_weight from linked
            union
            select part_r as part_l, part_l as part_r, match_weight from linked
        ),
        kept_apart as (
            select l.part_id as part_l, r.part_id as part_r
            from found_contradiction as c
            inner join part as l on l.record_id = c.record_id_l
            inner join part as r on r.record_id = c.record_id_r
            union
            select r.part_id as part_l, l.part_id as part_r
            from found_contradiction as c
            inner join part as l on l.record_id = c.record_id_l
            inner join part as r on r.record_id = c.record_id_r
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
        create or replace temp table part as
        select p.record_id, p.cluster_id, coalesce(j.kept_part_id, p.part_id) as part_id
        from part as p
        left join part_join as j on j.joined_part_id = p.part_id""")
    return True
