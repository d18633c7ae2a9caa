"""Which pairs were not joined, and what kept them apart."""

from identity.guard import WEAK_LINK
from identity.links import TOO_WEAK
from identity.store import EVIDENCE_COLUMNS

_SCORED = ", ".join(f"e.{column}" for column in EVIDENCE_COLUMNS)
_UNSCORED = ", ".join(f"null as {column}" for column in EVIDENCE_COLUMNS)

# A veto tells of one pair. Where a link without a veto joins nothing, the guard of whole clusters has cut it:
# other records of the two customers contradict each other. Contradictions and judgements stand here also where
# nothing spoke for the pair.
NOT_JOINED = f"""
    with contradictory as (
        select
            least(l.customer_id, r.customer_id) as lower_id, greatest(l.customer_id, r.customer_id) as higher_id,
            min(c.reason) as reason
        from identity.contradiction as c
        inner join touched_record as t on t.record_id = c.record_id_l
        inner join serve.customer_record as l on l.record_id = c.record_id_l
        inner join serve.customer_record as r on r.record_id = c.record_id_r
        group by least(l.customer_id, r.customer_id), greatest(l.customer_id, r.customer_id)
    ),
    forbidden as (
        select c.record_id_l, c.record_id_r, c.reason as veto from identity.contradiction as c
        where c.reason <> 'judged to be different people'
        union all
        select v.record_id_l, v.record_id_r, 'judged to be different people' as veto from identity.verdict as v
        where v.verdict = 'different'
    ),
    -- The ends of a link without a veto are touched together; of a pair with one, perhaps only one of them.
    pair as (
        select e.record_id_l, e.record_id_r, e.veto, e.match_weight, e.match_probability, {_SCORED}
        from identity.link as e
        inner join touched_record as t on t.record_no = e.record_no_l
        union all
        select e.record_id_l, e.record_id_r, e.veto, e.match_weight, e.match_probability, {_SCORED}
        from identity.link as e
        inner join touched_record as t on t.record_no = e.record_no_r
        left join touched_record as other on other.record_no = e.record_no_l
        where other.record_no is null
        union all
        select e.record_id_l, e.record_id_r, e.veto, null as match_weight, null as match_probability, {_UNSCORED}
        from forbidden as e
        left join identity.link as k on k.record_id_l = e.record_id_l and k.record_id_r = e.record_id_r
        where k.record_id_l is null
            and (e.record_id_l in (select record_id from touched_record)
                or e.record_id_r in (select record_id from touched_record))
    ),
    apart as (
        select p.*, l.customer_id as customer_id_l, r.customer_id as customer_id_r
        from pair as p
        inner join serve.customer_record as l on l.record_id = p.record_id_l
        inner join serve.customer_record as r on r.record_id = p.record_id_r
        where p.veto is not null or l.customer_id <> r.customer_id
    )
    select
        a.*,
        case
            when a.veto = '{TOO_WEAK}' then 'weight'
            when a.veto = 'judged to be different people' then 'person'
            when a.veto is null or a.veto = '{WEAK_LINK}' then 'guard'
            else 'rule'
        end as kept_apart_by,
        coalesce(
            a.veto,
            'other records of the two customers contradict each other: ' || c.reason,
            'the guard of whole clusters keeps them apart'
        ) as reason
    from apart as a
    left join contradictory as c
        on c.lower_id = least(a.customer_id_l, a.customer_id_r)
        and c.higher_id = greatest(a.customer_id_l, a.customer_id_r)"""
