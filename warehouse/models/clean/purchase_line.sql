-- One row a line of an order or receipt, in money of the base currency.
--
-- grain: purchase_id, line_id
-- column: purchase_id | Purchase of the line. | pseudonym
-- column: line_id | The line. | pseudonym
-- column: kind | sale, return, discount, shipping, voucher_sale or deposit.
-- column: occurred_at | Instant of the sale or return (UTC).
-- column: occurred_on | Local day.
-- column: article_no | Article number.
-- column: article | Article.
-- column: category | Category of goods.
-- column: quantity | Quantity; negative with returns.
-- column: gross_amount_original | Amount as sent, VAT included, in `currency`.
-- column: currency | ISO 4217.
-- column: gross_amount | VAT included, in the base currency at the rate of the purchase's day, half up.
-- column: net_amount | Without VAT, in the base currency.
-- check: net_amount is not null

with converted as (
    select
        l.*,
        cast(round(l.gross_amount_original * l.rate, 2) as decimal(18, 2)) as gross_amount
    from clean.priced_line as l
    where l.rate is not null
)

select
    purchase_id,
    line_id,
    kind,
    occurred_at,
    occurred_on,
    article_no,
    article,
    category,
    quantity,
    gross_amount_original,
    currency,
    gross_amount,
    cast(round(cast(gross_amount as double) * 100 / (100 + cast(vat_rate as double)), 2) as decimal(18, 2)) as net_amount
from converted
