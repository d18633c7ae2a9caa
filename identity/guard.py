"""The second look at whole clusters: those that contradict themselves are cut anew.

A chain of good links can join what no single link would: Anna – A. – Anton. Clusters that hold two
records which the veto keeps apart are taken apart and put together again from the strongest link down,
never joining two parts of which any two records contradict each other. Clusters of too many records,
or of more e-mail addresses, phones, homes or cards than one person has, lose their weakest links first.
"""

import duckdb

from identity.clusters import label_components, write_components
from identity.config import Guard
from identity.store import exists, replace_rows
from identity.tables import count
from identity.veto import VETO

# Weight of a person's judgement: it joins first.
_JUDGED = 1000
# Weights below which the links of a too large cluster are dropped, added to the model's, one after the other.
_STEPS = (4, 8, 12, 16, 20)
# Up to this step it is hardly more than the name that joins.
_NAMES_ONLY = 8
WEAK_LINK = "weak link in a cluster of too many records or contacts"
"""The veto of a link that a cluster lost for being too large."""


def update_clusters(con: duckdb.DuckDBPyConnection, guard: Guard, match_weight: float, whole: bool) -> None:
    """Bring identity.cluster up to date with identity.link for the records of temp table touched_record.

    | record_no | record_id | cluster_id | component |
    |-----------|-----------|------------|-----------|
    | 1         | shop:7a…  | erp:01…    | 1         |

    `cluster_id` is the smallest record_id of the cluster; `component` what was joined before the guard looked. Also
    writes identity.recut (cluster_id, record_id, part_id, reason): what was cut and why, and identity.contradiction:
    the pairs that forbade it.
    """
    con.execute("""
        create or replace temp table guarded_link as
        select * from identity.link
        where veto is null and record_no_l in (select record_no from touched_record)""")
    _start_clusters(con)
    for step in _STEPS:
        if not _drop_weak_links(con, _too_large(guard, step), match_weight + step):
            break
    _name_clusters(con)
    _write_suspects(con)
    _write_contradictions(con)
    _start_parts(con)
    while _join_best_parts(con):
        pass
    _store(con, whole)


def _start_clusters(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table guarded (record_no, record_id, component, cluster_no)."""
    label_components(
        con,
        "found_cluster",
        "select record_no from touched_record where not is_gone",
        "select record_no_l, record_no_r from guarded_link",
    )
    con.execute("""
        create or replace temp table guarded as
        select t.record_no, t.record_id, f.component, f.component as cluster_no
        from touched_record as t
        inner join found_cluster as f on f.record_no = t.record_no""")


def _too_large(guard: Guard, step: int) -> str:
    """SQL: cluster_no of the clusters of more records, or more addresses, phones, homes or cards, than one person's.

    Contacts tell against links by names only, such as those of a placeholder that no list knows.
    """
    too_large = f"select cluster_no from guarded group by cluster_no having count(*) > {guard.max_records}"
    if step > _NAMES_ONLY:
        return too_large
    contacts = ("f.email", "f.phone", "f.card", "f.postal_code || '|' || f.house_no")
    too_many = " or ".join(f"count(distinct {contact}) > {guard.max_contacts}" for contact in contacts)
    return f"""{too_large} union
        select g.cluster_no
        from guarded as g
        inner join identity.party_feature as f on f.record_no = g.record_no
        where g.cluster_no in (
            select cluster_no from guarded group by cluster_no having count(*) > {guard.max_contacts})
        group by g.cluster_no
        having {too_many}"""


def _drop_weak_links(con: duckdb.DuckDBPyConnection, too_large: str, least_weight: float) -> bool:
    """Drop the links below `least_weight` in the clusters that are `too_large`; false when there is none."""
    con.execute(f"""
        create or replace temp table large as
        select record_no from guarded where cluster_no in ({too_large})""")
    if not count(con, "large"):
        return False
    con.execute(f"""
        update guarded_link set veto = '{WEAK_LINK}'
        where origin = 'model' and match_weight < {least_weight!r} and record_no_l in (select record_no from large)""")
    label_components(
        con,
        "found_cluster",
        "select record_no from large",
        """select record_no_l, record_no_r from guarded_link
        where veto is null and record_no_l in (select record_no from large)""",
    )
    con.execute("""
        update guarded set cluster_no = f.component from found_cluster as f where f.record_no = guarded.record_no""")
    return True


def _name_clusters(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table named (record_no, record_id, component, cluster_id)."""
    con.execute("""
        create or replace temp table named as
        with first as (select cluster_no, min(record_id) as cluster_id from guarded group by cluster_no)
        select g.record_no, g.record_id, g.component, f.cluster_id
        from guarded as g inner join first as f on f.cluster_no = g.cluster_no""")


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


def _write_contradictions(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table found_contradiction: pairs inside a suspect that must not be one person."""
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


def _write_judged_groups(con: duckdb.DuckDBPyConnection) -> None:
    """identity.judged_group (record_id, cluster_id): the records that are one person by judgements alone."""
    same = "from identity.verdict where verdict = 'same'"
    con.execute("create or replace table identity.judged_group (record_id text, cluster_id text)")
    if count(con, "identity.verdict", "verdict = 'same'"):
        records = f"select record_id_l as record_id {same} union select record_id_r as record_id {same}"
        write_components(con, "identity.judged_group", records, f"select record_id_l, record_id_r {same}")


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


def _store(con: duckdb.DuckDBPyConnection, whole: bool) -> None:
    touched = "(select record_id from touched_record)"
    written = {
        "contradiction": ("select * from found_contradiction", f"record_id_l in {touched}"),
        "recut": (
            """
            select p.cluster_id, p.record_id, p.part_id, min(c.reason) as reason
            from part as p
            inner join found_contradiction as c on c.cluster_id = p.cluster_id
            group by p.cluster_id, p.record_id, p.part_id""",
            f"record_id in {touched}",
        ),
        "cluster": (
            """
            select c.record_no, c.record_id, coalesce(p.part_id, c.cluster_id) as cluster_id, c.component
            from named as c
            left join part as p on p.record_id = c.record_id""",
            f"record_id in {touched}",
        ),
    }
    for table, (query, stale) in written.items():
        anew = whole or not exists(con, table)
        replace_rows(con, f"identity.{table}", query, None if anew else stale)
    con.execute(f"""
        update identity.link set veto = '{WEAK_LINK}'
        from guarded_link as g
        where g.veto is not null and g.record_no_l = link.record_no_l and g.record_no_r = link.record_no_r""")
