-- The people of each organisation, with what says so: the silo that names them as its contact, the company's name and
-- address on their record, or an address of the company's own mail domain.
--
-- grain: organisation_id, customer_id
-- column: organisation_id | The organisation: customer_id of a customer of kind company. | pseudonym
-- column: customer_id | The person. | pseudonym
-- column: evidence | contact, name and address, or mail domain: the strongest of them.
-- column: source | Silo of the record that says so.
-- column: record_id | That record. | pseudonym
-- check: organisation_id <> customer_id

with company as (
    select
        r.customer_id as organisation_id, k.record_id, k.company, k.street, k.house_no, k.postal_code,
        split_part(k.email, '@', 2) as domain
    from identity.party_key as k
    inner join serve.customer_record as r on r.record_id = k.record_id
    where k.is_company
),

person as (
    select
        r.customer_id, p.record_id, p.source, p.parent_record_id,
        coalesce(k.family, k.record_id) as family, k.company, k.street, k.house_no, k.postal_code,
        split_part(k.email, '@', 2) as domain
    from identity.party_key as k
    inner join clean.party as p on p.record_id = k.record_id
    inner join serve.customer_record as r on r.record_id = k.record_id
    where not k.is_company and not p.is_test
),

-- A domain of one organisation. More than fifty family names who use it are no staff, but a mailer's customers.
own_domain as (
    select c.domain, c.organisation_id
    from (
        select domain, min(organisation_id) as organisation_id
        from company
        group by domain
        having count(distinct organisation_id) = 1
    ) as c
    inner join identity.mail_domain as d on d.domain = c.domain and not d.is_free
    inner join person as p on p.domain = c.domain
    group by c.domain, c.organisation_id
    having count(distinct p.family) <= 50
),

tie as (
    select c.organisation_id, p.customer_id, 1 as strength, 'contact' as evidence, p.source, p.record_id
    from person as p
    inner join company as c on c.record_id = p.parent_record_id
    union all
    select c.organisation_id, p.customer_id, 2 as strength, 'name and address' as evidence, p.source, p.record_id
    from person as p
    inner join company as c
        on c.company = p.company and c.street = p.street and c.postal_code = p.postal_code
        and coalesce(c.house_no, '') = coalesce(p.house_no, '')
    union all
    select d.organisation_id, p.customer_id, 3 as strength, 'mail domain' as evidence, p.source, p.record_id
    from person as p
    inner join own_domain as d on d.domain = p.domain
),

ranked as (
    select
        organisation_id, customer_id, evidence, source, record_id,
        row_number() over (partition by organisation_id, customer_id order by strength, record_id) as place
    from tie
    where organisation_id <> customer_id
)

select organisation_id, customer_id, evidence, source, record_id
from ranked
where place = 1
