-- The countries whose rules a contact must pass, all of them: its own (`*` when unknown) and, but for post,
-- every country that any record of the customer bears. So a merge can only add rules.
create or replace temp table gate_candidate_country as
with home as (
    select distinct p.customer_id, p.country
    from serve.contact_point as p
    inner join gate_member as m on m.customer_id = p.customer_id
    where p.kind in ('email', 'post') and p.country is not null
),

known as (
    select distinct country
    from gate_country
),

every_country as (
    select candidate_id, coalesce(own_country, '*') as country
    from gate_candidate
    union
    select c.candidate_id, h.country
    from gate_candidate as c
    inner join home as h on h.customer_id = c.customer_id
    where c.kind <> 'post'
)

select distinct e.candidate_id, coalesce(k.country, '*') as country
from every_country as e
left join known as k on k.country = e.country
