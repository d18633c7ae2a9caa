-- Customers whose data may be kept but not used, until the desk lifts it on the record that it stands on.
create or replace temp table gate_restriction as
with latest as (
    select
        record_id,
        max(case when verdict = 'restriction' then said_at end) as restricted_at,
        max(case when verdict = 'release' then said_at end) as released_at
    from gate_statement
    where verdict in ('restriction', 'release')
    group by record_id
)

select r.customer_id, max(l.restricted_at) as restricted_at
from latest as l
inner join serve.customer_record as r on r.record_id = l.record_id
where l.restricted_at is not null and (l.released_at is null or l.released_at <= l.restricted_at)
group by r.customer_id
