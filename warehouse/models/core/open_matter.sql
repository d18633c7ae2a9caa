-- What waits for each customer: carts left behind, enquiries without an answer, quotations without a follow-up.
--
-- A cart counts as abandoned after one day, for 30 days, while nothing was bought since.
--
-- grain: customer_id
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: open_cart_count | Carts abandoned.
-- column: last_abandoned_cart_at | The latest of them (UTC).
-- column: abandoned_cart_amount | Worth of the latest, in the base currency.
-- column: open_enquiry_count | Enquiries without an answer.
-- column: oldest_open_enquiry_at | The oldest of them (UTC).
-- column: open_quotation_count | Quotations neither won nor lost.
-- column: open_quotation_amount | Their worth, in the base currency.
-- column: oldest_open_quotation_at | The oldest of them (UTC).

with last_purchase as (
    select customer_id, max(purchased_at) as last_purchase_at
    from serve.purchase
    group by customer_id
),

open_cart as (
    select
        r.customer_id,
        c.cart_id,
        c.started_at,
        c.gross_amount,
        row_number() over (partition by r.customer_id order by c.started_at desc, c.cart_id asc) as newest
    from clean.cart as c
    inner join serve.customer_record as r on r.record_id = c.record_id
    left join last_purchase as p on p.customer_id = r.customer_id
    where c.completed_at is null
        and c.started_at <= $as_of - interval 1 day
        and c.started_at > $as_of - interval 30 day
        and (p.last_purchase_at is null or p.last_purchase_at < c.started_at)
),

cart as (
    select
        customer_id,
        count(*) as open_cart_count,
        max(started_at) as last_abandoned_cart_at,
        max(case when newest = 1 then gross_amount end) as abandoned_cart_amount
    from open_cart
    group by customer_id
),

enquiry as (
    select r.customer_id, count(*) as open_enquiry_count, min(e.received_at) as oldest_open_enquiry_at
    from clean.enquiry as e
    inner join serve.customer_record as r on r.record_id = e.record_id
    where e.answered_at is null and e.received_at <= $as_of
    group by r.customer_id
),

quotation as (
    select
        r.customer_id,
        count(*) as open_quotation_count,
        cast(sum(coalesce(q.gross_amount, 0)) as decimal(18, 2)) as open_quotation_amount,
        min(q.quoted_at) as oldest_open_quotation_at
    from clean.quotation as q
    inner join serve.customer_record as r on r.record_id = q.record_id
    where q.status = 'open' and q.quoted_at <= $as_of
    group by r.customer_id
)

select
    k.customer_id,
    coalesce(c.open_cart_count, 0) as open_cart_count,
    c.last_abandoned_cart_at,
    c.abandoned_cart_amount,
    coalesce(e.open_enquiry_count, 0) as open_enquiry_count,
    e.oldest_open_enquiry_at,
    coalesce(q.open_quotation_count, 0) as open_quotation_count,
    q.open_quotation_amount,
    q.oldest_open_quotation_at
from (
    select customer_id from cart
    union
    select customer_id from enquiry
    union
    select customer_id from quotation
) as k
left join cart as c on c.customer_id = k.customer_id
left join enquiry as e on e.customer_id = k.customer_id
left join quotation as q on q.customer_id = k.customer_id
