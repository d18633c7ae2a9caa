"""What the answer to a question of the review queue would change, and the order that follows from it."""

import duckdb

# So many times more questions than are kept are counted exactly.
_SHORTLIST = 5
_LATEST = """
    select record_id, identifier, channel, purpose, status from (
        select e.record_id, e.identifier, e.channel, e.purpose, e.status,
            row_number() over (
                partition by e.record_id, e.identifier, e.channel, e.purpose
                order by e.occurred_at desc, e.observed_at desc, e.event_id desc) as place
        from serve.consent_event as e
        {only}) as ranked
    where place = 1"""


def write_stakes(con: duckdb.DuckDBPyConnection, at_most: int) -> None:
    """Write serve.review_queue: the `at_most` questions of temp table review_question that would change most."""
    _write_shortlist(con, at_most * _SHORTLIST)
    _write_sides(con)
    _write_statements(con)
    con.execute(f"""
        create or replace table serve.review_queue as
        with one_sided as (
            -- What is said of both sides alike changes nothing.
            select question_no, count(*) as statements from (
                select question_no from side_statement
                group by question_no, identifier, channel, purpose, status
                having count(distinct side) = 1) as s
            group by question_no
        ),
        refusing as (
            select question_no from side_statement
            group by question_no
            having max(case when is_binding and side = 'l' then 1 else 0 end)
                <> max(case when is_binding and side = 'r' then 1 else 0 end)
        ),
        size as (
            select question_no,
                count(distinct case when side = 'l' then record_id end) as records_l,
                count(distinct case when side = 'r' then record_id end) as records_r
            from review_side group by question_no
        ),
        counted as (
            select q.*, z.records_l, z.records_r, coalesce(s.statements, 0) as statements,
                f.question_no is not null as is_refused_by_one,
                case when q.customer_id_l = q.customer_id_r then 1 else 2 end as customers
            from shortlist as q
            inner join size as z on z.question_no = q.question_no
            left join one_sided as s on s.question_no = q.question_no
            left join refusing as f on f.question_no = q.question_no
        ),
        valued as (
            select *, cast(doubt * (customers + statements + places_in_segments) as decimal(12, 3)) as expected_change
            from counted
        )
        select
            row_number() over (order by expected_change desc, match_weight desc, record_id_l, record_id_r) as place,
            kind, record_id_l, record_id_r, customer_id_l, customer_id_r, records_l, records_r,
            match_weight, match_probability, needed_weight, statements, places_in_segments, is_refused_by_one,
            expected_change
        from valued
        order by place
        limit {at_most}""")
    for table in ("shortlist", "review_side", "side_statement"):
        con.execute(f"drop table {table}")


def _write_shortlist(con: duckdb.DuckDBPyConnection, at_most: int) -> None:
    """Temp table shortlist: the questions that can come first, by every statement made, one-sided or not."""
    con.execute(f"""
        create or replace temp table shortlist as
        with said as (
            select r.customer_id, count(*) as statements
            from (select distinct record_id, identifier, channel, purpose from serve.consent_event) as e
            inner join serve.customer_record as r on r.record_id = e.record_id
            group by r.customer_id
        ),
        member as (select customer_id, count(*) as segments from serve.membership group by customer_id),
        counted as (
            select q.* exclude (doubt), cast(round(q.doubt, 4) as decimal(6, 4)) as doubt,
                coalesce(sl.statements, 0) + case when q.part_l is null then coalesce(sr.statements, 0) else 0 end
                    as all_statements,
                coalesce(ml.segments, 0) + case when q.part_l is null then coalesce(mr.segments, 0) else 0 end
                    as places_in_segments
            from review_question as q
            left join said as sl on sl.customer_id = q.customer_id_l
            left join said as sr on sr.customer_id = q.customer_id_r
            left join member as ml on ml.customer_id = q.customer_id_l
            left join member as mr on mr.customer_id = q.customer_id_r
        )
        select * exclude (all_statements),
            row_number() over (order by record_id_l, record_id_r) as question_no
        from (
            select * from counted
            order by doubt * (2 + all_statements + places_in_segments) desc, match_weight desc, record_id_l, record_id_r
            limit {at_most}) as best""")


def _write_sides(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table review_side (question_no, side, record_id): the records of both sides."""
    sides = " union all ".join(
        f"""
        select q.question_no, '{side}' as side, r.record_id
        from shortlist as q
        inner join serve.customer_record as r on r.customer_id = q.customer_id_{side}
        left join identity.review_part as p on p.record_id = r.record_id
        where q.part_{side} is null or p.cluster_id = q.part_{side}"""
        for side in "lr"
    )
    con.execute(f"create or replace temp table review_side as {sides}")


def _write_statements(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table side_statement: what holds now of each side; `is_binding` is a no that binds the whole person."""
    latest = _LATEST.format(only="where e.record_id in (select record_id from review_side)")
    con.execute(f"""
        create or replace temp table side_statement as
        select s.question_no, s.side, n.identifier, n.channel, n.purpose, n.status,
            n.status in ('objected', 'restricted') as is_binding
        from review_side as s
        inner join ({latest}) as n on n.record_id = s.record_id""")
