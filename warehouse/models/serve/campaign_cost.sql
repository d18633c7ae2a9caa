-- What the ad platforms charged, by campaign and day.
--
-- grain: campaign, platform, spent_on
-- column: campaign | Campaign.
-- column: platform | Ad platform.
-- column: spent_on | Day.
-- column: impressions | Impressions.
-- column: clicks | Clicks.
-- column: cost_original | Cost as charged.
-- column: currency | ISO 4217 of `cost_original`.
-- column: cost | Cost in the base currency.

select campaign, platform, spent_on, impressions, clicks, cost_original, currency, cost
from clean.campaign_cost
