"""The evidence of each customer's links, kept with the snapshot so that `why` answers for the run that made it."""

import duckdb

from identity.comparisons import COMPARISONS, Comparison


def write_customer_links(con: duckdb.DuckDBPyConnection) -> int:
    """Write serve.customer_link: every link between two records of one customer, with its reasons in words.

    | record_id_l | record_id_r | customer_id | origin | match_weight | reason                             |
    |-------------|-------------|-------------|--------|--------------|------------------------------------|
    | erp:01…     | shop:7a…    | 42          | model  | 21.3         | same e-mail address (+15.8); same… |

    `reason` names the comparisons from the strongest down, with the weight of each (log2 odds).
    Returns the number of links.
    """
    findings = " union all ".join(_finding(c) for c in COMPARISONS)
    con.execute(f"""
        create or replace table serve.customer_link as
        with inside as (
            select e.*, l.customer_id
            from identity.link as e
            inner join serve.customer_record as l on l.record_id = e.record_id_l
            inner join serve.customer_record as r on r.record_id = e.record_id_r and r.customer_id = l.customer_id
            where e.veto is null
        ),
        finding as ({findings}),
        worded as (
            select record_id_l, record_id_r,
                array_to_string(list_transform(
                    list_sort(list({{'rank': -abs(weight), 'words': words, 'weight': weight}})),
                    lambda f: f.words || ' (' || case when f.weight < 0 then '−' else '+' end
                        || cast(abs(f.weight) as decimal(5, 1)) || ')'), '; ') as reason
            from finding
            where words is not null
            group by record_id_l, record_id_r
        )
        select
            i.record_id_l, i.record_id_r, i.customer_id, i.origin,
            i.match_weight, i.match_probability,
            coalesce(
                case when i.origin = 'judgement' then 'judged to be the same person' end, i.rule, w.reason
            ) as reason
        from inside as i
        left join worded as w on w.record_id_l = i.record_id_l and w.record_id_r = i.record_id_r
        order by i.customer_id, i.match_weight desc nulls last, i.record_id_l, i.record_id_r""")
    return int(con.execute("select count(*) from serve.customer_link").fetchall()[0][0])


def level_words(comparison: Comparison) -> str:
    """SQL: the words of the level that held in `comparison`, null where nothing is known."""
    whens = " ".join(f"when {place} then '{_quoted(level.words)}'" for place, level in enumerate(comparison.levels))
    return f"case level_{comparison.name} {whens} end"


def _finding(comparison: Comparison) -> str:
    return (
        f"select record_id_l, record_id_r, {level_words(comparison)} as words,"
        f" cast(weight_{comparison.name} as decimal(9, 4)) as weight from inside"
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''")
