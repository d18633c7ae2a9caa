-- One row an order or receipt that was really sold.
--
-- grain: purchase_id
-- column: purchase_id | source, ':' and a hash of the key. | pseudonym
-- column: source | Silo.
-- column: record_id | Record of the buyer; null with an anonymous purchase. | pseudonym
-- column: order_no | The number that people know it by. | pseudonym
-- column: purchased_at | Instant (UTC).
-- column: purchased_on | Local day.
-- column: sales_channel | online, store, phone or office.
-- column: store_id | Store or till.
-- column: status | paid, open, cancelled, refunded or partly_refunded.
-- column: currency | ISO 4217.
-- column: country | Country of the sale.
-- column: email | E-mail address given with the purchase, normalised. | personal
-- column: notice_shown | The buyer was told of the use for advertising similar goods, and how to object.
-- column: is_gift | Delivered to somebody else.
-- column: recipient_name | Delivery name of a gift; never the buyer's. | personal
-- column: recipient_street | Delivery street of a gift. | personal
-- column: recipient_postal_code | Delivery postal code of a gift. | personal
-- column: recipient_city | Delivery city of a gift. | personal
-- column: recipient_country | Delivery country of a gift.
-- check: purchased_at is not null

select
    p.source || ':' || left(sha256('purchase' || chr(31) || p.purchase_key), 16) as purchase_id,
    p.source,
    p.source || ':' || left(sha256(p.record_table || chr(31) || p.record_key), 16) as record_id,
    p.order_no,
    p.purchased_at,
    cast(p.purchased_at at time zone 'UTC' at time zone $timezone as date) as purchased_on,
    coalesce(p.sales_channel, 'online') as sales_channel,
    p.store_id,
    coalesce(p.status, 'paid') as status,
    upper(trim(p.currency)) as currency,
    n.country,
    e.email,
    coalesce(p.notice_shown, false) as notice_shown,
    p.recipient_name is not null as is_gift,
    p.recipient_name,
    p.recipient_street,
    p.recipient_postal_code,
    p.recipient_city,
    p.recipient_country
from stage.purchase as p
left join clean.country_name as n on n.value = lower(trim(p.country))
left join clean.email_value as e on e.raw = p.email
where coalesce(p.status, 'paid') <> 'cancelled' and p.purchased_at is not null
