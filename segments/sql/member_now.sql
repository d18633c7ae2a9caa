-- Who belongs to a stored segment now: its members, less those who objected where the segment is for marketing
-- (GDPR 21(3): no segments built on the behaviour of who objected).
insert into segment_member
select $segment as segment, q.customer_id
from ({members}) as q
where not $is_marketing or q.customer_id not in (select customer_id from gate_objection where not is_lifted_anywhere)
