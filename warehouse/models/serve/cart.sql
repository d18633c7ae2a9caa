-- Carts and checkouts of known customers.
--
-- grain: cart_id
-- column: cart_id | The cart. | pseudonym
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: record_id | Record of the person. | pseudonym
-- column: source | Silo.
-- column: started_at | Instant (UTC).
-- column: completed_at | When it became an order (UTC); null is abandoned.
-- column: gross_amount | Worth in the base currency.

select c.cart_id, r.customer_id, c.record_id, c.source, c.started_at, c.completed_at, c.gross_amount
from clean.cart as c
inner join serve.customer_record as r on r.record_id = c.record_id
