"""What happened to customer ids in a run, told by where the records went."""

import duckdb


def write_id_events(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp table id_event: created, restored, merged, split, moved and retired."""
    con.execute("""
        create or replace temp table id_event as
        with flow as (
            -- Records that go from one id to another.
            select b.customer_id as old_id, a.customer_id as new_id, a.is_new or a.is_back as is_fresh,
                count(*) as records
            from id_now as n
            inner join id_before as b on b.record_id = n.record_id
            inner join id_assignment as a on a.cluster_id = n.cluster_id
            group by b.customer_id, a.customer_id, a.is_new or a.is_back
        ),
        living as (select customer_id from id_assignment),
        origin as (
            select new_id, old_id, row_number() over (partition by new_id order by records desc, old_id) as place
            from flow where is_fresh
        ),
        successor as (
            select old_id, new_id, row_number() over (partition by old_id order by records desc, new_id) as place
            from flow where old_id not in (select customer_id from living)
        )
        select a.customer_id, case when a.is_back then 'restored' else 'created' end as event,
            o.old_id as other_customer_id,
            case
                when o.old_id is null and a.is_back then 'its records came back'
                when o.old_id is null then 'new records'
                when a.is_back then 'split off again, with the id that it had before'
                else 'split off'
            end as reason
        from id_assignment as a
        left join origin as o on o.new_id = a.customer_id and o.place = 1
        where a.is_new or a.is_back
        union all
        select old_id as customer_id, 'split' as event, new_id as other_customer_id,
            records || case when records = 1 then ' record' else ' records' end || ' became a customer apart' as reason
        from flow where is_fresh
        union all
        select s.old_id as customer_id, 'merged' as event, s.new_id as other_customer_id,
            'most of its records belong to the other customer now' as reason
        from successor as s where s.place = 1
        union all
        select old_id as customer_id, 'moved' as event, new_id as other_customer_id,
            records || case when records = 1 then ' record' else ' records' end || ' moved to the other customer'
                as reason
        from flow
        where old_id <> new_id and not is_fresh and old_id in (select customer_id from living)
        union all
        select k.customer_id, 'retired' as event, null as other_customer_id, 'all its records are gone' as reason
        from (select distinct customer_id from id_before) as k
        where k.customer_id not in (select customer_id from living)
            and k.customer_id not in (select old_id from flow)""")
