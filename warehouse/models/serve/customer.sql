-- The golden record: one row a customer, the best that all silos know.
--
-- grain: customer_id
-- column: customer_id | Stable id, shown as C000123. | pseudonym
-- column: kind | person or company.
-- column: gender | female or male where a silo says so. | personal
-- column: title | Academic title. | personal
-- column: given_name | Given name(s). | personal
-- column: family_name | Family name. | personal
-- column: full_name | Name in one. | personal
-- column: company_name | Company. | personal
-- column: birth_date | Date of birth. | personal
-- column: email | E-mail address. | personal
-- column: phone | Phone number, E.164. | personal
-- column: card_no | Loyalty card. | personal
-- column: street | Street. | personal
-- column: house_no | House number. | personal
-- column: address_extra | Second address line. | personal
-- column: postal_code | Postal code. | personal
-- column: city | City. | personal
-- column: country | ISO-2 country.
-- column: language | ISO language.
-- column: is_test | Test account or staff.
-- column: is_deceased | Reported as deceased. | sensitive
-- column: is_minor | Younger than 18. | personal
-- column: record_count | Records behind the customer.
-- column: source_count | Silos that know the customer.
-- column: sources | Their names, in order, with commas.
-- column: first_seen_at | Oldest record (UTC).
-- column: last_seen_at | Latest change of a record (UTC).

select
    customer_id,
    kind,
    gender,
    title,
    given_name,
    family_name,
    full_name,
    company_name,
    birth_date,
    email,
    phone,
    card_no,
    street,
    house_no,
    address_extra,
    postal_code,
    city,
    country,
    language,
    is_test,
    is_deceased,
    coalesce(of_age_on > cast($as_of as date), false) as is_minor,
    record_count,
    source_count,
    sources,
    first_seen_at,
    last_seen_at
from core.customer
