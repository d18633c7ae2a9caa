-- Who may be contacted, worked out from what the silos sent: written from docs, knowing nothing of the gate's code.
--
-- Reads stage.* (each silo's rows, mapped by its YAML), clean.contact_point and the look-ups of normalised values,
-- and serve.customer_record (which record is whose). `as_of` is a variable of the session.

-- Records

create temp table record as
select
    p.source || ':' || left(sha256(p.record_table || chr(31) || p.record_key), 16) as record_id,
    coalesce(p.is_company, false) as is_business,
    coalesce(p.is_test, false) as is_test,
    coalesce(p.is_deceased, false) as is_deceased,
    coalesce(p.is_account, false) as is_account,
    nullif(trim(p.card_no), '') is not null as has_card,
    p.birth_date,
    p.created_at
from stage.party as p
where p.record_key is not null;

create temp table holder as
select r.record_id, r.customer_id from serve.main.customer_record as r;

-- What was bought, in euros without VAT

create temp table rate as
select upper(currency) as currency, valid_on, max(rate) as rate
from stage.rate
where rate is not null
group by all;

create temp table bought as
select
    p.source,
    p.purchase_key,
    h.customer_id,
    h.record_id,
    p.purchased_at,
    lower(trim(p.email)) as email,
    coalesce(p.notice_shown, false) as notice_shown,
    upper(trim(p.currency)) as currency,
    n.country,
    cast(timezone('Europe/Berlin', timezone('UTC', p.purchased_at)) as date) as purchased_on,
    coalesce(p.status, 'paid') = 'refunded' as is_refunded
from stage.purchase as p
inner join holder as h
    on h.record_id = p.source || ':' || left(sha256(p.record_table || chr(31) || p.record_key), 16)
left join clean.country_name as n on n.value = lower(trim(p.country))
where coalesce(p.status, 'paid') <> 'cancelled' and p.purchased_at <= getvariable('as_of');

create temp table line as
with priced as (
    select
        b.customer_id,
        b.source,
        b.purchase_key,
        l.kind,
        l.gross_amount as as_sent,
        l.gross_amount * case when b.currency = 'EUR' then 1 else r.rate end as gross,
        coalesce(
            l.vat_rate,
            case b.country when 'DE' then 19 when 'AT' then 20 when 'CH' then 8.1
                when 'NO' then 25 when 'SE' then 25 when 'DK' then 25 else 0 end
        ) as vat
    from stage.purchase_line as l
    inner join bought as b on b.source = l.source and b.purchase_key = l.purchase_key
    left join rate as r on r.currency = b.currency and r.valid_on = b.purchased_on
    where l.gross_amount is not null
)
select
    customer_id, source, purchase_key, kind, as_sent,
    cast(round(cast(cast(round(gross, 2) as decimal(18, 2)) as double) * 100 / (100 + cast(vat as double)), 2) as decimal(18, 2)) as net
from priced
where gross is not null;

create temp table goods as
select distinct source, purchase_key, trim(category) as category from stage.purchase_line where kind = 'sale';

create temp table receipt as
select
    b.customer_id,
    b.purchased_at,
    sum(case when l.kind in ('sale', 'discount') then l.net else 0 end) as sold,
    sum(case when l.kind = 'return' then -l.net else 0 end) as returned,
    -- In the money of the purchase: converted line by line, a cent may be left over.
    sum(l.as_sent) <= 0 as came_back
from bought as b
inner join line as l on l.source = b.source and l.purchase_key = b.purchase_key and l.kind in ('sale', 'discount', 'return')
group by b.customer_id, b.source, b.purchase_key, b.purchased_at;

-- Sales that were not undone: these make an existing customer.
create temp table kept_sale as
select b.source, b.purchase_key, b.record_id, b.email, b.notice_shown, b.purchased_at
from bought as b
inner join line as l on l.source = b.source and l.purchase_key = b.purchase_key and l.kind in ('sale', 'discount', 'return')
where not b.is_refunded
group by all
having sum(l.net) > 0;

create temp table spending as
select
    customer_id,
    count(*) as purchases,
    min(purchased_at) as first_at,
    max(purchased_at) as last_at,
    sum(sold) as sold,
    sum(returned) as returned,
    sum(sold - returned) as spend,
    count(*) >= 2 and bool_and(came_back) as sent_all_back
from receipt
where sold > 0
group by customer_id;

-- What people said

create temp table said as
with statement as (
    select
        e.source || ':' || left(sha256(e.record_table || chr(31) || e.record_key), 16) as record_id,
        e.*
    from stage.consent_event as e
    where e.record_key is not null and e.status is not null
)
select
    s.record_id,
    s.identifier_kind as kind,
    case s.identifier_kind
        when 'email' then m.email
        when 'phone' then t.phone
        when 'post' then c.identifier
        when 'person' then s.record_id
    end as identifier,
    s.channel,
    s.purpose,
    s.status,
    case
        when s.occurred_at is not null then s.occurred_at
        when not coalesce(s.is_state, false) then getvariable('as_of')
        -- A state without a time: a yes may be as old as the record, a no holds from now.
        when s.status in ('granted', 'confirmed') then coalesce(r.created_at, timestamp '1970-01-01')
        else getvariable('as_of')
    end as moment,
    nullif(trim(s.evidence), '') as evidence
from statement as s
left join record as r on r.record_id = s.record_id
left join clean.party as p on p.record_id = s.record_id
left join clean.email_value as m on s.identifier_kind = 'email' and m.raw = s.identifier
left join clean.phone_value as t
    on s.identifier_kind = 'phone' and t.raw = s.identifier and t.country = coalesce(p.country, 'DE')
left join clean.contact_point as c on s.identifier_kind = 'post' and c.kind = 'post' and c.record_id = s.record_id
where not getvariable('from_ledger')
union all
-- After the first run the silos no longer tell all that was said: the ledger does.
select e.record_id, e.identifier_kind, e.identifier, e.channel, e.purpose, e.status, e.occurred_at, nullif(trim(e.evidence), '')
from serve.main.consent_event as e
where getvariable('from_ledger');

-- Ways to reach somebody, by channel. Everybody who counts as a customer, and the countries that the customer bears.

create temp table point as
select
    h.customer_id,
    c.record_id,
    channel.name as channel,
    c.kind,
    c.identifier,
    r.is_business,
    r.created_at,
    c.country
from clean.contact_point as c
inner join holder as h on h.record_id = c.record_id
inner join record as r on r.record_id = c.record_id
inner join (values ('email', 'email'), ('phone', 'phone'), ('sms', 'phone'), ('post', 'post')) as channel(name, kind)
    on channel.kind = c.kind
where channel.name <> 'sms' or c.is_mobile;

create temp table bears as
select distinct customer_id, country from point where kind in ('email', 'post') and country is not null;

create temp table place as
-- The countries whose rules must all allow a contact: of the point, and but for post of every record of the customer.
select distinct p.customer_id, p.record_id, p.channel, p.identifier, coalesce(p.country, '*') as country
from point as p
union
select p.customer_id, p.record_id, p.channel, p.identifier, b.country
from point as p
inner join bears as b on b.customer_id = p.customer_id
where p.channel <> 'post';

-- Consents and denials, by point and purpose

create temp table wanted as
select p.*, purpose.name as purpose
from point as p
cross join (values ('marketing'), ('feedback'), ('enquiry')) as purpose(name);

create temp table no_to as
select w.customer_id, w.record_id, w.channel, w.identifier, w.purpose, max(s.moment) as moment
from wanted as w
inner join said as s
    on s.kind = w.kind and s.identifier = w.identifier
    and s.channel in (w.channel, 'all')
    -- Feedback counts as advertising: who refused advertising refused this. A yes to advertising is no yes to feedback.
    and (s.purpose in (w.purpose, 'all') or (w.purpose = 'feedback' and s.purpose = 'marketing'))
    and s.status in ('denied', 'withdrawn', 'objected')
group by all;

create temp table yes_to as
-- The latest thing said through this very record about this identifier, where it is a yes with evidence.
with latest as (
    select
        w.customer_id, w.record_id, w.channel, w.identifier, w.purpose, s.status, s.moment, s.evidence,
        row_number() over (
            partition by w.record_id, w.channel, w.identifier, w.purpose
            order by s.moment desc, s.status in ('denied', 'withdrawn', 'objected') desc, s.status = 'confirmed' desc
        ) as newest
    from wanted as w
    inner join said as s
        on s.record_id = w.record_id and s.kind = w.kind and s.identifier = w.identifier
        and s.channel in (w.channel, 'all') and s.purpose in (w.purpose, 'all')
)
select customer_id, record_id, channel, identifier, purpose, status, moment, evidence
from latest
where newest = 1 and status in ('granted', 'confirmed') and evidence is not null;

create temp table used as
-- The last time that a record was written to or called.
select
    i.source || ':' || left(sha256(i.record_table || chr(31) || i.record_key), 16) as record_id,
    case i.kind when 'email_sent' then 'email' when 'call' then 'phone' end as channel,
    max(i.occurred_at) as moment
from stage.interaction as i
where i.kind in ('email_sent', 'call') and i.occurred_at <= getvariable('as_of')
group by all;

create temp table stands as
-- What holds of each point and purpose.
select
    w.*,
    y.status as yes,
    y.evidence,
    n.moment is not null and (y.moment is null or y.moment <= n.moment) as said_no,
    y.moment is not null and (n.moment is null or y.moment > n.moment) as said_yes,
    greatest(y.moment, coalesce(u.moment, y.moment)) >= getvariable('as_of') - interval 24 month as is_fresh,
    coalesce(
        json_exists(try_cast(y.evidence as json), '$.recording_id')
        or json_exists(try_cast(y.evidence as json), '$.sms_code')
        or json_exists(try_cast(y.evidence as json), '$.signature'), false
    ) as proves_number,
    coalesce(json_exists(try_cast(y.evidence as json), '$.presumed_reason'), false) as is_presumed,
    exists (
        -- The address came with a sale of goods such as are advertised now, and the buyer was told.
        select 1 from kept_sale as b inner join goods as g using (source, purchase_key)
        where b.record_id = w.record_id and b.email = w.identifier and b.notice_shown and w.channel = 'email'
            and list_contains(getvariable('advertised'), g.category)
    ) as told_at_sale,
    (
        select max(b.purchased_at) from kept_sale as b where b.record_id = w.record_id
    ) as last_bought_at
from wanted as w
left join yes_to as y using (customer_id, record_id, channel, identifier, purpose)
left join no_to as n using (customer_id, record_id, channel, identifier, purpose)
left join used as u on u.record_id = w.record_id and u.channel = w.channel;

-- Lists

create temp table list as
select s.list_name, s.identifier_kind, s.value_sha256, max(s.refreshed_on) over (partition by s.list_name) as refreshed_on
from clean.suppression as s;

create temp table listed as
select distinct w.channel, w.identifier, l.list_name
from (select distinct channel, kind, identifier from point) as w
inner join list as l
    on (l.identifier_kind = w.kind and l.value_sha256 = sha256(w.identifier))
    or (l.identifier_kind = 'email_domain' and w.kind = 'email' and l.value_sha256 = sha256(split_part(w.identifier, '@', 2)));

create temp table usable_list as
select distinct l.list_name
from list as l
inner join (values
    ('ecg_at', 31), ('robinson_at', 92), ('reservasjon_no', 31), ('nix_phone_se', 92), ('nix_post_se', 92),
    ('robinson_dk', 92), ('starred_ch', 31)
) as age(list_name, days) on age.list_name = l.list_name
where date_diff('day', l.refreshed_on, cast(getvariable('as_of') as date)) <= age.days;

-- The rules (formats.md, section 10), one row a country, channel and way to be allowed. `who` null is both.

create temp table rule as
select * from (values
    -- e-mail: consent, double opt-in where granted alone is no proof; the existing customer
    ('DE', 'email', 'confirmed', null, null), ('AT', 'email', 'confirmed', null, null), ('*', 'email', 'confirmed', null, null),
    ('CH', 'email', 'granted', null, null), ('NO', 'email', 'granted', null, null),
    ('SE', 'email', 'granted', null, null), ('DK', 'email', 'granted', null, null),
    ('DE', 'email', 'customer', null, null), ('AT', 'email', 'customer', null, 'ecg_at'), ('CH', 'email', 'customer', null, null),
    ('NO', 'email', 'customer', null, null), ('DK', 'email', 'customer', null, null), ('SE', 'email', 'interest', true, null),
    -- text messages: consent that proves the number
    ('DE', 'sms', 'confirmed number', null, null), ('AT', 'sms', 'confirmed number', null, null), ('*', 'sms', 'confirmed number', null, null),
    ('CH', 'sms', 'granted number', null, null), ('NO', 'sms', 'granted number', null, null),
    ('SE', 'sms', 'granted number', null, null), ('DK', 'sms', 'granted number', null, null),
    -- telephone
    ('DE', 'phone', 'confirmed number', false, null), ('DE', 'phone', 'presumed', true, null),
    ('AT', 'phone', 'confirmed number', null, null), ('*', 'phone', 'confirmed number', null, null),
    ('CH', 'phone', 'confirmed number', null, null), ('CH', 'phone', 'relationship', null, null), ('CH', 'phone', 'interest', null, 'starred_ch'),
    ('NO', 'phone', 'confirmed number', null, null), ('NO', 'phone', 'interest', null, 'reservasjon_no'),
    ('SE', 'phone', 'confirmed number', null, null), ('SE', 'phone', 'interest', null, 'nix_phone_se'),
    ('DK', 'phone', 'confirmed number', true, null), ('DK', 'phone', 'interest', true, null),
    -- addressed post: no objection, not on the list
    ('DE', 'post', 'interest', null, 'robinson_de'), ('AT', 'post', 'interest', null, 'robinson_at'), ('CH', 'post', 'interest', null, null),
    ('NO', 'post', 'interest', null, 'reservasjon_no'), ('SE', 'post', 'interest', null, 'nix_post_se'),
    ('DK', 'post', 'interest', null, 'robinson_dk'),
    ('DE', 'post', 'granted', null, null), ('AT', 'post', 'granted', null, null), ('CH', 'post', 'granted', null, null),
    ('NO', 'post', 'granted', null, null), ('SE', 'post', 'granted', null, null), ('DK', 'post', 'granted', null, null),
    ('*', 'post', 'confirmed', null, null)
) as r(country, channel, way, business, list_name);

create temp table advertising as
-- marketing and feedback: one way in each country that counts.
with ruled as (
    select p.*, case when p.country in ('DE', 'AT', 'CH', 'NO', 'SE', 'DK') then p.country else '*' end as rules
    from place as p
),
tried as (
    select
        s.customer_id, s.record_id, s.channel, s.identifier, s.purpose, p.country,
        max(case
            when r.way is null then 0
            when r.way in ('granted', 'confirmed', 'granted number', 'confirmed number', 'presumed') then
                case when s.said_yes
                    and (s.is_fresh or s.channel = 'post')
                    and (s.yes = 'confirmed' or r.way not like 'confirmed%')
                    and (r.way not like '%number' or s.proves_number)
                    and (r.way <> 'presumed' or s.proves_number or s.is_presumed)
                    then 1 else 0 end
            when s.said_no then 0
            when r.list_name is not null and r.list_name <> 'robinson_de'
                and r.list_name not in (select list_name from usable_list) then 0
            when l.list_name is not null then 0
            when r.way = 'customer' and s.told_at_sale then 1
            when r.way = 'relationship' and s.last_bought_at >= getvariable('as_of') - interval 730 day then 1
            when r.way = 'interest' then 1
            else 0
        end) as is_allowed
    from stands as s
    inner join ruled as p using (customer_id, record_id, channel, identifier)
    left join rule as r
        on r.country = p.rules and r.channel = s.channel and (r.business is null or r.business = s.is_business)
    left join listed as l on l.channel = s.channel and l.identifier = s.identifier and l.list_name = r.list_name
    where s.purpose in ('marketing', 'feedback')
    group by all
)
select customer_id, record_id, channel, identifier, purpose
from tried
group by all
having min(is_allowed) = 1;

-- The person's own matter: an answer on the channel that the person used.

create temp table matter as
select
    e.source || ':' || left(sha256(e.record_table || chr(31) || e.record_key), 16) as record_id,
    e.channel, 'enquiry' as what, e.received_at as moment, e.answered_at is null as is_open
from stage.enquiry as e
where e.received_at <= getvariable('as_of')
union all
select
    q.source || ':' || left(sha256(q.record_table || chr(31) || q.record_key), 16) as record_id,
    q.channel, 'quotation', q.quoted_at, q.status = 'open'
from stage.quotation as q
where q.quoted_at <= getvariable('as_of');

create temp table answering as
select distinct s.customer_id, s.record_id, s.channel, s.identifier, s.purpose
from stands as s
inner join matter as m on m.record_id = s.record_id and m.channel = s.channel and m.is_open
where s.purpose = 'enquiry' and not s.said_no;

-- Suppressed whatever the basis: minors, the deceased, test accounts; who objected (advertising), who is restricted.

create temp table objected as
-- A newer confirmed grant for the purpose lifts an objection: given through the record that objected, for the whole
-- person; given through another one, for that record only, or a merge would widen what its parts allow.
with objection as (
    select h.customer_id, s.record_id, max(s.moment) as moment
    from said as s inner join holder as h on h.record_id = s.record_id
    where s.kind = 'person' and s.status = 'objected'
    group by all
),
grants as (
    -- On its own channel only: who wants mails again has not asked for letters.
    select s.record_id, s.channel, s.purpose, max(s.moment) as moment
    from said as s
    where s.status = 'confirmed' and s.evidence is not null
    group by all
)
select distinct w.customer_id, w.record_id, w.channel, w.identifier, w.purpose
from wanted as w
inner join objection as o on o.customer_id = w.customer_id
where w.purpose in ('marketing', 'feedback') and not exists (
    select 1 from grants as g
    where g.record_id in (o.record_id, w.record_id) and g.purpose in (w.purpose, 'all') and g.moment > o.moment
        and g.channel in (w.channel, 'all')
);

create temp table never as
select distinct h.customer_id
from record as r inner join holder as h on h.record_id = r.record_id
where r.is_test or r.is_deceased or r.birth_date > cast(getvariable('as_of') as date) - interval 18 year
union
select h.customer_id
from said as s inner join holder as h on h.record_id = s.record_id
where s.kind = 'person' and s.status = 'restricted';

create temp table allowed as
select a.*
from (from advertising union all from answering) as a
anti join objected using (customer_id, record_id, channel, identifier, purpose)
where a.customer_id not in (select customer_id from never);

-- Segments

create temp table objector as
select distinct h.customer_id
from said as s inner join holder as h on h.record_id = s.record_id
where s.kind = 'person' and s.status = 'objected';

create temp table objecting as
-- Those whose objection stands: no newer confirmed grant through the record that objected.
select distinct h.customer_id
from said as s inner join holder as h on h.record_id = s.record_id
where s.kind = 'person' and s.status = 'objected' and not exists (
    select 1 from said as g
    where g.record_id = s.record_id and g.status = 'confirmed' and g.purpose in ('marketing', 'all')
        and g.evidence is not null and g.moment > s.moment
);

create temp table spender as
select s.customer_id, ntile(5) over (order by s.spend, s.customer_id) as fifth
from spending as s
where s.customer_id not in (select customer_id from objector);

create temp table left_cart as
select distinct h.customer_id
from stage.cart as c
inner join holder as h on h.record_id = c.source || ':' || left(sha256(c.record_table || chr(31) || c.record_key), 16)
where c.completed_at is null
    and c.started_at <= getvariable('as_of') - interval 1 day and c.started_at > getvariable('as_of') - interval 30 day
    and not exists (select 1 from bought as b where b.customer_id = h.customer_id and b.purchased_at >= c.started_at);

create temp table member as
select 'new_customers' as segment, customer_id from spending where first_at >= getvariable('as_of') - interval 60 day
union all
select 'first_time_buyers', customer_id from spending
where purchases = 1 and last_at >= getvariable('as_of') - interval 12 month and not sent_all_back
union all
select 'regulars', customer_id from spending
where purchases >= 3 and last_at >= getvariable('as_of') - interval 180 day and returned / sold < 0.7
union all
select 'lapsed', customer_id from spending where last_at < getvariable('as_of') - interval 365 day
union all
select 'win_back', customer_id from spending
where last_at < getvariable('as_of') - interval 180 day and last_at > getvariable('as_of') - interval 730 day
    and (spend >= 250 or purchases >= 3) and not sent_all_back
union all
select 'cart_abandoners', customer_id from left_cart
union all
select 'full_returners', customer_id from spending where sent_all_back
union all
select distinct 'unanswered_enquirers', h.customer_id
from matter as m inner join holder as h on h.record_id = m.record_id where m.what = 'enquiry' and m.is_open
union all
select distinct 'open_quotations', h.customer_id
from matter as m inner join holder as h on h.record_id = m.record_id where m.what = 'quotation' and m.is_open
union all
select 'loyalty_without_account', h.customer_id
from record as r inner join holder as h on h.record_id = r.record_id
group by h.customer_id having bool_or(r.has_card) and not bool_or(r.is_account)
union all
select 'high_value', s.customer_id
from spender as s inner join spending as m using (customer_id)
where s.fifth = 5 and m.last_at >= getvariable('as_of') - interval 12 month;

-- Who shares a letter box: one household, else the same family name (or company) at the same address.

create temp table household as
with named as (
    select
        c.record_id,
        lower(coalesce(case when p.is_company then p.company_name else p.family_name end, '')) as name,
        c.identifier
    from clean.contact_point as c
    inner join clean.party as p on p.record_id = c.record_id
    where c.kind = 'post'
),
folded as (
    select
        record_id,
        identifier,
        strip_accents(
            replace(replace(replace(replace(replace(replace(name, 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss'), 'æ', 'ae'), 'ø', 'oe')
        ) as name
    from named
)
select
    f.record_id,
    f.identifier,
    coalesce(
        'H' || m.household_id,
        regexp_replace(f.name, '[^a-z0-9]', '', 'g') || '|' || regexp_replace(f.identifier, '^[^|]*\|', '')
    ) as letter_box
from folded as f
inner join holder as o on o.record_id = f.record_id
left join serve.main.household_member as m on m.customer_id = o.customer_id;
