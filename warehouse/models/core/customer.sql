-- The golden record: one row a customer, each field from the record that the declared rules prefer.
--
-- A name is taken from one record as a whole, and so is an address: no street of one with the city of another.
-- The order of preference is in identity.survivorship (identity.yaml); placeholders are not taken,
-- and values that many people share only where there is no other.
--
-- grain: customer_id
-- column: customer_id | Stable id of the customer, shown as C000123. | pseudonym
-- column: kind | person or company.
-- column: gender | female or male where a silo says so. | personal
-- column: title | Academic title, with the name. | personal
-- column: given_name | Given name(s). | personal
-- column: family_name | Family name. | personal
-- column: full_name | Name as on an envelope: title, given and family name, or the company. | personal
-- column: company_name | Company, or the contact person's company. | personal
-- column: birth_date | Date of birth. | personal
-- column: email | E-mail address. | personal
-- column: phone | Phone number in E.164. | personal
-- column: card_no | Loyalty card number. | personal
-- column: street | Street without house number. | personal
-- column: house_no | House number with its suffix. | personal
-- column: address_extra | Second address line. | personal
-- column: postal_code | Postal code. | personal
-- column: city | City. | personal
-- column: country | ISO-2 country of the address, else of the latest record that has one.
-- column: language | ISO language.
-- column: is_test | True when any record is a test account or staff.
-- column: is_deceased | True when any record reports it. | sensitive
-- column: of_age_on | Day of the 18th birthday, by the latest birth date on record: in doubt a minor. | personal
-- column: record_count | Records in all silos.
-- column: source_count | Silos that know the customer.
-- column: sources | Those silos, in order of name, separated by commas.
-- column: first_seen_at | When the first record was made (UTC).
-- column: last_seen_at | When a record last changed (UTC).
-- check: kind in ('person', 'company')
-- check: record_count >= source_count
-- check: source_count >= 1

with several as (
    select customer_id from serve.customer_record group by customer_id having count(*) > 1
),

-- What may be taken of each record.
record as (
    select
        r.customer_id, s.customer_id is null as is_only_one,
        p.record_id, p.source, p.is_company, p.is_test, p.is_deceased, p.gender,
        case when coalesce(p.given_name, p.family_name) is not null then p.title end as title,
        p.given_name, p.family_name, p.company_name, p.card_no,
        coalesce(p.street, p.postal_code, p.city) is not null as has_address,
        p.street, p.house_no, p.address_extra, p.postal_code, p.city, p.country, p.language,
        coalesce(p.created_at, p.updated_at) as first_seen_at,
        coalesce(p.updated_at, p.created_at) as last_seen_at,
        case when p.verified_at is null then 1 else 0 end as verified_place,
        case when e.value is null or not e.is_placeholder then p.email end as email,
        case when t.value is null or not t.is_placeholder then p.phone end as phone,
        case when b.value is null then p.birth_date end as birth_date,
        case when e.value is null then 1 else 0 end as is_one_persons_email,
        case when t.value is null then 1 else 0 end as is_one_persons_phone
    from serve.customer_record as r
    inner join clean.party as p on p.record_id = r.record_id
    left join several as s on s.customer_id = r.customer_id
    left join identity.bad_value as e on e.kind = 'email' and e.value = p.email
    left join identity.bad_value as t on t.kind = 'phone' and t.value = p.phone
    left join identity.bad_value as b on b.kind = 'birth_date' and b.value = cast(p.birth_date as text)
),

rule as (
    select field, source, source_place, criterion_1, criterion_2, criterion_3, criterion_4
    from identity.survivorship
    union all
    -- Where the address tells no country, the latest record that has one does.
    select
        'country' as field, source, source_place,
        'recency' as criterion_1, null as criterion_2, null as criterion_3, null as criterion_4
    from identity.survivorship
    where field = 'address'
),

-- Customers of several records: each field is chosen. Of every criterion the smaller number is better.
candidate as (
    select
        r.customer_id, r.record_id, s.field,
        case s.field
            when 'name' then case
                when coalesce(r.given_name, r.family_name) is not null
                    then lower(concat_ws(' ', r.given_name, r.family_name))
            end
            when 'address' then case
                when r.has_address
                    then lower(concat_ws('|', r.street, r.house_no, r.postal_code, r.city, r.country))
            end
            when 'email' then r.email
            when 'phone' then r.phone
            when 'birth_date' then cast(r.birth_date as text)
            when 'card_no' then r.card_no
            when 'company_name' then lower(r.company_name)
            when 'gender' then r.gender
            when 'language' then r.language
            when 'country' then r.country
        end as value,
        case s.field
            -- A whole name counts for more than an initial, an initial for more than a family name alone.
            when 'name' then case
                when r.given_name is null or r.family_name is null then 0
                when length(replace(r.given_name, '.', '')) < 2 then 1
                else 2
            end
            when 'address' then case when r.street is not null then 1 else 0 end
                + case when coalesce(r.postal_code, r.city) is not null then 1 else 0 end
            when 'email' then r.is_one_persons_email
            when 'phone' then r.is_one_persons_phone
            else 0
        end as completeness,
        r.verified_place,
        s.source_place,
        date_diff(
            'microsecond', coalesce(r.last_seen_at, timestamp '1900-01-01 00:00:00'), timestamp '2100-01-01 00:00:00'
        ) as recency_place,
        s.criterion_1, s.criterion_2, s.criterion_3, s.criterion_4
    from record as r
    inner join rule as s on s.source = r.source
    where not r.is_only_one
),

-- The criteria in the declared order; null stands for the frequency of the value.
measured as (
    select
        customer_id, record_id, field, completeness,
        -count(*) over (partition by customer_id, field, value) as frequency_place,
        case criterion_1 when 'verified' then verified_place when 'source' then source_place
            when 'recency' then recency_place when 'frequency' then null else 0 end as place_1,
        case criterion_2 when 'verified' then verified_place when 'source' then source_place
            when 'recency' then recency_place when 'frequency' then null else 0 end as place_2,
        case criterion_3 when 'verified' then verified_place when 'source' then source_place
            when 'recency' then recency_place when 'frequency' then null else 0 end as place_3,
        case criterion_4 when 'verified' then verified_place when 'source' then source_place
            when 'recency' then recency_place when 'frequency' then null else 0 end as place_4
    from candidate
    where value is not null
),

ranked as (
    select
        customer_id, record_id, field,
        rank() over (
            partition by customer_id, field
            order by
                completeness desc,
                coalesce(place_1, frequency_place),
                coalesce(place_2, frequency_place),
                coalesce(place_3, frequency_place),
                coalesce(place_4, frequency_place)
        ) as place
    from measured
),

chosen as (
    select
        customer_id,
        min(case when field = 'name' then record_id end) as name_record_id,
        min(case when field = 'address' then record_id end) as address_record_id,
        min(case when field = 'email' then record_id end) as email_record_id,
        min(case when field = 'phone' then record_id end) as phone_record_id,
        min(case when field = 'birth_date' then record_id end) as birth_date_record_id,
        min(case when field = 'card_no' then record_id end) as card_no_record_id,
        min(case when field = 'company_name' then record_id end) as company_name_record_id,
        min(case when field = 'gender' then record_id end) as gender_record_id,
        min(case when field = 'language' then record_id end) as language_record_id,
        min(case when field = 'country' then record_id end) as country_record_id
    from ranked
    where place = 1
    group by customer_id
),

golden as (
    select
        customer_id, is_company, gender, title, given_name, family_name, company_name,
        birth_date, birth_date as latest_birth_date, email, phone, card_no,
        street,
        case when has_address then house_no end as house_no,
        case when has_address then address_extra end as address_extra,
        postal_code, city, country, language, is_test, is_deceased,
        1 as record_count, 1 as source_count, source as sources, first_seen_at, last_seen_at
    from record
    where is_only_one
    union all
    select
        r.customer_id,
        max(case when r.is_company then 1 else 0 end) = 1 as is_company,
        max(case when r.record_id = c.gender_record_id then r.gender end) as gender,
        max(case when r.record_id = c.name_record_id then r.title end) as title,
        max(case when r.record_id = c.name_record_id then r.given_name end) as given_name,
        max(case when r.record_id = c.name_record_id then r.family_name end) as family_name,
        max(case when r.record_id = c.company_name_record_id then r.company_name end) as company_name,
        max(case when r.record_id = c.birth_date_record_id then r.birth_date end) as birth_date,
        -- The youngest that any record says: in doubt a minor.
        max(r.birth_date) as latest_birth_date,
        max(case when r.record_id = c.email_record_id then r.email end) as email,
        max(case when r.record_id = c.phone_record_id then r.phone end) as phone,
        max(case when r.record_id = c.card_no_record_id then r.card_no end) as card_no,
        max(case when r.record_id = c.address_record_id then r.street end) as street,
        max(case when r.record_id = c.address_record_id then r.house_no end) as house_no,
        max(case when r.record_id = c.address_record_id then r.address_extra end) as address_extra,
        max(case when r.record_id = c.address_record_id then r.postal_code end) as postal_code,
        max(case when r.record_id = c.address_record_id then r.city end) as city,
        coalesce(
            max(case when r.record_id = c.address_record_id then r.country end),
            max(case when r.record_id = c.country_record_id then r.country end)
        ) as country,
        max(case when r.record_id = c.language_record_id then r.language end) as language,
        max(case when r.is_test then 1 else 0 end) = 1 as is_test,
        max(case when r.is_deceased then 1 else 0 end) = 1 as is_deceased,
        count(*) as record_count,
        count(distinct r.source) as source_count,
        array_to_string(list_sort(list(distinct r.source)), ',') as sources,
        min(r.first_seen_at) as first_seen_at,
        max(r.last_seen_at) as last_seen_at
    from record as r
    left join chosen as c on c.customer_id = r.customer_id
    where not r.is_only_one
    group by r.customer_id
)

select
    customer_id,
    case when is_company then 'company' else 'person' end as kind,
    gender,
    title,
    given_name,
    family_name,
    coalesce(nullif(concat_ws(' ', title, given_name, family_name), ''), company_name) as full_name,
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
    coalesce(is_test, false) as is_test,
    coalesce(is_deceased, false) as is_deceased,
    cast(latest_birth_date + interval '18' year as date) as of_age_on,
    record_count,
    source_count,
    sources,
    first_seen_at,
    last_seen_at
from golden
