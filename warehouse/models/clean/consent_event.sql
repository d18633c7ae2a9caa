-- Statements about consents, objections and restrictions as the silos send them, identifiers normalised.
--
-- grain: statement_id
-- column: statement_id | Hash of all that the statement says. | pseudonym
-- column: source | Silo.
-- column: is_state | The silo sends the present state, not an event.
-- column: record_id | Record that the statement was made through. | pseudonym
-- column: identifier_kind | email, phone, post or person.
-- column: identifier | Normalised address, number or postal identity; the record_id for a person. | personal
-- column: channel | email, sms, phone, post, ads or all.
-- column: purpose | marketing, ads, profiling, research, prize_draw, feedback or all.
-- column: status | granted, confirmed, requested, unknown, denied, withdrawn, objected or restricted.
-- column: occurred_at | Instant as sent (UTC); null where the silo sends none.
-- column: evidence | JSON text with what proves it. | personal
-- check: identifier is not null
-- check: identifier_kind in ('email', 'phone', 'post', 'person')
-- check: status in ('granted', 'confirmed', 'requested', 'unknown', 'denied', 'withdrawn', 'objected', 'restricted')

with named as (
    select
        e.source,
        e.event_key,
        coalesce(e.is_state, false) as is_state,
        e.source || ':' || left(sha256(e.record_table || chr(31) || e.record_key), 16) as record_id,
        e.identifier_kind,
        e.identifier as raw,
        e.channel,
        e.purpose,
        e.status,
        e.occurred_at,
        e.evidence
    from stage.consent_event as e
    where e.record_key is not null and e.status is not null
),

-- A number is read with its own record's country, as in clean.party.
homed as (
    select n.*, coalesce(p.country, $country) as country
    from named as n
    left join clean.party as p on p.record_id = n.record_id
),

identified as (
    select
        h.*,
        case h.identifier_kind
            when 'email' then m.email
            when 'phone' then t.phone
            when 'post' then i.identifier
            when 'person' then h.record_id
        end as identifier
    from homed as h
    left join clean.email_value as m on h.identifier_kind = 'email' and m.raw = h.raw
    left join clean.phone_value as t on h.identifier_kind = 'phone' and t.raw = h.raw and t.country = h.country
    left join clean.postal_identity as i
        on h.identifier_kind = 'post' and i.kind = 'record' and i.reference = h.record_id
)

select
    sha256(concat_ws(
        chr(31), source, event_key, record_id, identifier_kind, identifier, channel, purpose, status,
        cast(occurred_at as text)
    )) as statement_id,
    source,
    is_state,
    record_id,
    identifier_kind,
    identifier,
    channel,
    purpose,
    status,
    occurred_at,
    max(evidence) as evidence
from identified
where identifier is not null
group by
    source, event_key, is_state, record_id, identifier_kind, identifier, channel, purpose, status, occurred_at
