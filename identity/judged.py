"""What people said about a customer's records, kept with the snapshot beside the evidence."""

import duckdb


def write_customer_judgements(con: duckdb.DuckDBPyConnection) -> None:
    """Write serve.customer_judgement: each judgement that stands on two records of the snapshot.

    | record_id_l | record_id_r | customer_id_l | customer_id_r | verdict   | is_applied | judged_by | judged_at | …
    |-------------|-------------|---------------|---------------|-----------|------------|-----------|-----------|
    | erp:01…     | shop:7a…    | 42            | 57            | different | true       | petra     | 2026-11-… | …

    `is_applied` is false where it was set aside because it contradicts others. Who and why are null where
    identity.judgement does not tell.
    """
    told = con.table("identity.judgement").columns
    who_and_why = ", ".join(name if name in told else f"null as {name}" for name in ("judged_by", "reason"))
    con.execute(f"""
        create or replace table serve.customer_judgement as
        with said as (
            select
                least(record_id_l, record_id_r) as record_id_l, greatest(record_id_l, record_id_r) as record_id_r,
                verdict, decided_at, {who_and_why}
            from identity.judgement
        ),
        ranked as (
            select *, row_number() over (
                partition by record_id_l, record_id_r order by decided_at desc, verdict) as place
            from said
        )
        select
            s.record_id_l, s.record_id_r, l.customer_id as customer_id_l, r.customer_id as customer_id_r,
            s.verdict, v.record_id_l is not null as is_applied, s.judged_by, s.decided_at as judged_at, s.reason
        from ranked as s
        inner join serve.customer_record as l on l.record_id = s.record_id_l
        inner join serve.customer_record as r on r.record_id = s.record_id_r
        left join identity.verdict as v
            on v.record_id_l = s.record_id_l and v.record_id_r = s.record_id_r and v.verdict = s.verdict
        where s.place = 1 and s.verdict in ('same', 'different')
        order by s.record_id_l, s.record_id_r""")
