-- Lines of the purchases of known customers.
--
-- grain: purchase_id, line_id
-- column: purchase_id | Purchase of the line. | pseudonym
-- column: line_id | The line. | pseudonym
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: kind | sale, return, discount, shipping, voucher_sale or deposit.
-- column: occurred_at | Instant of the sale or return (UTC).
-- column: occurred_on | Local day.
-- column: article_no | Article number.
-- column: article | Article.
-- column: category | Category of goods.
-- column: quantity | Quantity; negative with returns.
-- column: gross_amount | VAT included, in the base currency.
-- column: net_amount | Without VAT, in the base currency.

select
    l.purchase_id,
    l.line_id,
    p.customer_id,
    l.kind,
    l.occurred_at,
    l.occurred_on,
    l.article_no,
    l.article,
    l.category,
    l.quantity,
    l.gross_amount,
    l.net_amount
from clean.purchase_line as l
inner join serve.purchase as p on p.purchase_id = l.purchase_id
