-- One row a purchase with what it came to, of known customers.
--
-- grain: purchase_id
-- column: purchase_id | The purchase. | pseudonym
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: record_id | Record of the buyer. | pseudonym
-- column: source | Silo.
-- column: order_no | The number that people know it by. | pseudonym
-- column: purchased_at | Instant (UTC).
-- column: purchased_on | Local day.
-- column: sales_channel | online, store, phone or office.
-- column: store_id | Store or till.
-- column: status | paid, open, refunded or partly_refunded.
-- column: country | Country of the sale.
-- column: currency | ISO 4217, as sent.
-- column: gross_amount_original | Sold less returned, VAT included, in `currency`.
-- column: gross_amount | Sold less returned, VAT included, in the base currency.
-- column: net_amount | Sold less returned, without VAT, in the base currency.
-- column: sold_net_amount | Sold less discounts, without VAT.
-- column: returned_net_amount | Returned, without VAT, as a positive number.
-- column: last_return_at | Instant of the latest return.
-- column: email | E-mail address given with the purchase. | personal
-- column: notice_shown | The buyer was told of the use for advertising similar goods.
-- column: is_gift | Delivered to somebody else.

with line as (
    select
        purchase_id,
        sum(gross_amount_original) as gross_amount_original,
        sum(gross_amount) as gross_amount,
        sum(net_amount) as net_amount,
        sum(case when kind in ('sale', 'discount') then net_amount else 0 end) as sold_net_amount,
        sum(case when kind = 'return' then -net_amount else 0 end) as returned_net_amount,
        max(case when kind = 'return' then occurred_at end) as last_return_at
    from clean.purchase_line
    where kind in ('sale', 'discount', 'return')
    group by purchase_id
)

select
    p.purchase_id,
    r.customer_id,
    p.record_id,
    p.source,
    p.order_no,
    p.purchased_at,
    p.purchased_on,
    p.sales_channel,
    p.store_id,
    p.status,
    p.country,
    p.currency,
    cast(coalesce(l.gross_amount_original, 0) as decimal(18, 2)) as gross_amount_original,
    cast(coalesce(l.gross_amount, 0) as decimal(18, 2)) as gross_amount,
    cast(coalesce(l.net_amount, 0) as decimal(18, 2)) as net_amount,
    cast(coalesce(l.sold_net_amount, 0) as decimal(18, 2)) as sold_net_amount,
    cast(coalesce(l.returned_net_amount, 0) as decimal(18, 2)) as returned_net_amount,
    l.last_return_at,
    p.email,
    p.notice_shown,
    p.is_gift
from clean.purchase as p
inner join serve.customer_record as r on r.record_id = p.record_id
left join line as l on l.purchase_id = p.purchase_id
