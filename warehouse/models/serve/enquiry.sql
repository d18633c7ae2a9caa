-- Enquiries of known customers.
--
-- grain: enquiry_id
-- column: enquiry_id | The enquiry. | pseudonym
-- column: customer_id | Stable id of the customer. | pseudonym
-- column: record_id | Record it was made through. | pseudonym
-- column: source | Silo.
-- column: received_at | Instant (UTC).
-- column: channel | email, phone or post: the channel that the person used.
-- column: topic | What it is about.
-- column: asked_for | information, quotation, appointment or call_back.
-- column: answered_at | Instant of the answer (UTC); null is unanswered.
-- column: answer_kind | none, standard or individual.

select
    e.enquiry_id,
    r.customer_id,
    e.record_id,
    e.source,
    e.received_at,
    e.channel,
    e.topic,
    e.asked_for,
    e.answered_at,
    e.answer_kind
from clean.enquiry as e
inner join serve.customer_record as r on r.record_id = e.record_id
