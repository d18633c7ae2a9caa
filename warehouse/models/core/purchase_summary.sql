-- What each customer has bought and sent back.
--
-- A cancellation leaves a purchase of nothing sold: it is no purchase.
--
-- grain: customer_id
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: first_purchase_at | First purchase (UTC).
-- column: last_purchase_at | Latest purchase (UTC).
-- column: purchase_count | Orders and receipts.
-- column: store_purchase_count | Those in stores.
-- column: online_purchase_count | Those online.
-- column: net_spend | Sold less returned, all time, without VAT, in the base currency.
-- column: net_spend_365d | The same, purchases of the last 365 days.
-- column: sold_net_amount | Sold, all time, without VAT.
-- column: returned_net_amount | Returned, all time, without VAT.
-- column: return_count | Purchases of which something came back.
-- column: kept_purchase_count | Purchases of which something was kept, told in the money of the purchase: converted
--   line by line, a cent may be left over.
-- check: purchase_count > 0

select
    customer_id,
    min(purchased_at) as first_purchase_at,
    max(purchased_at) as last_purchase_at,
    count(*) as purchase_count,
    sum(case when sales_channel = 'store' then 1 else 0 end) as store_purchase_count,
    sum(case when sales_channel = 'online' then 1 else 0 end) as online_purchase_count,
    cast(sum(net_amount) as decimal(18, 2)) as net_spend,
    cast(
        sum(case when purchased_at > $as_of - interval 365 day then net_amount else 0 end) as decimal(18, 2)
    ) as net_spend_365d,
    cast(sum(sold_net_amount) as decimal(18, 2)) as sold_net_amount,
    cast(sum(returned_net_amount) as decimal(18, 2)) as returned_net_amount,
    sum(case when returned_net_amount > 0 then 1 else 0 end) as return_count,
    sum(case when gross_amount_original > 0 then 1 else 0 end) as kept_purchase_count
from serve.purchase
where sold_net_amount > 0 and purchased_at <= $as_of
group by customer_id
