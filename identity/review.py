"""What a person should look at first: the questions whose answers would change most.

A question is one pair of records: are these two one person? Behind it stand two sides, two customers that may
be one or two parts of a customer that may be two people; the answer holds for the whole of both.
"""

import duckdb

from identity.clusters import write_components
from identity.review_stakes import write_stakes
from identity.tables import count

AT_MOST = 1000
# Nobody is asked where fewer than one answer in twenty would change anything.
_LEAST_DOUBT = 0.05
# Weight within which a bond above the threshold is worth a look: odds of 64 to 1 against it being mistaken.
_NEAR = 6
# Customers of more records than this are looked at even where their weakest bond is strong, up to _NEAR_LARGE.
_LARGE = 10
_NEAR_LARGE = 20
# How often a rule about names and dates and the guard were mistaken among simulated people (seed 8, 10,000 of them:
# 13 of 152 and 8 of 12), and a floor for large customers, of which too few were seen.
_DOUBT = {"rule": 0.1, "guard": 0.5, "large": 0.05}


def write_review_queue(con: duckdb.DuckDBPyConnection, at_most: int = AT_MOST) -> int:
    """Write serve.review_queue: the questions of most weight, first things first; returns their number.

    | place | kind | record_id_l | record_id_r | customer_id_l | customer_id_r | statements | places_in_segments | …
    |-------|------|-------------|-------------|---------------|---------------|------------|--------------------|
    | 1     | near | erp:01…     | shop:7a…    | 42            | 77            | 9          | 14                 |
    | 2     | bond | forms:22…   | pos:9c…     | 51            | 51            | 3          | 6                  |

    `kind` says why it is asked: near (a weight just below the threshold), rule (strong, but names or dates clearly
    differ), guard (cut because other records contradict each other), bond (one customer by a single weak bond),
    large (the weakest bond of a customer of very many records). Ordered by `expected_change`: how probable it is
    that the answer changes something, times what it would change (customers, statements about contacting that
    hold for one side only, places in segments). What was judged already, by any records of both sides, is left out.
    Reads serve.customer_record, customer_link, customer_near_link, consent_event, membership, and
    identity.judgement.
    """
    _write_parts(con)
    con.execute(f"""
        create or replace temp table review_question as
        -- A pair that was never scored, only forbidden, has no doubt.
        select * from ({_INSIDE} union all {_BETWEEN}) as q where doubt >= {_LEAST_DOUBT}""")
    _leave_out_judged(con)
    write_stakes(con, at_most)
    for table in ("review_question", "identity.review_part", "review_bond"):
        con.execute(f"drop table {table}")
    return count(con, "serve.review_queue")


def _write_parts(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table review_bond (weak links of customers) and identity.review_part: what hangs together without them."""
    con.execute(f"""
        create or replace temp table review_bond as
        with size as (select customer_id, count(*) as records from serve.customer_record group by customer_id)
        select k.record_id_l, k.record_id_r, k.customer_id, k.match_weight, k.match_probability, k.needed_weight,
            s.records
        from serve.customer_link as k
        inner join size as s on s.customer_id = k.customer_id
        where k.origin = 'model' and k.match_weight < k.needed_weight
            + case when s.records > {_LARGE} then {_NEAR_LARGE} else {_NEAR} end""")
    doubtful = "customer_id in (select customer_id from review_bond)"
    write_components(
        con,
        "identity.review_part",
        f"select record_id from serve.customer_record where {doubtful}",
        f"""
        select k.record_id_l, k.record_id_r
        from serve.customer_link as k
        left join review_bond as b on b.record_id_l = k.record_id_l and b.record_id_r = k.record_id_r
        where b.record_id_l is null and k.{doubtful}""",
    )


_INSIDE = f"""
    select
        case when b.match_weight < b.needed_weight + {_NEAR} then 'bond' else 'large' end as kind,
        b.record_id_l, b.record_id_r, b.customer_id as customer_id_l, b.customer_id as customer_id_r,
        l.cluster_id as part_l, r.cluster_id as part_r, b.match_weight, b.match_probability, b.needed_weight,
        case
            when b.match_weight < b.needed_weight + {_NEAR} then 1 - b.match_probability
            else {_DOUBT["large"]}
        end as doubt
    from review_bond as b
    inner join identity.review_part as l on l.record_id = b.record_id_l
    inner join identity.review_part as r on r.record_id = b.record_id_r and r.cluster_id <> l.cluster_id
    qualify row_number() over (
        partition by least(l.cluster_id, r.cluster_id), greatest(l.cluster_id, r.cluster_id)
        order by b.match_weight desc, b.record_id_l, b.record_id_r) = 1"""
_BETWEEN = f"""
    select
        case when n.kept_apart_by = 'weight' then 'near' else n.kept_apart_by end as kind,
        n.record_id_l, n.record_id_r, n.customer_id_l, n.customer_id_r,
        cast(null as text) as part_l, cast(null as text) as part_r,
        n.match_weight, n.match_probability, n.needed_weight,
        n.match_probability * min(case n.kept_apart_by
            when 'rule' then {_DOUBT["rule"]} when 'guard' then {_DOUBT["guard"]} else 1 end
        ) over (
            partition by least(n.customer_id_l, n.customer_id_r), greatest(n.customer_id_l, n.customer_id_r)) as doubt
    from serve.customer_near_link as n
    where n.customer_id_l <> n.customer_id_r and n.kept_apart_by <> 'person'
    qualify row_number() over (
        partition by least(n.customer_id_l, n.customer_id_r), greatest(n.customer_id_l, n.customer_id_r)
        order by n.match_weight desc, n.record_id_l, n.record_id_r) = 1"""


def _leave_out_judged(con: duckdb.DuckDBPyConnection) -> None:
    """Delete the questions that a person answered, by whatever records of both sides, `unsure` included."""
    con.execute("""
        create or replace temp table judged_side as
        select l.customer_id as customer_id_l, r.customer_id as customer_id_r,
            p.cluster_id as part_l, q.cluster_id as part_r
        from identity.judgement as j
        inner join serve.customer_record as l on l.record_id = j.record_id_l
        inner join serve.customer_record as r on r.record_id = j.record_id_r
        left join identity.review_part as p on p.record_id = j.record_id_l
        left join identity.review_part as q on q.record_id = j.record_id_r""")
    con.execute("""
        delete from review_question as q using judged_side as j
        where q.customer_id_l <> q.customer_id_r
            and least(q.customer_id_l, q.customer_id_r) = least(j.customer_id_l, j.customer_id_r)
            and greatest(q.customer_id_l, q.customer_id_r) = greatest(j.customer_id_l, j.customer_id_r)""")
    con.execute("""
        delete from review_question as q using judged_side as j
        where q.customer_id_l = q.customer_id_r
            and least(q.part_l, q.part_r) = least(j.part_l, j.part_r)
            and greatest(q.part_l, q.part_r) = greatest(j.part_l, j.part_r)""")
    con.execute("drop table judged_side")
