"""From scores, rules and judgements to links: the edges that make customers."""

import duckdb

from identity.comparisons import COMPARISONS
from identity.tables import count
from identity.veto import VETO

_LEVELS = [f"{part}_{c.name}" for c in COMPARISONS for part in ("level", "weight")]


def write_links(con: duckdb.DuckDBPyConnection, match_weight: float) -> int:
    """Write identity.link: every pair that something speaks for, and what forbids it.

    | record_id_l | record_id_r | origin    | match_weight | veto                          |
    |-------------|-------------|-----------|--------------|-------------------------------|
    | erp:01…     | shop:7a…    | model     | 21.3         |                               |
    | erp:01…     | shop:9c…    | model     | 8.9          | clearly different given names |
    | erp:01…     | forms:22…   | judgement |              |                               |

    Only links without a veto join records. Returns their number.
    """
    scores = ", ".join(f"s.{column}" for column in _LEVELS)
    nothing = ", ".join(f"null as {column}" for column in _LEVELS)
    con.execute(
        f"""
        create or replace table identity.link as
        select
            s.record_id_l, s.record_id_r,
            case when v.verdict = 'same' then 'judgement' else 'model' end as origin,
            s.match_weight, s.match_probability,
            case
                when v.verdict = 'different' then 'judged to be different people'
                when v.verdict is null then {VETO}
            end as veto,
            null as rule,
            {scores}
        from identity.score as s
        inner join identity.party_feature as l on l.record_id = s.record_id_l
        inner join identity.party_feature as r on r.record_id = s.record_id_r
        left join identity.verdict as v on v.record_id_l = s.record_id_l and v.record_id_r = s.record_id_r
        where s.match_weight >= ? or v.verdict = 'same'
        union all
        select v.record_id_l, v.record_id_r, 'judgement' as origin, null as match_weight,
            null as match_probability, null as veto, null as rule, {nothing}
        from identity.verdict as v
        left join identity.score as s on s.record_id_l = v.record_id_l and s.record_id_r = v.record_id_r
        where v.verdict = 'same' and s.record_id_l is null
        union all
        select c.record_id_l, c.record_id_r, 'company' as origin, null as match_weight,
            null as match_probability,
            case when v.verdict = 'different' then 'judged to be different people' end as veto,
            c.reason as rule, {nothing}
        from identity.company_link as c
        left join identity.verdict as v on v.record_id_l = c.record_id_l and v.record_id_r = c.record_id_r
        where v.verdict is distinct from 'same'
        order by record_id_l, record_id_r""",
        [match_weight],
    )
    return count(con, "identity.link", "veto is null")
