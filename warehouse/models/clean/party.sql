-- One row a person or company record of a silo, its values cleaned but not changed in meaning.
--
-- grain: record_id
-- column: record_id | source, ':' and the first 16 hex digits of the SHA-256 of table and key: the same after every
--   reload. | pseudonym
-- column: source | Silo that holds the record.
-- column: record_table | Raw table that the record came from.
-- column: record_key | Key of the record in that table. | pseudonym
-- column: is_company | True for a company, false for a person.
-- column: company_name | Company, or the contact person's company. | personal
-- column: parent_record_id | Record of the company that this contact person belongs to. | pseudonym
-- column: vat_id | VAT id of a company, capital letters and digits only.
-- column: gender | female or male where the silo sent a salutation or gender, never guessed from a name. | personal
-- column: title | Academic title. | personal
-- column: given_name | Given name(s). | personal
-- column: family_name | Family name. | personal
-- column: birth_date | Date of birth as sent, placeholders included; a year of two digits is made the latest that
--   the record can know. | personal
-- column: email | E-mail address, trimmed and lower case; null when it is not a valid one. | personal
-- column: phone | Phone number in E.164. | personal
-- column: phone_2 | Second phone number in E.164. | personal
-- column: card_no | Loyalty card number, letters and digits only. | personal
-- column: street | Street without house number, or the PO box. | personal
-- column: house_no | House number with its suffix. | personal
-- column: address_extra | Second address line, and the flat or floor. | personal
-- column: postal_code | Postal code without country prefix, with the leading zero that a spreadsheet took. | personal
-- column: city | City. | personal
-- column: country | ISO-2 country.
-- column: language | ISO language.
-- column: customer_no | The number that the silo itself shows. | pseudonym
-- column: is_test | Test account or staff.
-- column: is_deceased | Reported as deceased. | sensitive
-- column: is_account | The person has an online account behind this record.
-- column: verified_at | When the e-mail address was confirmed (UTC).
-- column: created_at | When the silo made the record (UTC).
-- column: updated_at | When the silo last changed it (UTC); made when unknown.
-- check: (is_company or not is_company)
-- check: country is null or length(country) = 2

with trimmed as (
    select
        source,
        record_table,
        record_key,
        coalesce(is_company, false) as is_company,
        nullif(trim(company_name), '') as company_name,
        parent_record_key,
        nullif(regexp_replace(upper(vat_id), '[^0-9A-Z]', '', 'g'), '') as vat_id,
        trim(regexp_replace(lower(salutation), '(^| )(dr|prof|mag|dipl|ing)[. ].*$|[.]$', '')) as salutation,
        nullif(trim(title), '') as title,
        nullif(trim(regexp_replace(given_name, '\s+', ' ', 'g')), '') as given_name,
        nullif(trim(regexp_replace(family_name, '\s+', ' ', 'g')), '') as family_name,
        full_name,
        birth_date,
        email,
        phone,
        phone_2,
        nullif(regexp_replace(upper(card_no), '[^0-9A-Z]', '', 'g'), '') as card_no,
        case when street is not null then concat_ws(' ', street, house_no) end as street_line,
        nullif(trim(regexp_replace(street, '\s+', ' ', 'g')), '') as street,
        nullif(trim(house_no), '') as house_no,
        nullif(trim(address_extra), '') as address_extra,
        nullif(trim(upper(postal_code)), '') as postal_code,
        nullif(trim(regexp_replace(city, '\s+', ' ', 'g')), '') as city,
        lower(trim(country)) as country,
        lower(nullif(left(trim(language), 2), '')) as language,
        nullif(trim(customer_no), '') as customer_no,
        coalesce(is_test, false) as is_test,
        coalesce(is_deceased, false) as is_deceased,
        coalesce(is_account, false) as is_account,
        verified_at,
        created_at,
        coalesce(updated_at, created_at) as updated_at
    from stage.party
    where record_key is not null
),

-- A code without its country: D-80331, S-114 55; one that begins with other letters belongs to another country.
coded as (
    select
        t.*,
        case
            when regexp_matches(postal_code, '^(D|DE|A|AT|CH|FL|N|NO|S|SE|DK)[- ]*[0-9][0-9 -]*$')
                then regexp_replace(postal_code, '^[A-Z]+[- ]*', '')
            else postal_code
        end as bare_postal_code
    from trimmed as t
)

select
    s.source || ':' || left(sha256(s.record_table || chr(31) || s.record_key), 16) as record_id,
    s.source,
    s.record_table,
    s.record_key,
    s.is_company,
    s.company_name,
    s.source || ':' || left(sha256(s.record_table || chr(31) || s.parent_record_key), 16) as parent_record_id,
    s.vat_id,
    case
        when s.salutation in (
            'frau', 'fr', 'frl', 'fräulein', 'mrs', 'ms', 'miss', 'female', 'f', 'w', 'weiblich', 'madame', 'mme',
            'fru', 'frk', 'frøken', 'fröken', 'k', 'kvinne', 'kvinna', 'kvinde') then 'female'
        when s.salutation in (
            'herr', 'hr', 'mr', 'male', 'm', 'männlich', 'monsieur', 'mann', 'man', 'mand') then 'male'
    end as gender,
    coalesce(s.title, f.title) as title,
    coalesce(s.given_name, f.given_name) as given_name,
    coalesce(s.family_name, f.family_name) as family_name,
    case
        when extract(year from s.birth_date) >= 100 then s.birth_date
        when extract(year from s.birth_date) + 2000 <= extract(year from s.updated_at)
            then cast(s.birth_date + interval 2000 year as date)
        else cast(s.birth_date + interval 1900 year as date)
    end as birth_date,
    e.email,
    p.phone,
    p2.phone as phone_2,
    s.card_no,
    -- What no rule reads stays as the silo keeps it apart.
    case when v.is_po_box or v.house_no is not null or s.house_no is null then v.street else s.street end as street,
    case when v.is_po_box then null else coalesce(v.house_no, s.house_no) end as house_no,
    nullif(concat_ws(', ', s.address_extra, v.unit), '') as address_extra,
    case
        when n.country = 'DE' and regexp_matches(s.bare_postal_code, '^[0-9]{4}$') then '0' || s.bare_postal_code
        when n.country in ('NO', 'DK') and regexp_matches(s.bare_postal_code, '^[0-9]{3}$')
            then '0' || s.bare_postal_code
        else nullif(s.bare_postal_code, '')
    end as postal_code,
    s.city,
    n.country,
    s.language,
    s.customer_no,
    s.is_test,
    s.is_deceased,
    s.is_account,
    s.verified_at,
    s.created_at,
    s.updated_at
from coded as s
left join clean.full_name_value as f on f.sent = s.full_name
left join clean.street_value as v on v.sent = s.street_line
left join clean.country_name as n on n.value = s.country
left join clean.email_value as e on e.raw = s.email
left join clean.phone_value as p on p.raw = s.phone and p.country = coalesce(n.country, $country)
left join clean.phone_value as p2 on p2.raw = s.phone_2 and p2.country = coalesce(n.country, $country)
-- A few records are found without reading the others.
order by record_id
