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

with counted as (
    select
        r.customer_id,
        max(case when p.is_company then 1 else 0 end) as is_company,
        max(case when p.is_test then 1 else 0 end) as is_test,
        max(case when p.is_deceased then 1 else 0 end) as is_deceased,
        count(*) as record_count,
        count(distinct p.source) as source_count,
        array_to_string(list_sort(list(distinct p.source)), ',') as sources,
        min(coalesce(p.created_at, p.updated_at)) as first_seen_at,
        max(coalesce(p.updated_at, p.created_at)) as last_seen_at
    from serve.customer_record as r
    inner join clean.party as p on p.record_id = r.record_id
    group by r.customer_id
),

record as (
    select
        r.customer_id,
        p.record_id, p.source, p.gender, p.title, p.given_name, p.family_name, p.company_name, p.card_no, p.street, p.house_no, p.address_extra, p.postal_code, p.city, p.country,
        p.language,
        coalesce(p.updated_at, p.created_at, timestamp '1900-01-01 00:00:00') as changed_at,
        case when p.verified_at is null then 0 else 1 end as is_verified,
        case when e.value is not null and e.is_placeholder then null else p.email end as own_email,
        case when t.value is not null and t.is_placeholder then null else p.phone end as own_phone,
        case when b.value is null then p.birth_date end as own_birth_date,
        case when e.value is null then 1 else 0 end as is_one_persons_email,
        case when t.value is null then 1 else 0 end as is_one_persons_phone
    from serve.customer_record as r
    inner join clean.party as p on p.record_id = r.record_id
    left join identity.bad_value as e on e.kind = 'email' and e.value = p.email
    left join identity.bad_value as t on t.kind = 'phone' and t.value = p.phone
    left join identity.bad_value as b on b.kind = 'birth_date' and b.value = cast(p.birth_date as text)
),

-- Customers of several records: each field is chosen.
several as (
    select r.*
    from record as r
    inner join counted as n on n.customer_id = r.customer_id
    where n.record_count > 1
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
    from several
    where given_name is not null or family_name is not null
    union all
    select
        customer_id, record_id, source, changed_at, is_verified,
        'address' as field,
        lower(concat_ws('|', street, house_no, postal_code, city, country)) as value,
        case when street is not null then 1 else 0 end
            + case when coalesce(postal_code, city) is not null then 1 else 0 end as completeness
    from several
    where street is not null or postal_code is not null or city is not null
    union all
    select customer_id, record_id, source, changed_at, is_verified, 'email' as field, own_email as value,
        is_one_persons_email as completeness
    from several where own_email is not null
    union all
    select customer_id, record_id, source, changed_at, is_verified, 'phone' as field, own_phone as value,
        is_one_persons_phone as completeness
    from several where own_phone is not null
    union all
    select customer_id, record_id, source, changed_at, is_verified, 'birth_date' as field,
        cast(own_birth_date as text) as value, 0 as completeness
    from several where own_birth_date is not null
    union all
    select customer_id, record_id, source, changed_at, is_verified, 'card_no' as field, card_no as value,
        0 as completeness
    from several where card_no is not null
    union all
    select customer_id, record_id, source, changed_at, is_verified, 'company_name' as field,
        lower(company_name) as value, 0 as completeness
    from several where company_name is not null
    union all
    select customer_id, record_id, source, changed_at, is_verified, 'gender' as field, gender as value,
        0 as completeness
    from several where gender is not null
    union all
    select customer_id, record_id, source, changed_at, is_verified, 'language' as field, language as value,
        0 as completeness
    from several where language is not null
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

latest_birth_date as (
    -- The youngest that any record says: in doubt a minor.
    select customer_id, max(own_birth_date) as birth_date from several group by customer_id
),

latest_country as (
    select customer_id, country
    from (
        select
            customer_id, country,
            row_number() over (partition by customer_id order by changed_at desc, record_id) as place
        from several
        where country is not null
    ) as c
    where place = 1
),

golden as (
    select
        r.customer_id, r.gender,
        case when coalesce(r.given_name, r.family_name) is not null then r.title end as title,
        r.given_name, r.family_name, r.company_name,
        r.own_birth_date as birth_date, r.own_birth_date as latest_birth_date,
        r.own_email as email, r.own_phone as phone, r.card_no,
        r.street,
        case when coalesce(r.street, r.postal_code, r.city) is not null then r.house_no end as house_no,
        case when coalesce(r.street, r.postal_code, r.city) is not null then r.address_extra end as address_extra,
        r.postal_code, r.city, r.country, r.language
    from record as r
    inner join counted as n on n.customer_id = r.customer_id
    where n.record_count = 1
    union all
    select
        w.customer_id, gender_record.gender,
        name_record.title, name_record.given_name, name_record.family_name, company_record.company_name,
        birth_record.own_birth_date as birth_date, b.birth_date as latest_birth_date,
        email_record.own_email as email, phone_record.own_phone as phone, card_record.card_no,
        address_record.street, address_record.house_no, address_record.address_extra,
        address_record.postal_code, address_record.city,
        coalesce(address_record.country, k.country) as country,
        language_record.language
    from chosen as w
    left join several as name_record on name_record.record_id = w.name_record_id
    left join several as address_record on address_record.record_id = w.address_record_id
    left join several as email_record on email_record.record_id = w.email_record_id
    left join several as phone_record on phone_record.record_id = w.phone_record_id
    left join several as birth_record on birth_record.record_id = w.birth_date_record_id
    left join several as card_record on card_record.record_id = w.card_no_record_id
    left join several as company_record on company_record.record_id = w.company_name_record_id
    left join several as gender_record on gender_record.record_id = w.gender_record_id
    left join several as language_record on language_record.record_id = w.language_record_id
    left join latest_birth_date as b on b.customer_id = w.customer_id
    left join latest_country as k on k.customer_id = w.customer_id
)

select
    n.customer_id,
    case when n.is_company = 1 then 'company' else 'person' end as kind,
    g.gender,
    g.title,
    g.given_name,
    g.family_name,
    coalesce(nullif(concat_ws(' ', g.title, g.given_name, g.family_name), ''), g.company_name) as full_name,
    g.company_name,
    g.birth_date,
    g.email,
    g.phone,
    g.card_no,
    g.street,
    g.house_no,
    g.address_extra,
    g.postal_code,
    g.city,
    g.country,
    g.language,
    n.is_test = 1 as is_test,
    n.is_deceased = 1 as is_deceased,
    cast(g.latest_birth_date + interval '18' year as date) as of_age_on,
    n.record_count,
    n.source_count,
    n.sources,
    n.first_seen_at,
    n.last_seen_at
from counted as n
left join golden as g on g.customer_id = n.customer_id
