-- The records behind each customer, as the silos hold them.
--
-- grain: record_id
-- column: record_id | The record. | pseudonym
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: source | Silo.
-- column: record_table | Raw table.
-- column: customer_no | The number that the silo itself shows. | pseudonym
-- column: is_company | True for a company.
-- column: company_name | Company. | personal
-- column: gender | female or male where the silo says so. | personal
-- column: title | Academic title. | personal
-- column: given_name | Given name(s). | personal
-- column: family_name | Family name. | personal
-- column: birth_date | Date of birth as sent. | personal
-- column: email | E-mail address. | personal
-- column: phone | Phone number. | personal
-- column: phone_2 | Second phone number. | personal
-- column: card_no | Loyalty card number. | personal
-- column: street | Street. | personal
-- column: house_no | House number. | personal
-- column: address_extra | Second address line. | personal
-- column: postal_code | Postal code. | personal
-- column: city | City. | personal
-- column: country | ISO-2 country.
-- column: is_test | Test account or staff: joined with nobody.
-- column: is_account | Has an online account.
-- column: verified_at | When the e-mail address was confirmed (UTC).
-- column: created_at | When the silo made the record (UTC).
-- column: updated_at | When the silo last changed it (UTC).

select
    p.record_id,
    r.customer_id,
    p.source,
    p.record_table,
    p.customer_no,
    p.is_company,
    p.company_name,
    p.gender,
    p.title,
    p.given_name,
    p.family_name,
    p.birth_date,
    p.email,
    p.phone,
    p.phone_2,
    p.card_no,
    p.street,
    p.house_no,
    p.address_extra,
    p.postal_code,
    p.city,
    p.country,
    p.is_test,
    p.is_account,
    p.verified_at,
    p.created_at,
    p.updated_at
from clean.party as p
inner join serve.customer_record as r on r.record_id = p.record_id
