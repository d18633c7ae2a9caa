-- Whose a web visitor's events are, and when: found by identify events, logins and tagged mail clicks, only with the
-- visitor's consent and while the customer has not refused profiling.
--
-- A visitor whom one customer only ever identified as is that customer, before and after. On a device that more than
-- one used, a visit belongs to whoever identified in it, from one login to the next where two did; all else stays
-- anonymous. A mail may be passed on: a click speaks for its own visit only, and where nobody ever logged in.
--
-- grain: visitor_id, from_at
-- column: visitor_id | Web visitor. | pseudonym
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: record_id | Record by which the visitor was recognised. | pseudonym
-- column: from_at | First moment (UTC).
-- column: until_at | First moment that is no longer theirs (UTC); null while it lasts.
-- column: evidence | one customer only, identified in the visit, or clicked a mail.
-- check: until_at is null or from_at < until_at

with shown as (
    select
        i.visitor_id, r.customer_id, i.record_id, i.occurred_at, i.identification_id,
        i.kind = 'mail_click' as is_click, p.customer_id is not null as is_paused, s.session_no, s.started_at,
        s.until_at
    from clean.visitor_identification as i
    inner join serve.customer_record as r on r.record_id = i.record_id
    inner join clean.visitor_session as s
        on s.visitor_id = i.visitor_id and i.occurred_at >= s.started_at and i.occurred_at < s.until_at
    left join core.profiling_pause as p
        on p.customer_id = r.customer_id and i.occurred_at >= p.from_at
        and (p.until_at is null or i.occurred_at < p.until_at)
),

-- Who refused profiling is not recognised, yet keeps the visits of others on the device from being one person's.
visitor as (
    select
        visitor_id,
        count(distinct case when not is_click then customer_id end) as customers,
        count(case when not is_click then 1 end) as logins
    from shown
    group by visitor_id
),

own as (
    select
        s.visitor_id, s.customer_id, min(s.record_id) as record_id, min(f.started_at) as from_at,
        timestamp '9999-12-31 00:00:00' as until_at, 'one customer only' as evidence
    from shown as s
    inner join visitor as v on v.visitor_id = s.visitor_id and v.customers = 1
    inner join clean.visitor_session as f on f.visitor_id = s.visitor_id
    where not s.is_click and not s.is_paused
    group by s.visitor_id, s.customer_id
),

-- On a shared device: each login that is another's than the one before it in the visit.
turn as (
    select
        s.visitor_id, s.customer_id, s.record_id, s.occurred_at, s.session_no, s.started_at, s.until_at,
        s.identification_id, s.is_paused,
        lag(s.customer_id) over (
            partition by s.visitor_id, s.session_no order by s.occurred_at, s.identification_id
        ) as before_id
    from shown as s
    inner join visitor as v on v.visitor_id = s.visitor_id and v.customers > 1
    where not s.is_click
),

taken as (
    select
        visitor_id, customer_id, record_id, occurred_at, session_no, started_at, until_at, is_paused,
        count(*) over (partition by visitor_id, session_no) as turns,
        lead(occurred_at) over (partition by visitor_id, session_no order by occurred_at, identification_id) as next_at
    from turn
    where before_id is null or before_id <> customer_id
),

in_visit as (
    select
        visitor_id, customer_id, record_id,
        case when turns = 1 then started_at else occurred_at end as from_at,
        coalesce(next_at, until_at) as until_at,
        'identified in the visit' as evidence
    from taken
    where not is_paused
),

by_click as (
    select
        s.visitor_id, min(s.customer_id) as customer_id, min(s.record_id) as record_id,
        min(s.occurred_at) as from_at, max(s.until_at) as until_at, 'clicked a mail' as evidence
    from shown as s
    inner join visitor as v on v.visitor_id = s.visitor_id and v.logins = 0
    group by s.visitor_id, s.session_no
    having count(distinct s.customer_id) = 1
),

found as (
    select visitor_id, customer_id, record_id, from_at, until_at, evidence from own
    union all
    select visitor_id, customer_id, record_id, from_at, until_at, evidence from in_visit where from_at < until_at
    union all
    select visitor_id, customer_id, record_id, from_at, until_at, evidence from by_click
),

-- What is left of the time when the customer's pauses are taken out.
edge as (
    select customer_id, timestamp '1900-01-01 00:00:00' as open_at from (select distinct customer_id from found) as f
    union all
    select customer_id, until_at as open_at from core.profiling_pause where until_at is not null
),

allowed as (
    select
        e.customer_id, e.open_at,
        coalesce(min(p.from_at), timestamp '9999-12-31 00:00:00') as close_at
    from edge as e
    left join core.profiling_pause as p on p.customer_id = e.customer_id and p.from_at >= e.open_at
    group by e.customer_id, e.open_at
)

select
    f.visitor_id,
    f.customer_id,
    f.record_id,
    greatest(f.from_at, a.open_at) as from_at,
    nullif(least(f.until_at, a.close_at), timestamp '9999-12-31 00:00:00') as until_at,
    f.evidence
from found as f
inner join allowed as a on a.customer_id = f.customer_id
where greatest(f.from_at, a.open_at) < least(f.until_at, a.close_at)
