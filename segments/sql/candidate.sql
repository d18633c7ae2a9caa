-- Each contact point of the segment's customers that this channel can use, with the facts that rules ask for.
-- A customer is a business only if every record of it is a company's. The country shown is the address's for
-- post, else the customer's. held_since is when the silo last set the contact point, else when we first saw it.
create or replace temp table gate_candidate as
with nature as (
    select p.customer_id, bool_and(coalesce(p.is_company, false)) as is_business
    from serve.contact_point as p
    inner join gate_member as m on m.customer_id = p.customer_id
    group by p.customer_id
)

select
    row_number() over (order by p.customer_id asc, p.identifier asc, p.record_id asc) as candidate_id,
    p.customer_id,
    p.record_id,
    p.kind,
    p.identifier,
    case when p.kind = 'post' then p.country else coalesce(c.country, p.country) end as country,
    p.country as own_country,
    case when n.is_business then 'business' else 'consumer' end as who,
    p.updated_at,
    coalesce(p.updated_at, r.since_at, $as_of) as held_since
from gate_member as m
inner join serve.contact_point as p on p.customer_id = m.customer_id
inner join serve.customer as c on c.customer_id = m.customer_id
inner join serve.customer_record as r on r.record_id = p.record_id
inner join nature as n on n.customer_id = m.customer_id
where list_contains($kinds, p.kind)
    and ($channel <> 'sms' or p.is_mobile)
    and (
        len($countries) = 0
        or list_contains($countries, case when p.kind = 'post' then p.country else coalesce(c.country, p.country) end)
    )
