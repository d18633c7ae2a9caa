-- Grants of this purpose with evidence, of every channel. Those of the decision's own channel are consents and,
-- confirmed, lift an older objection there: who wants mails again has not asked for letters. A grant
-- dated after the decision does not count yet.
create or replace temp table gate_grant as
select
    event_id,
    record_id,
    identifier_kind,
    identifier,
    status,
    said_at as granted_at,
    surely_at,
    evidence_keys,
    channel in ($channel, 'all') as is_on_channel,
    channel in ($channel, 'all') and identifier_kind <> 'person' as is_for_channel
from gate_statement
where verdict = 'grant' and has_evidence and purpose in ($purpose, 'all') and said_at <= $as_of
