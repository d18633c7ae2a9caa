-- The identifier of a postal address: normalised name and address, for records and for entries of lists.
--
-- The flat is left out on both sides: a list that names it reaches the record that does not, and the other way round.
--
-- grain: kind, reference
-- column: kind | record or list.
-- column: reference | record_id, or the list entry's own id. | pseudonym
-- column: identifier | Name, street with number, postal code and country, each folded to a-z and 0-9. | personal
-- check: identifier is not null

with named as (
    select
        'record' as kind,
        record_id as reference,
        concat_ws(' ', family_name, given_name) as name,
        concat_ws(' ', street, house_no) as street,
        postal_code,
        country
    from clean.party
    where family_name is not null and street is not null and postal_code is not null and not is_company
    union all
    select
        'record' as kind,
        record_id as reference,
        company_name as name,
        concat_ws(' ', street, house_no) as street,
        postal_code,
        country
    from clean.party
    where company_name is not null and street is not null and postal_code is not null and is_company
    union all
    select distinct
        'list' as kind,
        sha256(concat_ws(chr(31), list_name, family_name, given_name, s.street, postal_code)) as reference,
        concat_ws(' ', trim(family_name), trim(given_name)) as name,
        concat_ws(' ', v.street, v.house_no) as street,
        trim(postal_code) as postal_code,
        case split_part(list_name, '_', -1)
            when 'de' then 'DE' when 'at' then 'AT' when 'ch' then 'CH'
            when 'no' then 'NO' when 'se' then 'SE' when 'dk' then 'DK'
        end as country
    from stage.suppression as s
    inner join clean.street_value as v on v.sent = s.street
    where identifier_kind = 'post' and family_name is not null and postal_code is not null
),

folded as (
    select
        kind,
        reference,
        lower(name || '|' || street) as name_and_street,
        -- Without leading zeros, which a spreadsheet takes from lists as well.
        regexp_replace(regexp_replace(lower(postal_code), '[^0-9a-z]', '', 'g'), '^0+', '') as postal_code,
        lower(coalesce(country, '')) as country
    from named
)

select
    kind,
    reference,
    regexp_replace(
        replace(
            strip_accents(
                replace(replace(replace(replace(replace(replace(name_and_street,
                'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss'), 'æ', 'ae'), 'ø', 'oe')
            ),
            'strasse', 'str'
        ),
        '[^a-z0-9|]', '', 'g'
    ) || '|' || postal_code || '|' || country as identifier
from folded
