-- One row a touch: web event, e-mail sent or clicked, call, coupon, prize draw entry.
--
-- grain: interaction_id
-- column: interaction_id | source, ':' and a hash of the key. | pseudonym
-- column: source | Silo.
-- column: record_id | Record of the person; null where a web visitor did it. | pseudonym
-- column: visitor_id | Web visitor: source, ':' and a hash of the id that the silo gave. | pseudonym
-- column: kind | email_sent, email_clicked, product_viewed, call …
-- column: occurred_at | Instant (UTC).
-- column: subject | Product, campaign, draw or call outcome.
-- column: campaign | Campaign.
-- column: detail | Anything else, short.
-- check: occurred_at is not null

select
    source || ':' || left(sha256('interaction' || chr(31) || interaction_key), 16) as interaction_id,
    source,
    source || ':' || left(sha256(record_table || chr(31) || record_key), 16) as record_id,
    source || ':' || left(sha256('visitor' || chr(31) || anonymous_id), 16) as visitor_id,
    kind,
    occurred_at,
    subject,
    campaign,
    detail
from stage.interaction
where occurred_at is not null
