-- Quotations to known customers.
--
-- grain: quotation_id
-- column: quotation_id | The quotation. | pseudonym
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: record_id | Record it was made to. | pseudonym
-- column: source | Silo.
-- column: quoted_at | Instant it was sent (UTC).
-- column: status | open, won or lost.
-- column: gross_amount | Worth, VAT included, in the base currency.
-- column: channel | email, phone or post: how the person asked.
-- column: followed_up_at | When somebody last followed it up (UTC).

select
    q.quotation_id,
    r.customer_id,
    q.record_id,
    q.source,
    q.quoted_at,
    q.status,
    q.gross_amount,
    q.channel,
    q.followed_up_at
from clean.quotation as q
inner join serve.customer_record as r on r.record_id = q.record_id
