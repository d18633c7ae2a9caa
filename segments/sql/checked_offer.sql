-- How far each offer gets: 1 no valid basis, 2 suppressed, 3 restricted, 4 allowed; with the code of the reason.
-- A state whose time no silo sends stands at 1970-01-01 (serve.consent_event): no date is told of it.
create or replace temp table gate_checked_offer as
with lift as (
    -- A newer grant that the country accepts lifts a refusal of the identifier, for this record.
    select o.candidate_id, o.rule_country, max(o.surely_at) as granted_at
    from gate_offer as o
    inner join gate_rule as r on r.rule_id = o.rule_id
    where r.basis = 'consent'
    group by o.candidate_id, o.rule_country
),

confirmed as (
    select record_id, max(surely_at) as confirmed_at
    from gate_grant
    where status = 'confirmed' and is_on_channel
    group by record_id
),

objection as (
    select
        customer_id,
        max(objected_at) as any_objected_at,
        max(case when not is_lifted then objected_at end) as standing_objected_at
    from gate_objection
    group by customer_id
),

list_age as (
    select list_name, max(refreshed_on) as refreshed_on
    from serve.suppression
    group by list_name
),

hashed as (
    select candidate_id, kind as identifier_kind, sha256(identifier) as value_sha256
    from gate_candidate
    where exists (select 1 from gate_rule_list)
    union all
    select candidate_id, 'email_domain' as identifier_kind, sha256(split_part(identifier, '@', -1)) as value_sha256
    from gate_candidate
    where kind = 'email' and exists (select 1 from gate_rule_list)
),

listed as (
    select distinct h.candidate_id, s.list_name
    from hashed as h
    inner join serve.suppression as s
        on s.identifier_kind = h.identifier_kind and s.value_sha256 = h.value_sha256
    where s.list_name in (select list_name from gate_rule_list)
),

list_verdict as (
    select
        c.candidate_id,
        l.rule_id,
        max(case when x.list_name is not null then l.list_name end) as listed_on,
        max(case
            when not l.voluntary
                and coalesce(a.refreshed_on < cast($as_of as date) - cast(l.max_age_days as integer), true)
                then l.list_name
        end) as stale_list
    from gate_offer as o
    inner join gate_rule_list as l on l.rule_id = o.rule_id
    inner join gate_candidate as c on c.candidate_id = o.candidate_id
    left join list_age as a on a.list_name = l.list_name
    left join listed as x on x.candidate_id = c.candidate_id and x.list_name = l.list_name
    group by c.candidate_id, l.rule_id
),

facts as (
    select
        o.*,
        r.basis, r.rank, r.law, r.hours,
        c.customer_id,
        p.is_test, p.is_deceased, p.is_minor,
        d.denied_at,
        d.denied_at is not null and coalesce(t.granted_at <= d.denied_at, true) as is_denied,
        b.any_objected_at,
        coalesce(f.confirmed_at <= b.standing_objected_at, b.standing_objected_at is not null) as is_objected,
        v.listed_on, v.stale_list,
        q.restricted_at
    from gate_offer as o
    inner join gate_rule as r on r.rule_id = o.rule_id
    inner join gate_candidate as c on c.candidate_id = o.candidate_id
    inner join serve.customer as p on p.customer_id = c.customer_id
    left join gate_denial as d on d.identifier = c.identifier
    left join lift as t on t.candidate_id = o.candidate_id and t.rule_country = o.rule_country
    left join objection as b on b.customer_id = c.customer_id
    left join confirmed as f on f.record_id = c.record_id
    left join list_verdict as v on v.candidate_id = o.candidate_id and v.rule_id = o.rule_id
    left join gate_restriction as q on q.customer_id = c.customer_id
),

coded as (
    select
        *,
        case
            when is_expired then 'expired'
            when is_test then 'test'
            when is_deceased then 'deceased'
            when is_minor and len($denial_purposes) > 0 then 'minor'
            when is_objected then 'objected'
            -- What an objection ended does not come back when a newer grant lifts the objection.
            when basis in ('consent', 'existing_customer') and surely_at <= any_objected_at then 'objected'
            when is_denied or (basis = 'consent' and surely_at <= denied_at) then 'denied'
            when listed_on is not null then 'listed'
            when stale_list is not null then 'list_stale'
            when restricted_at is not null then 'restricted'
            else basis
        end as code
    from facts
)

select
    candidate_id, rule_country, rule_id, basis, rank, law, hours, since, evidence_kind, evidence_id, code,
    case code when 'expired' then 1 when 'restricted' then 3 when basis then 4 else 2 end as stage,
    case code
        when 'expired' then strftime(nullif(used_at, timestamp '1970-01-01'), $date_format)
        when 'objected' then strftime(any_objected_at, $date_format)
        when 'denied' then strftime(denied_at, $date_format)
        when 'listed' then listed_on
        when 'list_stale' then stale_list
        when 'restricted' then strftime(restricted_at, $date_format)
        else strftime(nullif(since, timestamp '1970-01-01'), $date_format)
    end as detail
from coded
