-- Entries of do-not-contact lists, as hashes of the normalised identifier.
--
-- grain: list_name, identifier_kind, value_sha256
-- column: list_name | The list, e.g. robinson_de.
-- column: identifier_kind | email, email_domain, phone or post.
-- column: value_sha256 | SHA-256 (lower-case hex) of the normalised identifier. | pseudonym
-- column: refreshed_on | Day on which the list was last fetched.

with hashed as (
    select list_name, identifier_kind, lower(value_sha256) as value_sha256, refreshed_on
    from stage.suppression
    where value_sha256 is not null
    union all
    select s.list_name, s.identifier_kind, sha256(e.email) as value_sha256, s.refreshed_on
    from stage.suppression as s
    inner join clean.email_value as e on e.raw = s.value
    where s.identifier_kind = 'email'
    union all
    select list_name, identifier_kind, sha256(lower(trim(value))) as value_sha256, refreshed_on
    from stage.suppression
    where identifier_kind = 'email_domain'
    union all
    select s.list_name, s.identifier_kind, sha256(p.phone) as value_sha256, s.refreshed_on
    from stage.suppression as s
    inner join clean.phone_value as p on p.raw = s.value and p.country = $country
    where s.identifier_kind = 'phone'
    union all
    select s.list_name, s.identifier_kind, sha256(i.identifier) as value_sha256, s.refreshed_on
    from stage.suppression as s
    inner join clean.postal_identity as i
        on i.kind = 'list'
        and i.reference
        = sha256(concat_ws(chr(31), s.list_name, s.family_name, s.given_name, s.street, s.postal_code))
    where s.identifier_kind = 'post'
)

select list_name, identifier_kind, value_sha256, max(refreshed_on) as refreshed_on
from hashed
where value_sha256 is not null
group by list_name, identifier_kind, value_sha256
