-- Every consent, withdrawal, objection and restriction ever heard of. Rows are only ever added.
--
-- Silos that send states get an event when the state changes: a permission that is simply gone was withdrawn.
--
-- append: event_id
-- grain: event_id
-- column: event_id | Hash of the statement, for a state with the day it was seen to change. | pseudonym
-- column: source | Silo, or desk for what a person entered here.
-- column: record_id | Record that the statement was made through. | pseudonym
-- column: identifier_kind | email, phone, post or person.
-- column: identifier | Normalised address, number or postal identity; the record_id for a person. | personal
-- column: channel | email, sms, phone, post, ads or all.
-- column: purpose | marketing, ads, profiling, research, prize_draw, feedback or all.
-- column: status | granted, confirmed, requested, unknown, denied, withdrawn, objected or restricted.
-- column: occurred_at | Instant of the statement. Where the silo sends none: of the change that was seen; for a
--   permission that was there at the first look, the record's making, since it may be as old as that and must
--   not outrun a later no.
-- column: observed_at | The run's time when it was first seen.
-- column: evidence | JSON text with what proves it. | personal
-- column: is_state | Derived from a state, not sent as an event.
-- check: observed_at is not null

with last_known as (
    select
        source,
        record_id,
        identifier_kind,
        identifier,
        channel,
        purpose,
        status,
        observed_at,
        row_number() over (
            partition by source, record_id, identifier_kind, identifier, channel, purpose
            order by observed_at desc, occurred_at desc, event_id desc
        ) as newest
    from serve.consent_event
    where is_state
),

changed as (
    select
        c.*,
        case
            when k.status is null and c.status in ('granted', 'confirmed')
                then coalesce(p.created_at, timestamp '1970-01-01 00:00:00')
            else $as_of
        end as seen_at,
        -- A no that was not there at the last look is newer than that look, whatever old date still stands by it.
        k.status is not null
        and c.status not in ('granted', 'confirmed')
        and coalesce(c.occurred_at <= k.observed_at, true) as is_news,
        case
            when c.status = 'unknown' and k.status in ('granted', 'confirmed') then 'withdrawn' else c.status
        end as new_status
    from clean.consent_event as c
    left join last_known as k
        on k.newest = 1
        and k.source = c.source
        and k.record_id = c.record_id
        and k.identifier_kind = c.identifier_kind
        and k.identifier = c.identifier
        and k.channel = c.channel
        and k.purpose = c.purpose
    left join clean.party as p on p.record_id = c.record_id
    where c.is_state
        and (k.status is null or k.status <> c.status)
        and not (c.status = 'unknown' and coalesce(k.status, '') = 'withdrawn')
)

select
    statement_id as event_id,
    source,
    record_id,
    identifier_kind,
    identifier,
    channel,
    purpose,
    status,
    coalesce(occurred_at, $as_of) as occurred_at,
    $as_of as observed_at,
    evidence,
    false as is_state
from clean.consent_event
where not is_state
union all
select
    event_id,
    source,
    record_id,
    identifier_kind,
    identifier,
    channel,
    purpose,
    status,
    occurred_at,
    observed_at,
    evidence,
    false as is_state
from state.consent_event
union all
select
    sha256(statement_id || chr(31) || cast($as_of as text)) as event_id,
    source,
    record_id,
    identifier_kind,
    identifier,
    channel,
    purpose,
    new_status as status,
    case when is_news then $as_of else coalesce(occurred_at, seen_at) end as occurred_at,
    $as_of as observed_at,
    evidence,
    true as is_state
from changed
