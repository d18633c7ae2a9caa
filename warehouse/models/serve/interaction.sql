-- Touches of known customers: web events, e-mails, calls, coupons, prize draws.
--
-- grain: interaction_id
-- column: interaction_id | The touch. | pseudonym
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: record_id | Record of the person; of a web visitor the one by which they were recognised. | pseudonym
-- column: visitor_id | Web visitor who did it. | pseudonym
-- column: source | Silo.
-- column: kind | email_sent, email_clicked, product_viewed, call …
-- column: occurred_at | Instant (UTC).
-- column: subject | Product, campaign, draw or call outcome.
-- column: campaign | Campaign.
-- column: detail | Anything else, short.

select
    i.interaction_id, r.customer_id, i.record_id, i.visitor_id, i.source, i.kind, i.occurred_at, i.subject,
    i.campaign, i.detail
from clean.interaction as i
inner join serve.customer_record as r on r.record_id = i.record_id
union all
select
    i.interaction_id, v.customer_id, v.record_id, i.visitor_id, i.source, i.kind, i.occurred_at, i.subject,
    i.campaign, i.detail
from clean.interaction as i
inner join serve.visitor_customer as v
    on v.visitor_id = i.visitor_id
    and i.occurred_at >= v.from_at and (v.until_at is null or i.occurred_at < v.until_at)
where i.record_id is null
