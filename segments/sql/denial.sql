-- The latest refusal of each identifier, for this channel and purpose. It binds all who share the identifier,
-- whatever its date: a date in the future is a wrong clock, not a permission.
create or replace temp table gate_denial as
select identifier, said_at as denied_at
from gate_statement
where verdict = 'denial'
    and identifier_kind <> 'person'
    and (channel in ($channel, 'all') or status = 'objected')
    and (list_contains($denial_purposes, purpose) or (purpose = 'all' and len($denial_purposes) > 0))
qualify row_number() over (partition by identifier order by said_at desc, event_id asc) = 1
