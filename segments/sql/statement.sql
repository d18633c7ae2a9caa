-- What was ever said about consent, in the snapshot and since. One row a statement; a statement that is
-- neither a grant nor a refusal (requested, unknown, anything unheard of) is `weak`: it changes nothing.
--
-- surely_at is when it was said at the earliest that we can show. A silo that sends states without a time shows a
-- yes that may be years old: only where we saw it change is it newer than what the silo showed before.
create or replace temp table gate_statement as
with heard as (
    select event_id, source, record_id, identifier_kind, identifier, channel, purpose, status,
        coalesce(occurred_at, observed_at) as said_at, observed_at, evidence,
        coalesce(is_state, false) as is_state
    from serve.consent_event
    union all
    select event_id, source, record_id, identifier_kind, identifier, channel, purpose, status,
        coalesce(occurred_at, observed_at) as said_at, observed_at, evidence, false as is_state
    from gate_recent
),

dated as (
    select
        *,
        case
            when is_state and said_at = observed_at then coalesce(
                lag(observed_at) over (
                    partition by is_state, source, record_id, identifier_kind, identifier, channel, purpose
                    order by observed_at asc, event_id asc
                ) + interval 1 microsecond,
                timestamp '0001-01-01'
            )
            else said_at
        end as surely_at
    from heard
)

select
    event_id,
    source,
    case when identifier_kind = 'person' then coalesce(record_id, identifier) else record_id end as record_id,
    identifier_kind,
    identifier,
    channel,
    purpose,
    status,
    said_at,
    surely_at,
    case
        when status in ('granted', 'confirmed') then 'grant'
        when status in ('denied', 'withdrawn', 'objected') then 'denial'
        when status = 'restricted' then 'restriction'
        when status = 'unrestricted' and source = 'desk' then 'release'
        else 'weak'
    end as verdict,
    coalesce(trim(evidence), '') not in ('', '{}', 'null') as has_evidence,
    case
        when status in ('granted', 'confirmed') then coalesce(json_keys(try_cast(evidence as json)), [])
        else []
    end as evidence_keys
from dated
