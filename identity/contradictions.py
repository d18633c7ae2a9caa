"""Pairs inside one cluster that must not be one person."""

import duckdb

from identity.clusters import write_components
from identity.tables import count
from identity.veto import VETO

# Who said that some are one person although names or dates differ said it of every record like them as well.
_OVERRULED = """
    pair as (
        select cluster_id, record_id_l as one, record_id_r as other, verdict, veto from compared_member
        union all
        select cluster_id, record_id_r as one, record_id_l as other, verdict, veto from compared_member
    ),
    alike as (
        select one, other from pair where veto is null
        union all
        select one, one as other from pair group by one
    ),
    overruled as (
        select distinct l.other as record_id_l, r.other as record_id_r
        from pair as j
        inner join identity.judged_group as g on g.record_id = j.one
        inner join identity.judged_group as h on h.record_id = j.other and h.cluster_id = g.cluster_id
        inner join alike as l on l.one = j.one
        inner join alike as r on r.one = j.other
        where j.veto is not null and l.other < r.other
    )"""


def write_contradictions(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp table found_contradiction (cluster_id, record_id_l, record_id_r, reason).

    Reads temp table named: the clusters as they are (record_no, record_id, cluster_id). These are pairs inside one
    cluster that the veto or a judgement keeps apart, unless a judgement of `same` speaks for the two.
    """
    _write_suspects(con)
    if not count(con, "suspect"):
        con.execute("""
            create or replace temp table found_contradiction
            (cluster_id text, record_id_l text, record_id_r text, reason text)""")
        return
    _write_judged_groups(con)
    con.execute(f"""
        create or replace temp table compared_member as
        with member as (
            select c.cluster_id, c.record_no, c.record_id, f.* exclude (record_no, record_id)
            from suspect as s
            inner join named as c on c.cluster_id = s.cluster_id
            left join identity.party_feature as f on f.record_no = c.record_no
        )
        select l.cluster_id, l.record_id as record_id_l, r.record_id as record_id_r, v.verdict, {VETO} as veto
        from member as l
        inner join member as r on r.cluster_id = l.cluster_id and r.record_id > l.record_id
        left join identity.verdict as v on v.record_id_l = l.record_id and v.record_id_r = r.record_id""")
    con.execute(f"""
        create or replace temp table found_contradiction as
        with {_OVERRULED}
        select c.cluster_id, c.record_id_l, c.record_id_r,
            case when c.verdict = 'different' then 'judged to be different people' else c.veto end as reason
        from compared_member as c
        left join overruled as o on o.record_id_l = c.record_id_l and o.record_id_r = c.record_id_r
        where c.verdict = 'different' or (c.verdict is null and c.veto is not null and o.record_id_l is null)""")


def _write_suspects(con: duckdb.DuckDBPyConnection) -> None:
    """Clusters worth a look at all their pairs: two names, birth dates or genders, or a judgement."""
    con.execute("""
        create or replace temp table suspect as
        with judged as (
            select l.cluster_id
            from identity.verdict as v
            inner join named as l on l.record_id = v.record_id_l
            inner join named as r on r.record_id = v.record_id_r and r.cluster_id = l.cluster_id
            where v.verdict = 'different'
        ),
        joined as (select cluster_id from named group by cluster_id having count(*) > 1)
        select c.cluster_id
        from named as c
        left join identity.party_feature as f on f.record_no = c.record_no
        where c.cluster_id in (select cluster_id from joined)
        group by c.cluster_id
        having min(case when length(f.nick) >= 3 then f.nick end) <> max(case when length(f.nick) >= 3 then f.nick end)
            or min(f.birth_date) <> max(f.birth_date)
            or min(f.gender) <> max(f.gender)
            or c.cluster_id in (select cluster_id from judged)""")


def _write_judged_groups(con: duckdb.DuckDBPyConnection) -> None:
    """identity.judged_group (record_id, cluster_id): the records that are one person by judgements alone."""
    same = "from identity.verdict where verdict = 'same'"
    con.execute("create or replace table identity.judged_group (record_id text, cluster_id text)")
    if count(con, "identity.verdict", "verdict = 'same'"):
        records = f"select record_id_l as record_id {same} union select record_id_r as record_id {same}"
        write_components(con, "identity.judged_group", records, f"select record_id_l, record_id_r {same}")
