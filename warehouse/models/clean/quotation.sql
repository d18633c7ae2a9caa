-- One row an offer sent to a person.
--
-- grain: quotation_id
-- column: quotation_id | source, ':' and a hash of the key. | pseudonym
-- column: source | Silo.
-- column: record_id | Record of the person asked. | pseudonym
-- column: quoted_at | Instant it was sent (UTC).
-- column: status | open, won or lost.
-- column: gross_amount | Worth, VAT included, in the base currency; null without a rate.
-- column: channel | email, phone or post: how the person asked.
-- column: followed_up_at | When somebody last followed it up (UTC).
-- check: status in ('open', 'won', 'lost')

select
    q.source || ':' || left(sha256('quotation' || chr(31) || q.quotation_key), 16) as quotation_id,
    q.source,
    q.source || ':' || left(sha256(q.record_table || chr(31) || q.record_key), 16) as record_id,
    q.quoted_at,
    q.status,
    cast(round(
        q.gross_amount
        * case when upper(q.currency) = $base_currency then cast(1 as decimal(18, 8)) else r.rate end, 2
    ) as decimal(18, 2)) as gross_amount,
    coalesce(q.channel, 'email') as channel,
    q.followed_up_at
from stage.quotation as q
left join clean.rate as r
    on r.currency = upper(q.currency)
    and r.valid_on = cast(q.quoted_at at time zone 'UTC' at time zone $timezone as date)
where q.quoted_at is not null
