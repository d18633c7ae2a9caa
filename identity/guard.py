"""The second look at whole clusters: those that contradict themselves are cut anew.

A chain of good links can join what no single link would: Anna – A. – Anton. Clusters that hold two
records which the veto keeps apart are taken apart and put together again from the strongest link down,
never joining two parts of which any two records contradict each other. Clusters of too many records,
or of more e-mail addresses, phones, homes or cards than one person has, lose their weakest links first.
"""

import duckdb

from identity.clusters import label_components
from identity.config import Guard
from identity.contradictions import write_contradictions
from identity.parts import write_parts
from identity.store import replace_rows
from identity.tables import count

# Weights below which the links of a too large cluster are dropped, added to the model's, one after the other.
_STEPS = (4, 8, 12, 16, 20)
# Up to this step it is hardly more than the name that joins.
_NAMES_ONLY = 8
WEAK_LINK = "weak link in a cluster of too many records or contacts"
"""The veto of a link that a cluster lost for being too large."""


def update_clusters(con: duckdb.DuckDBPyConnection, guard: Guard, match_weight: float, whole: bool) -> bool:
    """Bring identity.cluster up to date with identity.link for the records of temp table touched_record.

    | record_no | record_id | cluster_id | component |
    |-----------|-----------|------------|-----------|
    | 1         | shop:7a…  | erp:01…    | 1         |

    `cluster_id` is the smallest record_id of the cluster; `component` what was joined before the guard looked. Also
    writes identity.recut (cluster_id, record_id, part_id, reason): what was cut and why, and identity.contradiction:
    the pairs that forbade it. Returns whether any record's cluster is another one now.
    """
    links = "identity.link" if whole else "touched_link"
    con.execute(f"""
        create or replace temp table guarded_link as
        select * from {links} where veto is null and record_no_l in (select record_no from touched_record)""")
    _start_clusters(con)
    for step in _STEPS:
        if not _drop_weak_links(con, _too_large(guard, step), match_weight + step):
            break
    _name_clusters(con)
    write_contradictions(con)
    write_parts(con)
    return _store(con, whole)


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


def _store(con: duckdb.DuckDBPyConnection, whole: bool) -> bool:
    touched = "(select record_id from touched_record)"
    con.execute("""
        create or replace temp table cluster_now as
        select c.record_no, c.record_id, coalesce(p.part_id, c.cluster_id) as cluster_id, c.component
        from named as c
        left join part as p on p.record_id = c.record_id""")
    has_moved = whole or _has_moved(con)
    cut = """
        select p.cluster_id, p.record_id, p.part_id, min(c.reason) as reason
        from part as p
        inner join found_contradiction as c on c.cluster_id = p.cluster_id
        group by p.cluster_id, p.record_id, p.part_id"""
    written = {
        "contradiction": ("select * from found_contradiction", f"record_id_l in {touched}"),
        "recut": (cut, f"record_id in {touched}"),
        "cluster": ("select * from cluster_now", "record_no in (select record_no from touched_record)"),
    }
    for table, (query, stale) in written.items():
        replace_rows(con, f"identity.{table}", query, None if whole else stale)
    if count(con, "guarded_link", "veto is not null"):
        for links in ["identity.link"] if whole else ["identity.link", "touched_link"]:
            con.execute(f"""
                update {links} as k set veto = '{WEAK_LINK}'
                from guarded_link as g
                where g.veto is not null and g.record_no_l = k.record_no_l and g.record_no_r = k.record_no_r""")
    return has_moved


def _has_moved(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether any touched record is in another cluster than before, or new, or gone."""
    con.execute("""
        create or replace temp table cluster_before as
        select record_id, cluster_id from identity.cluster
        where record_no in (select record_no from touched_record)""")
    moved = """(
        select 1 from cluster_now as n
        full outer join cluster_before as b on b.record_id = n.record_id
        where n.cluster_id is distinct from b.cluster_id)"""
    return bool(count(con, moved))
