"""Which pairs were not joined, and what kept them apart."""

from identity.guard import WEAK_LINK
from identity.links import TOO_WEAK
from identity.store import EVIDENCE_COLUMNS

_SCORED = ", ".join(f"e.{column}" for column in EVIDENCE_COLUMNS)
_UNSCORED = ", ".join(f"null as {column}" for column in EVIDENCE_COLUMNS)


def not_joined_sql(links: str, owners: str) -> str:
    """SQL: the pairs of touched records that are not joined, with what kept each apart.

    `links` are the rows of identity.link with a touched end, `owners` (record_id, customer_id) at least their ends
    and those of judgements. A veto tells of one pair. Where a link without a veto joins nothing, the guard of whole
    clusters has cut it: other records of the two customers contradict each other. Contradictions and judgements stand
    here also where nothing spoke for the pair.
    """
    return f"""
    with contradictory as (
        select
            least(l.customer_id, r.customer_id) as lower_id, greatest(l.customer_id, r.customer_id) as higher_id,
            min(c.reason) as reason
        from identity.contradiction as c
        inner join {owners} as l on l.record_id = c.record_id_l
        inner join {owners} as r on r.record_id = c.record_id_r
        where c.record_id_l in (select record_id from touched_record)
        group by least(l.customer_id, r.customer_id), greatest(l.customer_id, r.customer_id)
    ),
    forbidden as (
        select c.record_id_l, c.record_id_r, c.reason as veto from identity.contradiction as c
        where c.reason <> 'judged to be different people'
            and c.record_id_l in (select record_id from touched_record)
        union all
        select v.record_id_l, v.record_id_r, 'judged to be different people' as veto from identity.verdict as v
        where v.verdict = 'different'
            and (v.record_id_l in (select record_id from touched_record)
                or v.record_id_r in (select record_id from touched_record))
    ),
    pair as (
        select e.record_id_l, e.record_id_r, e.veto, e.match_weight, e.match_probability, {_SCORED}
        from {links} as e
        union all
        select e.record_id_l, e.record_id_r, e.veto, null as match_weight, null as match_probability, {_UNSCORED}
        from forbidden as e
        left join {links} as k on k.record_id_l = e.record_id_l and k.record_id_r = e.record_id_r
        where k.record_id_l is null
    ),
    apart as (
        select p.*, l.customer_id as customer_id_l, r.customer_id as customer_id_r
        from pair as p
        inner join {owners} as l on l.record_id = p.record_id_l
        inner join {owners} as r on r.record_id = p.record_id_r
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
