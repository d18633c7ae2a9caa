-- Where each customer of the segment ends, in exactly one step, and why: gate_decision is the funnel and the
-- answer to "why not". Steps are numbered as in segments/funnel.py.
create or replace temp table gate_decision as
with first_of as (
    select
        c.customer_id,
        coalesce(h.household, c.identifier) as place,
        h.is_refused as household_refused,
        count(*) over (partition by coalesce(h.household, c.identifier)) as household_size,
        first_value(c.customer_id) over (
            partition by coalesce(h.household, c.identifier)
            order by c.rank asc, c.updated_at desc nulls last, c.customer_id asc
        ) as kept_customer_id
    from gate_choice as c
    left join gate_household as h on h.customer_id = c.customer_id
    where c.stage = 4
)

select
    m.customer_id,
    case
        when c.customer_id is null then 1
        when c.stage < 4 then c.stage + 1
        when f.kept_customer_id <> m.customer_id then 5
        when x.customer_id is not null then 6
        else 7
    end as step_no,
    case
        when c.customer_id is null and a.customer_id is not null then 'elsewhere'
        when c.customer_id is null then 'no_contact'
        when c.stage < 4 then c.code
        when f.kept_customer_id <> m.customer_id and c.kind = 'post' then 'same_household'
        when f.kept_customer_id <> m.customer_id then 'same_identifier'
        when x.customer_id is not null then 'capped'
        else c.code
    end as code,
    case
        when f.kept_customer_id <> m.customer_id then format('C{:06d}', f.kept_customer_id)
        else c.detail
    end as detail,
    c.rule_country,
    f.household_size,
    f.household_refused
from gate_member as m
left join gate_choice as c on c.customer_id = m.customer_id
left join first_of as f on f.customer_id = m.customer_id
left join gate_capped as x on x.customer_id = m.customer_id
left join (
    select distinct customer_id
    from serve.contact_point
    where list_contains($kinds, kind) and ($channel <> 'sms' or is_mobile)
) as a on a.customer_id = m.customer_id
