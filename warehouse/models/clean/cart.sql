-- One row a cart or checkout that was begun by a known person.
--
-- grain: cart_id
-- column: cart_id | source, ':' and a hash of the key. | pseudonym
-- column: source | Silo.
-- column: record_id | Record of the person. | pseudonym
-- column: started_at | Instant (UTC).
-- column: completed_at | When it became an order (UTC); null is abandoned.
-- column: gross_amount | Worth in the base currency; null without a rate.
-- check: started_at is not null

select
    c.source || ':' || left(sha256('cart' || chr(31) || c.cart_key), 16) as cart_id,
    c.source,
    c.source || ':' || left(sha256(c.record_table || chr(31) || c.record_key), 16) as record_id,
    c.started_at,
    c.completed_at,
    cast(round(
        c.gross_amount
        * case when upper(c.currency) = $base_currency then cast(1 as decimal(18, 8)) else r.rate end, 2
    ) as decimal(18, 2)) as gross_amount
from stage.cart as c
left join clean.rate as r
    on r.currency = upper(c.currency)
    and r.valid_on = cast(c.started_at at time zone 'UTC' at time zone $timezone as date)
where c.record_key is not null and c.started_at is not null
