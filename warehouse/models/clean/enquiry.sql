-- One row an enquiry of a person.
--
-- grain: enquiry_id
-- column: enquiry_id | source, ':' and a hash of the key. | pseudonym
-- column: source | Silo.
-- column: record_id | Record of the person. | pseudonym
-- column: received_at | Instant (UTC).
-- column: channel | email, phone or post: the channel that the person used.
-- column: topic | What it is about.
-- column: asked_for | information, quotation, appointment or call_back.
-- column: answered_at | Instant of the answer (UTC); null is unanswered.
-- column: answer_kind | none, standard or individual.
-- check: received_at is not null

select
    source || ':' || left(sha256('enquiry' || chr(31) || enquiry_key), 16) as enquiry_id,
    source,
    source || ':' || left(sha256(record_table || chr(31) || record_key), 16) as record_id,
    received_at,
    channel,
    topic,
    asked_for,
    answered_at,
    coalesce(answer_kind, 'none') as answer_kind
from stage.enquiry
where received_at is not null
