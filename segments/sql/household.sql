-- Households by family name and postal address, for those who would get a letter; and whether anybody known at
-- that address and name has refused letters, objected, is restricted or has died.
create or replace temp table gate_household as
with point as (
    select distinct
        p.customer_id,
        p.record_id,
        p.identifier,
        regexp_replace(
            strip_accents(replace(replace(replace(replace(replace(replace(
                lower(case when p.is_company then p.company_name else p.family_name end),
                'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss'), 'æ', 'ae'), 'ø', 'oe')),
            '[^a-z0-9]', '', 'g'
        ) || substr(p.identifier, strpos(p.identifier, '|')) as household
    from serve.contact_point as p
    where p.kind = 'post' and $channel = 'post'
),

refuser as (
    select customer_id from gate_objection where not is_lifted
    union
    select customer_id from gate_restriction
    union
    select customer_id from serve.customer where is_deceased
    union
    select p.customer_id from point as p inner join gate_denial as d on d.identifier = p.identifier
),

refused as (
    select distinct p.household
    from point as p
    inner join refuser as r on r.customer_id = p.customer_id
)

select c.customer_id, coalesce(p.household, c.identifier) as household, r.household is not null as is_refused
from gate_choice as c
left join point as p on p.record_id = c.record_id and p.identifier = c.identifier
left join refused as r on r.household = p.household
where c.stage = 4 and c.kind = 'post'
