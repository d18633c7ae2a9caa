-- Who entered a segment and who left it since the last run, with the reason.
insert into serve.membership_event
select
    coalesce(n.segment, o.segment) as segment,
    coalesce(n.customer_id, o.customer_id) as customer_id,
    case when o.customer_id is null then 'entered' else 'left' end as event,
    $as_of as happened_at,
    $run_id as run_id,
    case
        when o.customer_id is null then coalesce(k.description, '')
        when k.segment is null then 'The segment was removed.'
        when c.customer_id is null then 'The customer was merged into another or deleted.'
        when b.customer_id is not null and k.is_marketing then 'Objected to marketing.'
        else 'No longer: ' || k.description
    end as reason
from segment_member as n
full join serve.membership as o on o.segment = n.segment and o.customer_id = n.customer_id
left join segment_known as k on k.segment = coalesce(n.segment, o.segment)
left join serve.customer as c on c.customer_id = o.customer_id
left join (select distinct customer_id from gate_objection where not is_lifted_anywhere) as b
    on b.customer_id = o.customer_id
where n.customer_id is null or o.customer_id is null
order by segment asc, customer_id asc
