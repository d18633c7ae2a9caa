-- Objections and refusals by a person: the latest of each record, and whether a newer confirmed grant of this
-- purpose through the same record lifted it, on this channel and on any.
-- An objection to marketing ends every purpose that is marketing, on every channel.
create or replace temp table gate_objection as
with said as (
    select s.record_id, r.customer_id, max(s.said_at) as objected_at
    from gate_statement as s
    inner join serve.customer_record as r on r.record_id = s.record_id
    where len($denial_purposes) > 0
        and s.verdict = 'denial'
        and (
            (s.status = 'objected'
                and (s.purpose in ('marketing', 'all') or list_contains($denial_purposes, s.purpose)))
            or (s.identifier_kind = 'person' and s.channel in ($channel, 'all')
                and (s.purpose = 'all' or list_contains($denial_purposes, s.purpose)))
        )
    group by s.record_id, r.customer_id
),

confirmed as (
    select
        record_id,
        max(case when is_on_channel then surely_at end) as confirmed_at,
        max(surely_at) as confirmed_anywhere_at
    from gate_grant
    where status = 'confirmed'
    group by record_id
)

select
    s.customer_id,
    s.record_id,
    s.objected_at,
    coalesce(c.confirmed_at > s.objected_at, false) as is_lifted,
    coalesce(c.confirmed_anywhere_at > s.objected_at, false) as is_lifted_anywhere
from said as s
left join confirmed as c on c.record_id = s.record_id
