-- One row a movement of points or stamps on a card.
--
-- grain: movement_id
-- column: movement_id | source, ':' and a hash of the key. | pseudonym
-- column: source | Silo.
-- column: record_id | Record of the card's holder. | pseudonym
-- column: card_no | Card number. | personal
-- column: programme | Loyalty or collecting-card programme.
-- column: occurred_at | Instant (UTC).
-- column: kind | earned, reversed, expired, spent, stamped or redeemed.
-- column: points | Points or stamps; negative when taken.
-- check: points is not null

select
    source || ':' || left(sha256('movement' || chr(31) || movement_key), 16) as movement_id,
    source,
    source || ':' || left(sha256(record_table || chr(31) || record_key), 16) as record_id,
    nullif(regexp_replace(upper(card_no), '[^0-9A-Z]', '', 'g'), '') as card_no,
    programme,
    occurred_at,
    kind,
    points
from stage.loyalty_movement
where occurred_at is not null and points is not null
