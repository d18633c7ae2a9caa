-- One row a campaign and day of what an ad platform charged.
--
-- grain: campaign, platform, spent_on
-- column: campaign | Campaign.
-- column: platform | Ad platform.
-- column: spent_on | Day.
-- column: impressions | Impressions.
-- column: clicks | Clicks.
-- column: cost_original | Cost as charged.
-- column: currency | ISO 4217 of `cost_original`.
-- column: cost | Cost in the base currency; null without a rate.
-- check: spent_on is not null

select
    c.campaign,
    c.platform,
    c.spent_on,
    c.impressions,
    c.clicks,
    c.cost as cost_original,
    upper(c.currency) as currency,
    cast(round(
        c.cost * case when upper(c.currency) = $base_currency then cast(1 as decimal(18, 8)) else r.rate end, 2
    ) as decimal(18, 2)) as cost
from stage.campaign_cost as c
left join clean.rate as r on r.currency = upper(c.currency) and r.valid_on = c.spent_on
