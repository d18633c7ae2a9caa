-- Moments at which a web visitor showed who they are: said so, did something while logged in, or came by the link of a
-- mail that was sent to one person. Only with the visitor's consent to be recognised; without it no silo maps a row.
--
-- grain: identification_id
-- column: identification_id | source, ':' and a hash of the key. | pseudonym
-- column: visitor_id | Web visitor, as in clean.interaction. | pseudonym
-- column: record_id | Record of the person. | pseudonym
-- column: kind | identify, login or mail_click.
-- column: occurred_at | Instant (UTC).
-- check: kind in ('identify', 'login', 'mail_click')
-- check: occurred_at is not null

select
    source || ':' || left(sha256('identification' || chr(31) || identification_key), 16) as identification_id,
    source || ':' || left(sha256('visitor' || chr(31) || anonymous_id), 16) as visitor_id,
    coalesce(record_source, source) || ':' || left(sha256(record_table || chr(31) || record_key), 16) as record_id,
    kind,
    occurred_at
from stage.visitor_identification
where anonymous_id is not null and record_key is not null and occurred_at is not null
