"""What people decided about pairs of records. It wins over the model in every run."""

import duckdb


def write_judgements(con: duckdb.DuckDBPyConnection) -> None:
    """Write identity.verdict: the latest judgement a pair, smaller record first, of records that exist.

    Reads identity.judgement (record_id_l, record_id_r, verdict 'same' | 'different', decided_at), which
    the caller fills; made empty when absent.
    """
    con.execute("create schema if not exists identity")
    con.execute("""
        create table if not exists identity.judgement (
            record_id_l text, record_id_r text, verdict text, decided_at timestamp)""")
    con.execute("""
        create or replace table identity.verdict as
        with ordered as (
            select
                least(record_id_l, record_id_r) as record_id_l,
                greatest(record_id_l, record_id_r) as record_id_r,
                verdict, decided_at
            from identity.judgement
            where record_id_l <> record_id_r and verdict in ('same', 'different')
        ),
        ranked as (
            select
                o.record_id_l, o.record_id_r, o.verdict,
                -- At the same time the verdict that keeps two people apart.
                row_number() over (
                    partition by o.record_id_l, o.record_id_r order by o.decided_at desc, o.verdict) as place
            from ordered as o
            inner join identity.party_key as l on l.record_id = o.record_id_l
            inner join identity.party_key as r on r.record_id = o.record_id_r
        )
        select record_id_l, record_id_r, verdict from ranked where place = 1 order by record_id_l, record_id_r""")
