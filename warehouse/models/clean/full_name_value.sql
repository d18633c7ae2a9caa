-- A whole name as sent, taken apart: title, given and family name. One row a distinct name.
--
-- "Family, Given" or "Title Given Family". Particles and ranks go with the family name (von der Leyen), and so does
-- a suffix (jun.); a salutation is left out. Names in the other order are told apart later, by how common they are.
--
-- grain: sent
-- column: sent | The name as sent. | personal
-- column: title | Academic titles before the name. | personal
-- column: given_name | Given names; null when the name is one word. | personal
-- column: family_name | Family name with its particles and suffix. | personal
-- check: family_name <> ''

with tidy as (
    select distinct full_name as sent, trim(regexp_replace(full_name, '\s+', ' ', 'g')) as raw
    from stage.party
    where full_name is not null
),

bared as (
    select
        sent,
        raw,
        trim(regexp_extract(raw, '(?i)[ ,]+(jun|jr|junior|sen|sr|senior|ii|iii)[.]?$', 0), ' ,') as suffix,
        regexp_replace(
            regexp_replace(raw, '(?i)[ ,]+(jun|jr|junior|sen|sr|senior|ii|iii)[.]?$', ''),
            '(?i)^(herrn?|frau|hr[.]?|fr[.]|frl[.]|fräulein|familie|fam[.]|fru|frk[.]?|frøken|fröken|mme|monsieur) ',
            ''
        ) as name
    from tidy
    where raw <> ''
),

titled as (
    select
        sent,
        raw,
        suffix,
        name,
        trim(regexp_extract(
            name,
            '(?i)^((prof|dr|ddr|mag|dipl|ing|di|med|dent|vet|phil|jur|iur|rer|nat|pol|oec|habil|univ|lic|h[.] ?c)[.]'
            || '[ -]*(-?(ing|kfm|kffr|inf)[.] ?)?|(dr|prof|mag) )+',
            0
        )) as title
    from bared
),

untitled as (
    select
        sent,
        raw,
        suffix,
        title,
        trim(substr(name, length(title) + 1)) as name
    from titled
),

split as (
    select
        sent,
        raw,
        suffix,
        title,
        case
            when name like '%,%' then trim(split_part(name, ',', 1))
            else trim(regexp_extract(
                name,
                '(?i)(^| )((graf|gräfin|freiherr|freifrau|baron|prinz|prinzessin) )?'
                || '((von|vom|van|der|den|dem|de|del|della|di|da|du|dos|la|le|zu|zum|zur|af|av|ten|ter|te) )*[^ ]+$',
                0
            ))
        end as family_name,
        name
    from untitled
)

select
    sent,
    nullif(title, '') as title,
    case
        when name like '%,%' then nullif(trim(split_part(name, ',', 2)), '')
        else nullif(trim(left(name, length(name) - length(family_name))), '')
    end as given_name,
    coalesce(nullif(trim(concat_ws(' ', nullif(family_name, ''), nullif(suffix, ''))), ''), raw) as family_name
from split
