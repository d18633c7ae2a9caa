-- Movements of points and stamps of known customers.
--
-- grain: movement_id
-- column: movement_id | The movement. | pseudonym
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: card_no | Card number. | personal
-- column: programme | Loyalty or collecting-card programme.
-- column: occurred_at | Instant (UTC).
-- column: kind | earned, reversed, expired, spent, stamped or redeemed.
-- column: points | Points or stamps; negative when taken.

select m.movement_id, r.customer_id, m.card_no, m.programme, m.occurred_at, m.kind, m.points
from clean.loyalty_movement as m
inner join serve.customer_record as r on r.record_id = m.record_id
