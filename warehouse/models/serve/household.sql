-- Households: who lives together, under an id of its own that stays. Whoever lives alone is one, too.
--
-- grain: household_id
-- column: household_id | Stable id, shown as H000123. | pseudonym
-- column: name | The family name that most members bear; all of them where no two bear the same. | personal
-- column: member_count | People known there.
-- column: minor_count | Those younger than 18.
-- column: street | Street. | personal
-- column: house_no | House number. | personal
-- column: address_extra | Second address line. | personal
-- column: postal_code | Postal code. | personal
-- column: city | City. | personal
-- column: country | ISO-2 country.
-- column: since_at | Since when the household is known (UTC).
-- check: member_count >= 1

with member as (
    select
        m.household_id, m.since_at, c.customer_id, c.family_name,
        coalesce(c.of_age_on > cast($as_of as date), false) as is_minor, c.street, c.house_no, c.address_extra,
        c.postal_code, c.city, c.country,
        row_number() over (
            partition by m.household_id
            order by
                case when c.street is null then 1 else 0 end,
                case when c.address_extra is null then 1 else 0 end,
                c.last_seen_at desc nulls last, c.customer_id
        ) as place
    from serve.household_member as m
    inner join core.customer as c on c.customer_id = m.customer_id
),

-- The name that most members bear; where no two bear the same, as in a couple of two names, every one.
borne as (
    select
        household_id, family_name,
        count(*) over (partition by household_id, lower(family_name)) as members,
        row_number() over (
            partition by household_id, lower(family_name)
            order by case when family_name in (lower(family_name), upper(family_name)) then 1 else 0 end, family_name
        ) as spelling
    from member
    where length(replace(family_name, '.', '')) > 1
),

most as (
    select household_id, max(members) as members from borne group by household_id
),

named as (
    select b.household_id, array_to_string(list_sort(list(b.family_name)), ' · ') as name
    from borne as b
    inner join most as m on m.household_id = b.household_id and m.members = b.members
    where b.spelling = 1
    group by b.household_id
),

counted as (
    select
        household_id,
        count(*) as members,
        count(case when is_minor then 1 end) as minors,
        min(since_at) as since_at
    from member
    group by household_id
)

select
    n.household_id,
    f.name,
    n.members as member_count,
    n.minors as minor_count,
    m.street,
    m.house_no,
    m.address_extra,
    m.postal_code,
    m.city,
    m.country,
    n.since_at
from counted as n
inner join member as m on m.household_id = n.household_id and m.place = 1
left join named as f on f.household_id = n.household_id
