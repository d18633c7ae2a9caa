-- The one contact that each customer of the segment would get, or the furthest that any of theirs came.
create or replace temp table gate_choice as
with per_country as (
    select
        k.candidate_id, k.country as rule_country, o.basis, o.rank, o.law, o.hours, o.since, o.evidence_kind,
        o.evidence_id, o.detail,
        coalesce(o.stage, 1) as stage,
        coalesce(o.code, 'no_basis') as code
    from gate_candidate_country as k
    left join gate_checked_offer as o on o.candidate_id = k.candidate_id and o.rule_country = k.country
    qualify row_number() over (
        partition by k.candidate_id, k.country
        order by o.stage desc nulls last, o.rank asc, o.since desc nulls last, o.rule_id asc
    ) = 1
),

-- Every country must allow it: the strictest speaks for the contact, with the weakest basis.
per_candidate as (
    select *
    from per_country
    qualify row_number() over (
        partition by candidate_id order by stage asc, rank desc nulls first, rule_country asc
    ) = 1
),

said_something as (
    select distinct record_id, identifier
    from gate_statement
    where verdict in ('grant', 'weak') and channel in ($channel, 'all') and purpose in ($purpose, 'all')
),

told as (
    select
        p.* exclude (code, detail),
        c.customer_id, c.record_id, c.kind, c.identifier, c.country, c.updated_at,
        case
            when p.code <> 'no_basis' then p.code
            when not exists (select 1 from gate_rule as r where r.country = p.rule_country and r.who = c.who)
                then 'no_rule'
            when d.identifier is not null then 'refused'
            when s.record_id is not null then 'not_proved'
            else 'no_basis'
        end as code,
        case when p.code = 'no_basis' then strftime(d.denied_at, $date_format) else p.detail end as detail
    from per_candidate as p
    inner join gate_candidate as c on c.candidate_id = p.candidate_id
    left join gate_denial as d on d.identifier = c.identifier
    left join said_something as s on s.record_id = c.record_id and s.identifier = c.identifier
)

select *
from told
qualify row_number() over (
    partition by customer_id
    order by stage desc, rank asc nulls last, updated_at desc nulls last, identifier asc, record_id asc
) = 1
