"""What a run did to the customers, measured against the published snapshot: ids, sizes, judgements, plausibility.

Reads the candidate's tables in `serve` and the published ones in `published`, both attached; an empty
`published` stands for the first run. Nothing here needs to know how the customers were found.
"""

import duckdb

from identity.implausible import write_implausible
from identity.release_limits import ReleaseLimits
from warehouse.held import as_published

EXAMPLES = 5

_TABLES = """
    create or replace temp table release_measure (
        measure text, subject text, before_count bigint, now_count bigint, changed bigint, of_count bigint);
    create or replace temp table release_example (measure text, subject text, customer_id bigint, count bigint);
"""


def write_measures(con: duckdb.DuckDBPyConnection, limits: ReleaseLimits) -> None:
    """Write temp tables release_measure (measure, subject, before_count, now_count, changed, of_count) and
    release_example (measure, subject, customer_id, count).

    `changed` is what a limit is about, `of_count` what its share is of.
    """
    con.execute(_TABLES)
    _write_flow(con)
    con.execute(_TOTALS)
    con.execute(_IDS)
    _write_sizes(con, limits.large_records)
    _write_broken_judgements(con)
    write_implausible(con, limits.plausible)
    con.execute(_EXAMPLES, {"examples": EXAMPLES})


def _write_flow(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp tables release_before (record_id, customer_id) and release_flow: how many records went from
    which customer to which."""
    con.execute(f"""
        create or replace temp table release_before as
        select record_id, customer_id from {as_published(con, "customer_record")}""")
    con.execute("""
        create or replace temp table release_flow as
        select b.customer_id as before_id, n.customer_id as now_id, count(*) as records
        from release_before as b
        inner join serve.customer_record as n on n.record_id = b.record_id
        group by b.customer_id, n.customer_id""")


_TOTALS = """
    insert into release_measure
    with before as (select count(*) as records, count(distinct customer_id) as customers from release_before),
    now as (select count(*) as records, count(distinct customer_id) as customers from serve.customer_record)
    select 'records', '', before.records, now.records, abs(now.records - before.records), before.records
    from before, now
    union all
    select 'customers', '', before.customers, now.customers, abs(now.customers - before.customers), before.customers
    from before, now
"""

_IDS = """
    insert into release_measure
    with known as (select distinct customer_id from release_before),
    base as (select count(*) as customers from known),
    moved as (select before_id, now_id, records from release_flow where before_id <> now_id),
    living as (select distinct customer_id from serve.customer_record),
    part as (select before_id, count(*) as parts from release_flow group by before_id)
    select 'records_moved', '', null, null,
        (select coalesce(sum(records), 0) from moved), (select coalesce(sum(records), 0) from release_flow)
    union all
    select 'customers_changed', '', null, null, count(*), (select customers from base)
    from known
    where customer_id in (select before_id from moved) or customer_id in (select now_id from moved)
    union all
    select 'customers_merged', '', null, null, count(*), (select customers from base)
    from part where before_id not in (select customer_id from living)
    union all
    select 'customers_split', '', null, null, count(*), (select customers from base)
    from part where parts > 1
    union all
    select 'customers_gone', '', null, null, count(*), (select customers from base)
    from known where customer_id not in (select before_id from part)
"""


def _write_sizes(con: duckdb.DuckDBPyConnection, large_records: int) -> None:
    """The tail of the customers' sizes in records. A tail that shrinks is no news."""
    con.execute(
        """
        insert into release_measure
        with size as (
            select false as is_now, customer_id, count(*) as records from release_before group by customer_id
            union all
            select true as is_now, customer_id, count(*) as records from serve.customer_record group by customer_id
        ),
        tail as (
            select
                coalesce(max(records) filter (not is_now), 0) as largest_before,
                coalesce(max(records) filter (is_now), 0) as largest_now,
                coalesce(quantile_disc(records, 0.99) filter (not is_now), 0) as usual_before,
                coalesce(quantile_disc(records, 0.99) filter (is_now), 0) as usual_now,
                count(*) filter (not is_now and records > $large) as many_before,
                count(*) filter (is_now and records > $large) as many_now
            from size
        )
        select measure, '', before_count, now_count, greatest(now_count - before_count, 0), before_count
        from (
            select 'largest_customer' as measure, largest_before as before_count, largest_now as now_count from tail
            union all select 'usual_customer', usual_before, usual_now from tail
            union all select 'large_customers', many_before, many_now from tail
        )""",
        {"large": large_records},
    )


def _write_broken_judgements(con: duckdb.DuckDBPyConnection) -> None:
    """Judged pairs that the candidate does not honour although the published snapshot did, or did not know them."""
    con.execute("""
        insert into release_measure
        with judged as (
            select
                (l.customer_id = r.customer_id) <> (v.verdict = 'same') as is_broken,
                (bl.customer_id = br.customer_id) <> (v.verdict = 'same') as was_broken
            from identity.verdict as v
            inner join serve.customer_record as l on l.record_id = v.record_id_l
            inner join serve.customer_record as r on r.record_id = v.record_id_r
            left join release_before as bl on bl.record_id = v.record_id_l
            left join release_before as br on br.record_id = v.record_id_r
            where v.verdict in ('same', 'different')
        )
        select 'judgements_broken', '', count(*) filter (was_broken), count(*) filter (is_broken),
            count(*) filter (is_broken and not coalesce(was_broken, false)), count(*)
        from judged""")


_EXAMPLES = """
    insert into release_example
    with living as (select distinct customer_id from serve.customer_record),
    size as (select customer_id, count(*) as records from serve.customer_record group by customer_id),
    example as (
        select 'records_moved' as measure, '' as subject, now_id as customer_id, sum(records) as count
        from release_flow where before_id <> now_id group by now_id
        union all
        select 'customers_merged', '', now_id, count(*)
        from release_flow
        where before_id <> now_id and before_id not in (select customer_id from living)
        group by now_id
        union all
        select 'customers_split', '', before_id, count(*) from release_flow group by before_id having count(*) > 1
        union all
        select 'customers_gone', '', customer_id, count(*)
        from release_before
        where customer_id not in (select before_id from release_flow)
        group by customer_id
        union all
        select 'largest_customer', '', customer_id, records from size
        union all
        select 'implausible', n.kind, n.customer_id, n.values
        from release_implausible as n
        left join release_implausible as b
            on not b.is_now and b.customer_id = n.customer_id and b.kind = n.kind
        where n.is_now and b.customer_id is null
    )
    select measure, subject, customer_id, count
    from example
    qualify row_number() over (partition by measure, subject order by count desc, customer_id) <= $examples
"""
