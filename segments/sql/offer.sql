-- Each basis on which a contact could go out under one country's rules, with its own evidence. Evidence counts
-- only for contact points of the record through which it came, so no merge widens it.
create or replace temp table gate_offer as
with fitting as (
    select
        c.candidate_id, c.record_id, c.identifier, c.held_since, k.country as rule_country,
        r.rule_id, r.basis, r.statuses, r.proof, r.expires_after_months, r.purchased_within_days
    from gate_candidate as c
    inner join gate_candidate_country as k on k.candidate_id = c.candidate_id
    inner join gate_rule as r on r.country = k.country and r.who = c.who
),

last_use as (
    select p.identifier, max(i.occurred_at) as used_at
    from serve.interaction as i
    inner join serve.contact_point as p on p.record_id = i.record_id
    where list_contains($uses, i.kind) and list_contains($kinds, p.kind) and i.occurred_at <= $as_of
        and p.identifier in (select identifier from gate_grant where is_for_channel)
    group by p.identifier
),

consent as (
    select
        f.candidate_id, f.rule_country, f.rule_id, g.granted_at as since, g.surely_at, g.event_id as evidence_id,
        greatest(g.granted_at, u.used_at) as used_at, f.expires_after_months
    from fitting as f
    inner join gate_grant as g on g.record_id = f.record_id and g.identifier = f.identifier and g.is_for_channel
    left join last_use as u on u.identifier = f.identifier
    where f.basis = 'consent'
        and list_contains(f.statuses, g.status)
        and (len(f.proof) = 0 or list_has_any(g.evidence_keys, f.proof))
    qualify row_number() over (
        partition by f.candidate_id, f.rule_country, f.rule_id
            order by g.surely_at desc, g.granted_at desc, g.event_id asc
    ) = 1
),

sale as (
    select p.purchase_id, p.record_id, p.email, p.purchased_at
    from serve.purchase as p
    where p.notice_shown and p.email is not null and p.purchased_at <= $as_of
        -- A sale that was undone, by its status or by what came back, is none.
        and coalesce(p.status, 'paid') not in ('cancelled', 'refunded') and coalesce(p.net_amount, 1) > 0
        and exists (
            select 1 from serve.purchase_line as l
            where l.purchase_id = p.purchase_id and l.kind = 'sale' and list_contains($advertises, lower(l.category))
        )
),

existing_customer as (
    select f.candidate_id, f.rule_country, f.rule_id, s.purchased_at as since, s.purchase_id as evidence_id
    from fitting as f
    inner join sale as s on s.record_id = f.record_id and s.email = f.identifier
    where f.basis = 'existing_customer'
    qualify row_number() over (
        partition by f.candidate_id, f.rule_country, f.rule_id order by s.purchased_at desc, s.purchase_id asc
    ) = 1
),

last_purchase as (
    select record_id, purchase_id, purchased_at
    from serve.purchase
    where purchased_at <= $as_of and coalesce(status, 'paid') <> 'cancelled'
        -- A refund is still news of an order: what was undone ends advertising, not service.
        and (
            len($denial_purposes) = 0
            or (coalesce(status, 'paid') <> 'refunded' and coalesce(net_amount, 1) > 0)
        )
        and record_id in (select record_id from gate_candidate)
    qualify row_number() over (partition by record_id order by purchased_at desc, purchase_id asc) = 1
),

bought as (
    select f.candidate_id, f.rule_country, f.rule_id, b.purchased_at as since, b.purchase_id as evidence_id
    from fitting as f
    inner join last_purchase as b on b.record_id = f.record_id
    where f.purchased_within_days is not null
        and b.purchased_at > $as_of - to_days(cast(f.purchased_within_days as integer))
),

matter as (
    select record_id, enquiry_id as evidence_id, 'enquiry' as evidence_kind, received_at as since
    from serve.enquiry
    where answered_at is null and channel = $channel and received_at <= $as_of
    union all
    select record_id, quotation_id as evidence_id, 'quotation' as evidence_kind, quoted_at as since
    from serve.quotation
    where status = 'open' and channel = $channel and quoted_at <= $as_of
),

enquiry as (
    select f.candidate_id, f.rule_country, f.rule_id, m.since, m.evidence_id, m.evidence_kind
    from fitting as f
    inner join matter as m on m.record_id = f.record_id
    where f.basis = 'enquiry'
    qualify row_number() over (
        partition by f.candidate_id, f.rule_country, f.rule_id order by m.since asc, m.evidence_id asc
    ) = 1
)

select candidate_id, rule_country, rule_id, since, surely_at, 'event' as evidence_kind, evidence_id,
    coalesce(used_at + to_months(cast(expires_after_months as integer)) < $as_of, false) as is_expired, used_at
from consent
union all
select candidate_id, rule_country, rule_id, since, since as surely_at, 'purchase' as evidence_kind, evidence_id, false, null
from existing_customer
union all
select candidate_id, rule_country, rule_id, since, since as surely_at, 'purchase' as evidence_kind, evidence_id, false, null
from bought
union all
select candidate_id, rule_country, rule_id, since, since as surely_at, evidence_kind, evidence_id, false, null
from enquiry
union all
select candidate_id, rule_country, rule_id, held_since as since, held_since as surely_at,
    'record' as evidence_kind, record_id, false, null
from fitting
where basis = 'legitimate_interest' and purchased_within_days is null
