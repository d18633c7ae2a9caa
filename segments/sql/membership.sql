-- The members now; who stays keeps the day on which they entered.
create or replace temp table segment_membership as
select n.segment, n.customer_id, coalesce(o.since_at, $as_of) as since_at
from segment_member as n
left join serve.membership as o on o.segment = n.segment and o.customer_id = n.customer_id
order by n.segment asc, n.customer_id asc
