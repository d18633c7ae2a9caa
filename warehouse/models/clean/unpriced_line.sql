-- Lines that no rate was delivered for: rejected from customer value until one is, and counted.
--
-- grain: purchase_id, line_id
-- column: purchase_id | Purchase of the line. | pseudonym
-- column: line_id | The line. | pseudonym
-- column: currency | Currency without a rate.
-- column: occurred_on | Day of the line.

select purchase_id, line_id, currency, occurred_on
from clean.priced_line
where rate is null
