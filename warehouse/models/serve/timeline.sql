-- What happened with each customer, in one list. Web events are gathered by day and kind.
--
-- grain: customer_id, happened_at, kind, event_id
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: event_id | Id of the purchase, enquiry … behind the row. | pseudonym
-- column: happened_at | Instant (UTC).
-- column: kind | purchase, return, enquiry, answer, quotation, cart, consent, call, email_clicked, …
-- column: source | Silo.
-- column: title | What happened, in words.
-- column: amount | Money that goes with it, VAT included, in the base currency.
-- column: detail | Anything else, short. | personal

with event as (
    select customer_id, purchase_id as event_id, purchased_at as happened_at, 'purchase' as kind, source,
        case sales_channel when 'store' then 'Bought in store' when 'phone' then 'Ordered by phone'
            when 'office' then 'Ordered through the office' else 'Ordered online' end as title,
        gross_amount as amount,
        concat_ws(' · ', order_no, case when is_gift then 'gift to another address' end) as detail
    from serve.purchase
    union all
    select customer_id, purchase_id || ':return' as event_id, last_return_at as happened_at, 'return' as kind, source,
        'Sent goods back' as title, cast(-returned_net_amount as decimal(18, 2)) as amount, order_no as detail
    from serve.purchase
    where returned_net_amount > 0 and last_return_at is not null
    union all
    select customer_id, enquiry_id as event_id, received_at as happened_at, 'enquiry' as kind, source,
        'Asked: ' || coalesce(topic, 'no topic') as title, cast(null as decimal(18, 2)) as amount, asked_for as detail
    from serve.enquiry
    union all
    select customer_id, enquiry_id || ':answer' as event_id, answered_at as happened_at, 'answer' as kind, source,
        'Was answered' as title, cast(null as decimal(18, 2)) as amount, answer_kind as detail
    from serve.enquiry
    where answered_at is not null
    union all
    select customer_id, quotation_id as event_id, quoted_at as happened_at, 'quotation' as kind, source,
        'Quotation sent, ' || status as title, gross_amount as amount, cast(null as text) as detail
    from serve.quotation
    union all
    select customer_id, cart_id as event_id, started_at as happened_at, 'cart' as kind, source,
        case when completed_at is null then 'Left a cart behind' else 'Filled a cart' end as title,
        gross_amount as amount, cast(null as text) as detail
    from serve.cart
    union all
    select r.customer_id, e.event_id, e.occurred_at as happened_at, 'consent' as kind, e.source,
        case e.status when 'confirmed' then 'Consent confirmed' when 'granted' then 'Consent given'
            when 'requested' then 'Consent asked for' when 'withdrawn' then 'Consent withdrawn'
            when 'denied' then 'Consent refused' when 'objected' then 'Objected to marketing'
            when 'restricted' then 'Use restricted' else 'Restriction lifted' end as title,
        cast(null as decimal(18, 2)) as amount,
        concat_ws(' · ', e.channel, e.purpose) as detail
    from serve.consent_event as e
    inner join serve.customer_record as r on r.record_id = e.record_id
    where e.status <> 'unknown'
    union all
    select customer_id, min(interaction_id) as event_id, min(occurred_at) as happened_at, kind, source,
        case kind when 'email_sent' then 'E-mail sent' when 'email_opened' then 'E-mail opened'
            when 'email_clicked' then 'E-mail clicked' when 'email_bounced' then 'E-mail bounced'
            when 'call' then 'Phone call' when 'prize_draw' then 'Entered a prize draw'
            when 'product_viewed' then 'Looked at products' when 'page_viewed' then 'Visited the shop'
            when 'cart_added' then 'Put into the cart' when 'checkout_started' then 'Went to the checkout'
            else replace(kind, '_', ' ') end as title,
        cast(null as decimal(18, 2)) as amount,
        case when count(*) = 1 then max(subject) else cast(count(*) as text) || ' times' end as detail
    from serve.interaction
    group by customer_id, kind, source, cast(occurred_at as date), campaign
)

select customer_id, event_id, happened_at, kind, source, title, amount, detail
from event
