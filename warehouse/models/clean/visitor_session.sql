-- Visits of the web visitors who ever showed who they are: events with no more than half an hour between two of them.
--
-- grain: visitor_id, session_no
-- column: visitor_id | Web visitor. | pseudonym
-- column: session_no | The visitor's visits, counted from 1.
-- column: started_at | First event (UTC).
-- column: until_at | Half an hour after the last one (UTC): what comes later is another visit.
-- check: started_at < until_at

with moment as (
    select visitor_id, occurred_at, identification_id as moment_id
    from clean.visitor_identification
    union all
    select i.visitor_id, i.occurred_at, i.interaction_id as moment_id
    from clean.interaction as i
    inner join (select distinct visitor_id from clean.visitor_identification) as v on v.visitor_id = i.visitor_id
),

gap as (
    select
        visitor_id, occurred_at, moment_id,
        lag(occurred_at) over (partition by visitor_id order by occurred_at, moment_id) as before_at
    from moment
),

counted as (
    select
        visitor_id, occurred_at,
        sum(case when before_at is null or occurred_at > before_at + interval '30' minute then 1 else 0 end) over (
            partition by visitor_id order by occurred_at, moment_id
            rows between unbounded preceding and current row
        ) as session_no
    from gap
)

select
    visitor_id,
    session_no,
    min(occurred_at) as started_at,
    max(occurred_at) + interval '30' minute as until_at
from counted
group by visitor_id, session_no
