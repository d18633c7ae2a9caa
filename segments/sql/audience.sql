-- The audience: one row an eligible customer, with the contact of one record and the proof. The name and the
-- address are the record's own; where an e-mail or phone record bears no name, the customer's name stands in.
create or replace temp table gate_audience as
with own as (
    select
        c.customer_id, c.kind, c.identifier, c.country, c.basis, c.since, c.law, c.hours, c.evidence_kind,
        c.evidence_id, c.record_id,
        p.source, p.value, p.gender, p.title, p.given_name, p.family_name, p.company_name, p.is_company, p.street,
        p.house_no, p.address_extra, p.postal_code, p.city,
        c.kind <> 'post' and p.given_name is null and p.family_name is null and p.company_name is null as is_nameless
    from gate_choice as c
    inner join serve.contact_point as p
        on p.record_id = c.record_id and p.kind = c.kind and p.identifier = c.identifier
)

select
    o.customer_id,
    o.kind as identifier_kind,
    o.identifier,
    o.value,
    case when o.is_nameless then g.gender else o.gender end as gender,
    case when o.is_nameless then g.title else o.title end as title,
    case when o.is_nameless then g.given_name else o.given_name end as given_name,
    case when o.is_nameless then g.family_name else o.family_name end as family_name,
    case when o.is_nameless then g.company_name else o.company_name end as company_name,
    coalesce(o.is_company, false) as is_company,
    o.street,
    o.house_no,
    o.address_extra,
    o.postal_code,
    o.city,
    o.country,
    g.language,
    o.basis,
    o.since as basis_since,
    o.law as basis_source,
    o.evidence_kind,
    o.evidence_id,
    o.record_id,
    o.source,
    o.hours as calling_hours,
    d.household_size,
    d.household_refused,
    w.reason
from gate_decision as d
inner join own as o on o.customer_id = d.customer_id
inner join gate_why as w on w.customer_id = d.customer_id
inner join serve.customer as g on g.customer_id = d.customer_id
where d.step_no = 7
order by o.customer_id
