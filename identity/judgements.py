"""What people decided about pairs of records. It wins over the model in every run."""

import duckdb

from identity.judgement_conflicts import write_judgement_conflicts


def open_judgements(con: duckdb.DuckDBPyConnection) -> None:
    """Make identity.judgement where it is missing."""
    con.execute("create schema if not exists identity")
    con.execute("""
        create table if not exists identity.judgement (
            record_id_l text, record_id_r text, verdict text, decided_at timestamp)""")


def write_judgements(con: duckdb.DuckDBPyConnection) -> int:
    """Write identity.verdict: the latest judgement a pair, smaller record first, of records that exist.

    Reads identity.judgement (record_id_l, record_id_r, verdict 'same' | 'different' | 'unsure', decided_at),
    which the caller fills; made empty when absent. Judgements that cannot all be true are set aside, all of
    them, in identity.judgement_conflict: the model decides there. Returns the number of those set aside.
    """
    open_judgements(con)
    con.execute("""
        create or replace temp table said as
        with ordered as (
            select
                least(record_id_l, record_id_r) as record_id_l,
                greatest(record_id_l, record_id_r) as record_id_r,
                verdict, decided_at
            from identity.judgement
            where record_id_l <> record_id_r
        ),
        ranked as (
            select
                l.record_no as record_no_l, r.record_no as record_no_r, o.record_id_l, o.record_id_r, o.verdict,
                o.decided_at,
                -- At the same time the verdict that keeps two people apart.
                row_number() over (
                    partition by o.record_id_l, o.record_id_r order by o.decided_at desc, o.verdict) as place
            from ordered as o
            inner join identity.party_key as l on l.record_id = o.record_id_l
            inner join identity.party_key as r on r.record_id = o.record_id_r
        )
        select record_no_l, record_no_r, record_id_l, record_id_r, verdict, decided_at from ranked
        where place = 1 and verdict in ('same', 'different')""")
    set_aside = write_judgement_conflicts(con)
    con.execute("""
        create or replace table identity.verdict as
        select s.record_no_l, s.record_no_r, s.record_id_l, s.record_id_r, s.verdict
        from said as s
        left join identity.judgement_conflict as c
            on c.record_id_l = s.record_id_l and c.record_id_r = s.record_id_r
        where c.record_id_l is null
        order by s.record_id_l, s.record_id_r""")
    con.execute("drop table said")
    return set_aside
