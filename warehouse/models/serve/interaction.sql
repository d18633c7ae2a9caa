-- Touches of known customers: web events, e-mails, calls, coupons, prize draws.
--
-- grain: interaction_id
-- column: interaction_id | The touch. | pseudonym
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: record_id | Record of the person. | pseudonym
-- column: source | Silo.
-- column: kind | email_sent, email_clicked, product_viewed, call …
-- column: occurred_at | Instant (UTC).
-- column: subject | Product, campaign, draw or call outcome.
-- column: campaign | Campaign.
-- column: detail | Anything else, short.

select
    i.interaction_id, r.customer_id, i.record_id, i.source, i.kind, i.occurred_at, i.subject, i.campaign, i.detail
from clean.interaction as i
inner join serve.customer_record as r on r.record_id = i.record_id
