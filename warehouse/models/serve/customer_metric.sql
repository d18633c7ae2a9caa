-- The figures of each customer that segments are built on.
--
-- Who objected to marketing gets no lifecycle stage and no scores (GDPR article 21): `objected` instead.
--
-- grain: customer_id
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: kind | person or company.
-- column: country | ISO-2 country.
-- column: age_years | Age in whole years. | personal
-- column: source_count | Silos that know the customer.
-- column: has_account | Has an online account.
-- column: has_card | Holds a loyalty card.
-- column: points_balance | Points on the cards.
-- column: first_purchase_at | First purchase (UTC).
-- column: last_purchase_at | Latest purchase (UTC).
-- column: days_since_last_purchase | Whole days since.
-- column: purchase_count | Orders and receipts.
-- column: store_purchase_count | Those in stores.
-- column: online_purchase_count | Those online.
-- column: net_spend | Sold less returned, all time, without VAT, in the base currency.
-- column: net_spend_365d | The same, of the last 365 days.
-- column: average_net_basket | Sold per purchase, without VAT.
-- column: return_count | Purchases of which something came back.
-- column: return_share | Returned share of what was sold, 0 to 1.
-- column: fully_returned | Bought at least twice and sent everything back.
-- column: open_cart_count | Carts abandoned in the last 30 days.
-- column: last_abandoned_cart_at | The latest of them (UTC).
-- column: abandoned_cart_amount | Worth of the latest, in the base currency.
-- column: open_enquiry_count | Enquiries without an answer.
-- column: oldest_open_enquiry_at | The oldest of them (UTC).
-- column: open_quotation_count | Quotations neither won nor lost.
-- column: open_quotation_amount | Their worth, in the base currency.
-- column: oldest_open_quotation_at | The oldest of them (UTC).
-- column: last_interaction_at | Latest click, visit or call (UTC).
-- column: has_objected | Objected to direct marketing.
-- column: lifecycle_stage | prospect, new, active, regular, lapsing, lapsed or objected.
-- column: recency_score | 1 to 5, 5 for who bought most recently; null for who never bought.
-- column: frequency_score | 1 to 5, 5 for who buys most often.
-- column: monetary_score | 1 to 5, 5 for who spends most.

with objected as (
    select distinct r.customer_id
    from serve.consent_event as e
    inner join serve.customer_record as r on r.record_id = e.record_id
    where e.identifier_kind = 'person' and e.status = 'objected'
),

holding as (
    select
        r.customer_id,
        max(case when p.is_account then 1 else 0 end) as has_account,
        max(case when p.card_no is not null then 1 else 0 end) as has_card
    from clean.party as p
    inner join serve.customer_record as r on r.record_id = p.record_id
    group by r.customer_id
),

points as (
    select r.customer_id, cast(sum(m.points) as decimal(18, 2)) as points_balance
    from clean.loyalty_movement as m
    inner join serve.customer_record as r on r.record_id = m.record_id
    where m.occurred_at <= $as_of and m.kind in ('earned', 'reversed', 'expired', 'spent')
    group by r.customer_id
),

touch as (
    select r.customer_id, max(i.occurred_at) as last_interaction_at
    from clean.interaction as i
    inner join serve.customer_record as r on r.record_id = i.record_id
    where i.occurred_at <= $as_of and i.kind not in ('email_sent', 'email_opened', 'email_bounced')
    group by r.customer_id
),

score as (
    select
        s.customer_id,
        ntile(5) over (order by s.last_purchase_at asc, s.customer_id asc) as recency_score,
        ntile(5) over (order by s.purchase_count asc, s.customer_id asc) as frequency_score,
        ntile(5) over (order by s.net_spend asc, s.customer_id asc) as monetary_score
    from core.purchase_summary as s
    left join objected as o on o.customer_id = s.customer_id
    where o.customer_id is null
),

joined as (
    select
        c.customer_id,
        c.kind,
        c.country,
        case
            when c.birth_date is not null
                then cast(date_diff('year', c.birth_date, cast($as_of as date)) as integer)
                    - case
                        when month(c.birth_date) * 100 + day(c.birth_date)
                            > month(cast($as_of as date)) * 100 + day(cast($as_of as date)) then 1
                        else 0
                    end
        end as age_years,
        c.source_count,
        coalesce(h.has_account, 0) = 1 as has_account,
        coalesce(h.has_card, 0) = 1 as has_card,
        p.points_balance,
        s.first_purchase_at,
        s.last_purchase_at,
        date_diff('day', cast(s.last_purchase_at as date), cast($as_of as date)) as days_since_last_purchase,
        coalesce(s.purchase_count, 0) as purchase_count,
        cast(coalesce(s.store_purchase_count, 0) as bigint) as store_purchase_count,
        cast(coalesce(s.online_purchase_count, 0) as bigint) as online_purchase_count,
        coalesce(s.net_spend, 0) as net_spend,
        coalesce(s.net_spend_365d, 0) as net_spend_365d,
        cast(cast(s.sold_net_amount as double) / s.purchase_count as decimal(18, 2)) as average_net_basket,
        cast(coalesce(s.return_count, 0) as bigint) as return_count,
        cast(
            cast(s.returned_net_amount as double) / nullif(cast(s.sold_net_amount as double), 0) as decimal(9, 4)
        ) as return_share,
        coalesce(s.purchase_count >= 2 and s.kept_purchase_count = 0, false) as fully_returned,
        coalesce(m.open_cart_count, 0) as open_cart_count,
        m.last_abandoned_cart_at,
        m.abandoned_cart_amount,
        coalesce(m.open_enquiry_count, 0) as open_enquiry_count,
        m.oldest_open_enquiry_at,
        coalesce(m.open_quotation_count, 0) as open_quotation_count,
        m.open_quotation_amount,
        m.oldest_open_quotation_at,
        t.last_interaction_at,
        o.customer_id is not null as has_objected,
        f.recency_score,
        f.frequency_score,
        f.monetary_score
    from core.customer as c
    left join holding as h on h.customer_id = c.customer_id
    left join points as p on p.customer_id = c.customer_id
    left join core.purchase_summary as s on s.customer_id = c.customer_id
    left join core.open_matter as m on m.customer_id = c.customer_id
    left join touch as t on t.customer_id = c.customer_id
    left join score as f on f.customer_id = c.customer_id
    left join objected as o on o.customer_id = c.customer_id
)

select
    customer_id,
    kind,
    country,
    age_years,
    source_count,
    has_account,
    has_card,
    points_balance,
    first_purchase_at,
    last_purchase_at,
    days_since_last_purchase,
    purchase_count,
    store_purchase_count,
    online_purchase_count,
    net_spend,
    net_spend_365d,
    average_net_basket,
    return_count,
    return_share,
    fully_returned,
    open_cart_count,
    last_abandoned_cart_at,
    abandoned_cart_amount,
    open_enquiry_count,
    oldest_open_enquiry_at,
    open_quotation_count,
    open_quotation_amount,
    oldest_open_quotation_at,
    last_interaction_at,
    has_objected,
    case
        when has_objected then 'objected'
        when purchase_count = 0 then 'prospect'
        when days_since_last_purchase > 365 then 'lapsed'
        when days_since_last_purchase > 180 then 'lapsing'
        when purchase_count = 1 and days_since_last_purchase <= 90 then 'new'
        when purchase_count >= 3 then 'regular'
        else 'active'
    end as lifecycle_stage,
    recency_score,
    frequency_score,
    monetary_score
from joined
