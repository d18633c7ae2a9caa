-- Lines of purchases beside the rate and the VAT that turn them into net money of the base currency.
--
-- grain: purchase_id, line_id
-- column: purchase_id | Purchase of the line. | pseudonym
-- column: line_id | source, ':' and a hash of the keys. | pseudonym
-- column: kind | sale, return, discount, shipping, voucher_sale or deposit.
-- column: occurred_at | Instant of the sale or return (UTC).
-- column: occurred_on | Local day.
-- column: article_no | Article number.
-- column: article | Article.
-- column: category | Category of goods.
-- column: quantity | Quantity; negative with returns.
-- column: gross_amount_original | Amount as sent, VAT included, in `currency`.
-- column: currency | ISO 4217.
-- column: vat_rate | VAT in percent.
-- column: rate | Rate of the purchase's day into the base currency, or the latest before it (banks rest on Sundays); for
--   its returns too, so that goods sent back leave nothing; null where none was delivered until that day.
-- check: gross_amount_original is not null

with dated as (
    select
        p.purchase_id,
        l.source || ':' || left(sha256('line' || chr(31) || l.purchase_key || chr(31) || l.line_key), 16) as line_id,
        l.kind,
        coalesce(l.occurred_at, p.purchased_at) as occurred_at,
        coalesce(
            cast(l.occurred_at at time zone 'UTC' at time zone $timezone as date), p.purchased_on
        ) as occurred_on,
        l.article_no,
        l.article,
        nullif(trim(l.category), '') as category,
        l.quantity,
        l.gross_amount as gross_amount_original,
        p.currency,
        p.country,
        p.purchased_on,
        l.vat_rate
    from stage.purchase_line as l
    inner join clean.purchase as p
        on p.purchase_id = l.source || ':' || left(sha256('purchase' || chr(31) || l.purchase_key), 16)
    where l.gross_amount is not null
),

-- The day whose rate holds on each day of purchase.
rated as (
    select d.currency, d.purchased_on, max(r.valid_on) as valid_on
    from (select distinct currency, purchased_on from dated) as d
    inner join clean.rate as r on r.currency = d.currency and r.valid_on <= d.purchased_on
    group by d.currency, d.purchased_on
)

select
    d.purchase_id,
    d.line_id,
    d.kind,
    d.occurred_at,
    d.occurred_on,
    d.article_no,
    d.article,
    d.category,
    d.quantity,
    d.gross_amount_original,
    d.currency,
    coalesce(
        d.vat_rate,
        case d.country
            when 'DE' then 19 when 'AT' then 20 when 'CH' then 8.1 when 'NO' then 25 when 'SE' then 25
            when 'DK' then 25 else 0
        end
    ) as vat_rate,
    case when d.currency = $base_currency then cast(1 as decimal(18, 8)) else r.rate end as rate
from dated as d
left join rated as t on t.currency = d.currency and t.purchased_on = d.purchased_on
left join clean.rate as r on r.currency = t.currency and r.valid_on = t.valid_on
