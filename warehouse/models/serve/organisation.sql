-- Companies among the customers: resolved among themselves, never with a person. Branches at other addresses are
-- organisations of their own unless one VAT id holds them together.
--
-- grain: organisation_id
-- column: organisation_id | The customer_id of the company, shown as C000123. | pseudonym
-- column: company_name | Name. | personal
-- column: vat_id | VAT id, where a silo holds one. | personal
-- column: email | E-mail address. | personal
-- column: phone | Phone number, E.164. | personal
-- column: street | Street. | personal
-- column: house_no | House number. | personal
-- column: postal_code | Postal code. | personal
-- column: city | City. | personal
-- column: country | ISO-2 country.
-- column: record_count | Records behind it.
-- column: member_count | People known to belong to it.

with number as (
    select r.customer_id, min(p.vat_id) as vat_id
    from clean.party as p
    inner join serve.customer_record as r on r.record_id = p.record_id
    where p.is_company
    group by r.customer_id
),

member as (
    select organisation_id, count(*) as members
    from serve.organisation_member
    group by organisation_id
)

select
    c.customer_id as organisation_id,
    c.company_name,
    n.vat_id,
    c.email,
    c.phone,
    c.street,
    c.house_no,
    c.postal_code,
    c.city,
    c.country,
    c.record_count,
    coalesce(m.members, 0) as member_count
from core.customer as c
left join number as n on n.customer_id = c.customer_id
left join member as m on m.organisation_id = c.customer_id
where c.kind = 'company'
