-- What was ever said about consent, in the snapshot and since. One row a statement; a statement that is
-- neither a grant nor a refusal (requested, unknown, anything unheard of) is `weak`: it changes nothing.
create or replace temp table gate_statement as
with heard as (
    select event_id, source, record_id, identifier_kind, identifier, channel, purpose, status,
        coalesce(occurred_at, observed_at) as said_at, evidence
    from serve.consent_event
    union
    select event_id, source, record_id, identifier_kind, identifier, channel, purpose, status,
        coalesce(occurred_at, observed_at) as said_at, evidence
    from gate_recent
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
    case
        when status in ('granted', 'confirmed') then 'grant'
        when status in ('denied', 'withdrawn', 'objected') then 'denial'
        when status = 'restricted' then 'restriction'
        when status = 'unrestricted' and source = 'desk' then 'release'
        else 'weak'
    end as verdict,
    coalesce(trim(evidence), '') not in ('', '{}', 'null') as has_evidence,
    coalesce(json_keys(try_cast(evidence as json)), []) as evidence_keys
from heard
