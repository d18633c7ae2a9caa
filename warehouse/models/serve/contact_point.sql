-- Every way in which a customer can be reached, with name and address of the record that it comes from.
--
-- grain: record_id, kind, identifier
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: record_id | Record that bears it. | pseudonym
-- column: source | Silo.
-- column: kind | email, phone or post.
-- column: identifier | Normalised: lower-case address, E.164, or the postal identity. | personal
-- column: value | As a person would write it. | personal
-- column: country | ISO-2 country of the number or address; of the record for an e-mail address.
-- column: is_mobile | The number can receive SMS.
-- column: gender | female or male where the silo says so. | personal
-- column: title | Academic title. | personal
-- column: given_name | Given name(s) of the record. | personal
-- column: family_name | Family name of the record. | personal
-- column: company_name | Company. | personal
-- column: is_company | The record is a company's.
-- column: street | Street. | personal
-- column: house_no | House number. | personal
-- column: address_extra | Second address line. | personal
-- column: postal_code | Postal code. | personal
-- column: city | City. | personal
-- column: updated_at | When the silo last changed the record (UTC).

select
    r.customer_id,
    c.record_id,
    p.source,
    c.kind,
    c.identifier,
    c.value,
    c.country,
    c.is_mobile,
    p.gender,
    p.title,
    p.given_name,
    p.family_name,
    p.company_name,
    p.is_company,
    p.street,
    p.house_no,
    p.address_extra,
    p.postal_code,
    p.city,
    p.updated_at
from clean.contact_point as c
inner join clean.party as p on p.record_id = c.record_id
inner join serve.customer_record as r on r.record_id = c.record_id
