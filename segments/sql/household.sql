-- Whose letters are one letter: the household (serve.household_member), and for who is in none the family name and
-- postal address; and whether anybody of the household, or known at that address and name, has refused letters,
-- objected, is restricted or has died.
create or replace temp table gate_household as
with point as (
    select distinct
        p.customer_id,
        p.record_id,
        p.identifier,
        h.household_id,
        regexp_replace(
            strip_accents(replace(replace(replace(replace(replace(replace(
                lower(case when p.is_company then p.company_name else p.family_name end),
                'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss'), 'æ', 'ae'), 'ø', 'oe')),
            '[^a-z0-9]', '', 'g'
        ) || substr(p.identifier, strpos(p.identifier, '|')) as letter_box
    from serve.contact_point as p
    left join serve.household_member as h on h.customer_id = p.customer_id
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

refused_box as (
    select distinct p.letter_box
    from point as p
    inner join refuser as r on r.customer_id = p.customer_id
),

refused_household as (
    select distinct h.household_id
    from serve.household_member as h
    inner join refuser as r on r.customer_id = h.customer_id
)

select
    c.customer_id,
    coalesce('H' || p.household_id, p.letter_box, c.identifier) as household,
    b.letter_box is not null or h.household_id is not null as is_refused
from gate_choice as c
left join point as p on p.record_id = c.record_id and p.identifier = c.identifier
left join refused_box as b on b.letter_box = p.letter_box
left join refused_household as h on h.household_id = p.household_id
where c.stage = 4 and c.kind = 'post'
