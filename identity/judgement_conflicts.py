"""Judgements that cannot all be true: A = B, B = C, and A ≠ C.

They are refused when a person enters them, but two stores may be joined or a record come back that was gone.
Nobody can tell which of them is mistaken, so all of those on the contradictory ways are set aside; what
merely hangs on to them stays.
"""

import duckdb

from identity.clusters import write_components
from identity.tables import count

_CONFLICTS = "identity.judgement_conflict"


def write_judgement_conflicts(con: duckdb.DuckDBPyConnection) -> int:
    """Write identity.judgement_conflict from temp table `said` (record_id_l, record_id_r, verdict, decided_at).

    | conflict_id | record_id_l | record_id_r | verdict   | decided_at          |
    |-------------|-------------|-------------|-----------|---------------------|
    | erp:01…     | erp:01…     | shop:7a…    | same      | 2026-11-03 09:12:00 |
    | erp:01…     | forms:22…   | shop:7a…    | same      | 2026-11-03 09:14:00 |
    | erp:01…     | erp:01…     | forms:22…   | different | 2026-11-05 16:40:00 |

    `conflict_id` is the smallest record of those that contradict each other. Returns the number of rows.
    """
    con.execute(f"""
        create or replace table {_CONFLICTS} (
            conflict_id text, record_id_l text, record_id_r text, verdict text, decided_at timestamp)""")
    if not _write_suspects(con):
        return 0
    _write_ways_round(con)
    records = "select record_id_l as record_id from way_round union select record_id_r as record_id from way_round"
    write_components(con, "identity.round_of", records, "select record_id_l, record_id_r from way_round")
    con.execute(f"""
        insert into {_CONFLICTS}
        with placed as (
            select w.*, c.cluster_id as conflict_id
            from way_round as w
            inner join identity.round_of as c on c.record_id = w.record_id_l
        )
        select conflict_id, record_id_l, record_id_r, verdict, decided_at
        from placed
        where conflict_id in (select conflict_id from placed where verdict = 'different')
        order by conflict_id, record_id_l, record_id_r""")
    for table in ("suspect_judgement", "way_round", "identity.round_of"):
        con.execute(f"drop table {table}")
    return count(con, _CONFLICTS)


def publish_judgement_conflicts(con: duckdb.DuckDBPyConnection) -> int:
    """Write serve.judgement_conflict, for the people who can resolve them; returns the number of rows."""
    con.execute(f"create or replace table serve.judgement_conflict as from {_CONFLICTS}")
    return count(con, "serve.judgement_conflict")


def _write_suspects(con: duckdb.DuckDBPyConnection) -> bool:
    """Temp table suspect_judgement: all judgements among records that are the same by judgement, where two of
    them were judged to be different too; false when there is none."""
    if not count(con, "said", "verdict = 'different'"):
        return False
    write_components(
        con,
        "identity.judged_same",
        "select record_id_l as record_id from said union select record_id_r as record_id from said",
        "select record_id_l, record_id_r from said where verdict = 'same'",
    )
    con.execute("""
        create or replace temp table suspect_judgement as
        with inside as (
            select s.*, l.cluster_id
            from said as s
            inner join identity.judged_same as l on l.record_id = s.record_id_l
            inner join identity.judged_same as r on r.record_id = s.record_id_r and r.cluster_id = l.cluster_id
        )
        select record_id_l, record_id_r, verdict, decided_at, cluster_id,
            cast(row_number() over (order by record_id_l, record_id_r) as text) as number
        from inside
        where cluster_id in (select cluster_id from inside where verdict = 'different')""")
    con.execute("drop table identity.judged_same")
    return count(con, "suspect_judgement") > 0


def _write_ways_round(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table way_round: the suspect judgements without which their two records still hang together.

    Only those can contradict others. Each is left out in turn: copy `number` of the graph is without that one.
    """
    left_out = """
        select o.number || '|' || e.record_id_l as record_id_l, o.number || '|' || e.record_id_r as record_id_r
        from suspect_judgement as o
        inner join suspect_judgement as e on e.cluster_id = o.cluster_id
        where {which}"""
    every = left_out.format(which="true")
    write_components(
        con,
        "identity.without_one",
        f"select record_id_l as record_id from ({every}) as l union select record_id_r from ({every}) as r",
        left_out.format(which="o.number <> e.number"),
    )
    con.execute("""
        create or replace temp table way_round as
        select s.record_id_l, s.record_id_r, s.verdict, s.decided_at
        from suspect_judgement as s
        inner join identity.without_one as l on l.record_id = s.number || '|' || s.record_id_l
        inner join identity.without_one as r on r.record_id = s.number || '|' || s.record_id_r
        where l.cluster_id = r.cluster_id""")
    con.execute("drop table identity.without_one")
