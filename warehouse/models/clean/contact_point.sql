-- Every way in which a record can be reached: e-mail address, phone number, postal address.
--
-- grain: record_id, kind, identifier
-- column: record_id | Record that bears it. | pseudonym
-- column: kind | email, phone or post.
-- column: identifier | Normalised: lower-case address, E.164, or the postal identity. | personal
-- column: value | As a person would write it. | personal
-- column: country | ISO-2 country of the number or address; of the record for an e-mail address.
-- column: is_mobile | The number can receive SMS.
-- check: kind in ('email', 'phone', 'post')
-- check: identifier is not null

with every_point as (
    select record_id, 'email' as kind, email as identifier, email as value, country, false as is_mobile
    from clean.party
    where email is not null
    union
    select p.record_id, 'phone' as kind, p.phone as identifier, p.phone as value, v.phone_country as country,
        v.phone_kind = 'mobile' as is_mobile
    from clean.party as p
    inner join
        (select distinct phone, phone_country, phone_kind from clean.phone_value where phone is not null) as v
        on v.phone = p.phone
    union
    select p.record_id, 'phone' as kind, p.phone_2 as identifier, p.phone_2 as value, v.phone_country as country,
        v.phone_kind = 'mobile' as is_mobile
    from clean.party as p
    inner join
        (select distinct phone, phone_country, phone_kind from clean.phone_value where phone is not null) as v
        on v.phone = p.phone_2
    union
    select
        p.record_id,
        'post' as kind,
        i.identifier,
        concat_ws(', ', concat_ws(' ', p.street, p.house_no), concat_ws(' ', p.postal_code, p.city)) as value,
        p.country,
        false as is_mobile
    from clean.party as p
    inner join clean.postal_identity as i on i.kind = 'record' and i.reference = p.record_id
)

select record_id, kind, identifier, value, country, is_mobile
from every_point
