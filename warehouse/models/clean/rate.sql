-- What one unit of a currency was worth in the base currency, by day.
--
-- grain: currency, valid_on
-- column: currency | ISO 4217.
-- column: valid_on | Day.
-- column: rate | Units of the base currency for one unit.
-- check: rate > 0

select upper(currency) as currency, valid_on, max(rate) as rate
from stage.rate
where rate is not null and valid_on is not null and currency is not null and upper(currency) <> $base_currency
group by upper(currency), valid_on
