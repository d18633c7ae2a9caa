-- Times in which a customer's visits may not be joined to the profile: an objection to marketing or profiling, a
-- refusal or withdrawal of profiling, a restriction; until the person, or for a restriction the desk, lifts it.
--
-- grain: customer_id, from_at
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: from_at | Since when (UTC).
-- column: until_at | When it was lifted (UTC); null while it lasts.
-- check: until_at is null or from_at < until_at

with said as (
    select
        r.customer_id, e.record_id, e.occurred_at,
        case
            when e.status = 'objected' and e.purpose in ('marketing', 'profiling', 'all') then 'objection'
            when e.status in ('denied', 'withdrawn') and (
                e.purpose = 'profiling' or (e.identifier_kind = 'person' and e.purpose = 'all')
            ) then 'refusal'
            when e.status = 'restricted' then 'restriction'
            when e.status = 'unrestricted' then 'release'
            when e.status = 'confirmed' and e.purpose = 'profiling' then 'confirmation'
            when e.status = 'granted' and e.purpose = 'profiling' then 'grant'
        end as verdict
    from serve.consent_event as e
    inner join serve.customer_record as r on r.record_id = e.record_id
),

-- Each denial with what first lifts it, on the record that it stands on.
denied as (
    select
        d.customer_id,
        d.occurred_at as from_at,
        coalesce(min(l.occurred_at), timestamp '9999-12-31 00:00:00') as until_at
    from said as d
    left join said as l
        on l.record_id = d.record_id and l.occurred_at > d.occurred_at
        and (
            (d.verdict = 'restriction' and l.verdict = 'release')
            or (d.verdict = 'objection' and l.verdict = 'confirmation')
            or (d.verdict = 'refusal' and l.verdict in ('confirmation', 'grant'))
        )
    where d.verdict in ('objection', 'refusal', 'restriction')
    group by d.customer_id, d.record_id, d.verdict, d.occurred_at
),

-- Those that overlap are one.
reached as (
    select
        customer_id, from_at, until_at,
        max(until_at) over (
            partition by customer_id order by from_at, until_at
            rows between unbounded preceding and 1 preceding
        ) as reached_at
    from denied
),

numbered as (
    select
        customer_id, from_at, until_at,
        sum(case when reached_at is null or from_at > reached_at then 1 else 0 end) over (
            partition by customer_id order by from_at, until_at
            rows between unbounded preceding and current row
        ) as pause_no
    from reached
)

select
    customer_id,
    min(from_at) as from_at,
    nullif(max(until_at), timestamp '9999-12-31 00:00:00') as until_at
from numbered
group by customer_id, pause_no
