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
-- column: is_minor | Younger than 18 on the day of the run, by any birth date on record. | personal
-- column: record_count | Records in all silos.
-- column: source_count | Silos that know the customer.
-- column: sources | Those silos, in order of name, separated by commas.
-- column: first_seen_at | When the first record was made (UTC).
-- column: last_seen_at | When a record last changed (UTC).
-- check: kind in ('person', 'company')
-- check: record_count >= source_count
-- check: source_count >= 1

with record as (
    select
        r.customer_id,
        p.*,
        coalesce(p.updated_at, p.created_at, timestamp '1900-01-01 00:00:00') as changed_at,
        case when p.verified_at is null then 0 else 1 end as is_verified
    from serve.customer_record as r
    inner join clean.party as p on p.record_id = r.record_id
),

meaningless as (
    select kind, value, is_placeholder from identity.bad_value
),

candidate as (
    -- A whole name counts for more than an initial, an initial for more than a family name alone.
    select
        customer_id, record_id, source, changed_at, is_verified,
        'name' as field,
        lower(concat_ws(' ', given_name, family_name)) as value,
        case
            when given_name is null or family_name is null then 0
            when length(replace(given_name, '.', '')) < 2 then 1
            else 2
        end as completeness
    from record
    where given_name is not null or family_name is not null
    union all
    select
        customer_id, record_id, source, changed_at, is_verified,
        'address' as field,
        lower(concat_ws('|', street, house_no, postal_code, city, country)) as value,
        case when street is not null then 1 else 0 end
            + case when coalesce(postal_code, city) is not null then 1 else 0 end as completeness
    from record
    where street is not null or postal_code is not null or city is not null
    union all
    select r.customer_id, r.record_id, r.source, r.changed_at, r.is_verified, 'email' as field, r.email as value,
        case when m.value is null then 1 else 0 end as completeness
    from record as r
    left join meaningless as m on m.kind = 'email' and m.value = r.email
    where r.email is not null and (m.value is null or not m.is_placeholder)
    union all
    select r.customer_id, r.record_id, r.source, r.changed_at, r.is_verified, 'phone' as field, r.phone as value,
        case when m.value is null then 1 else 0 end as completeness
    from record as r
    left join meaningless as m on m.kind = 'phone' and m.value = r.phone
    where r.phone is not null and (m.value is null or not m.is_placeholder)
    union all
    select r.customer_id, r.record_id, r.source, r.changed_at, r.is_verified, 'birth_date' as field,
        cast(r.birth_date as text) as value, 0 as completeness
    from record as r
    left join meaningless as m on m.kind = 'birth_date' and m.value = cast(r.birth_date as text)
    where r.birth_date is not null and m.value is null
    union all
    select customer_id, record_id, source, changed_at, is_verified, 'card_no' as field, card_no as value,
        0 as completeness
    from record where card_no is not null
    union all
    select customer_id, record_id, source, changed_at, is_verified, 'company_name' as field,
        lower(company_name) as value, 0 as completeness
    from record where company_name is not null
    union all
    select customer_id, record_id, source, changed_at, is_verified, 'gender' as field, gender as value,
        0 as completeness
    from record where gender is not null
    union all
    select customer_id, record_id, source, changed_at, is_verified, 'language' as field, language as value,
        0 as completeness
    from record where language is not null
),

measured as (
    -- Every criterion as a number of which the smaller is better.
    select
        c.customer_id, c.record_id, c.field, c.completeness,
        1 - c.is_verified as verified_place,
        s.source_place,
        -count(*) over (partition by c.customer_id, c.field, c.value) as frequency_place,
        dense_rank() over (partition by c.customer_id, c.field order by c.changed_at desc) as recency_place,
        s.criterion_1, s.criterion_2, s.criterion_3, s.criterion_4
    from candidate as c
    inner join identity.survivorship as s on s.field = c.field and s.source = c.source
),

ranked as (
    select
        customer_id, record_id, field,
        row_number() over (
            partition by customer_id, field
            order by
                completeness desc,
                case criterion_1 when 'verified' then verified_place when 'source' then source_place
                    when 'frequency' then frequency_place when 'recency' then recency_place end,
                case criterion_2 when 'verified' then verified_place when 'source' then source_place
                    when 'frequency' then frequency_place when 'recency' then recency_place end,
                case criterion_3 when 'verified' then verified_place when 'source' then source_place
                    when 'frequency' then frequency_place when 'recency' then recency_place end,
                case criterion_4 when 'verified' then verified_place when 'source' then source_place
                    when 'frequency' then frequency_place when 'recency' then recency_place end,
                record_id
        ) as place
    from measured
),

chosen as (
    select
        customer_id,
        max(case when field = 'name' then record_id end) as name_record_id,
        max(case when field = 'address' then record_id end) as address_record_id,
        max(case when field = 'email' then record_id end) as email_record_id,
        max(case when field = 'phone' then record_id end) as phone_record_id,
        max(case when field = 'birth_date' then record_id end) as birth_date_record_id,
        max(case when field = 'card_no' then record_id end) as card_no_record_id,
        max(case when field = 'company_name' then record_id end) as company_name_record_id,
        max(case when field = 'gender' then record_id end) as gender_record_id,
        max(case when field = 'language' then record_id end) as language_record_id
    from ranked
    where place = 1
    group by customer_id
),

counted as (
    select
        customer_id,
        max(case when is_company then 1 else 0 end) as is_company,
        max(case when is_test then 1 else 0 end) as is_test,
        max(case when is_deceased then 1 else 0 end) as is_deceased,
        count(*) as record_count,
        count(distinct source) as source_count,
        array_to_string(list_sort(list(distinct source)), ',') as sources,
        min(coalesce(created_at, updated_at)) as first_seen_at,
        max(coalesce(updated_at, created_at)) as last_seen_at
    from record
    group by customer_id
),

latest_birth_date as (
    -- The youngest that any record says: in doubt a minor.
    select r.customer_id, max(r.birth_date) as birth_date
    from record as r
    left join meaningless as m on m.kind = 'birth_date' and m.value = cast(r.birth_date as text)
    where m.value is null and r.birth_date <= cast($as_of as date)
    group by r.customer_id
),

latest_country as (
    select customer_id, country
    from (
        select
            customer_id, country,
            row_number() over (partition by customer_id order by changed_at desc, record_id) as place
        from record
        where country is not null
    ) as c
    where place = 1
)

select
    n.customer_id,
    case when n.is_company = 1 then 'company' else 'person' end as kind,
    gender_record.gender,
    name_record.title,
    name_record.given_name,
    name_record.family_name,
    coalesce(
        nullif(concat_ws(' ', name_record.title, name_record.given_name, name_record.family_name), ''),
        company_record.company_name
    ) as full_name,
    company_record.company_name,
    birth_record.birth_date,
    email_record.email,
    phone_record.phone,
    card_record.card_no,
    address_record.street,
    address_record.house_no,
    address_record.address_extra,
    address_record.postal_code,
    address_record.city,
    coalesce(address_record.country, k.country) as country,
    language_record.language,
    n.is_test = 1 as is_test,
    n.is_deceased = 1 as is_deceased,
    coalesce(cast(b.birth_date + interval '18' year as date) > cast($as_of as date), false) as is_minor,
    n.record_count,
    n.source_count,
    n.sources,
    n.first_seen_at,
    n.last_seen_at
from counted as n
left join chosen as w on w.customer_id = n.customer_id
left join clean.party as name_record on name_record.record_id = w.name_record_id
left join clean.party as address_record on address_record.record_id = w.address_record_id
left join clean.party as email_record on email_record.record_id = w.email_record_id
left join clean.party as phone_record on phone_record.record_id = w.phone_record_id
left join clean.party as birth_record on birth_record.record_id = w.birth_date_record_id
left join clean.party as card_record on card_record.record_id = w.card_no_record_id
left join clean.party as company_record on company_record.record_id = w.company_name_record_id
left join clean.party as gender_record on gender_record.record_id = w.gender_record_id
left join clean.party as language_record on language_record.record_id = w.language_record_id
left join latest_birth_date as b on b.customer_id = n.customer_id
left join latest_country as k on k.customer_id = n.customer_id
order by n.customer_id
