"""From scores, rules and judgements to links: the edges that make customers."""

from collections.abc import Callable

import duckdb

from identity.companies import write_company_links
from identity.judgements import open_judgements, write_judgements
from identity.store import EVIDENCE_COLUMNS, delete_rows_of, rows_of
from identity.tables import count

TOO_WEAK = "weight below the threshold"
"""The veto of a pair that was compared and found too little alike."""


def links_sql(prior_weight: float, match_weight: float, score: str = "identity.score") -> str:
    """SQL: every pair that something speaks for, and what forbids it to join.

    | record_id_l | record_id_r | origin    | match_weight | veto                          |
    |-------------|-------------|-----------|--------------|-------------------------------|
    | erp:01…     | shop:7a…    | model     | 21.3         |                               |
    | erp:01…     | shop:9c…    | model     | 8.9          | clearly different given names |
    | erp:01…     | forms:22…   | judgement |              |                               |

    Reads `score`, identity.verdict and company_link. Only links without a veto join records.
    """
    scores = ", ".join(f"s.{column}" for column in EVIDENCE_COLUMNS)
    nothing = ", ".join(f"null as {column}" for column in EVIDENCE_COLUMNS)
    weight = f"(s.evidence + {prior_weight!r})"
    judged_apart = "case when v.verdict = 'different' then 'judged to be different people' end"
    return f"""
        select
            s.record_no_l, s.record_no_r, s.record_id_l, s.record_id_r,
            case when v.verdict = 'same' then 'judgement' else 'model' end as origin,
            {weight} as match_weight,
            1 / (1 + pow(2, -{weight})) as match_probability,
            case
                when v.verdict = 'different' then 'judged to be different people'
                when v.verdict is not null then null
                when s.veto is not null then s.veto
                when {weight} < {match_weight!r} then '{TOO_WEAK}'
            end as veto,
            null as rule,
            {scores}
        from {score} as s
        left join identity.verdict as v on v.record_no_l = s.record_no_l and v.record_no_r = s.record_no_r
        union all
        select v.record_no_l, v.record_no_r, v.record_id_l, v.record_id_r,
            'judgement' as origin, null as match_weight, null as match_probability, null as veto, null as rule,
            {nothing}
        from identity.verdict as v
        left join identity.score as s on s.record_no_l = v.record_no_l and s.record_no_r = v.record_no_r
        where v.verdict = 'same' and s.record_no_l is null
        union all
        select c.record_no_l, c.record_no_r, c.record_id_l, c.record_id_r,
            'company' as origin, null as match_weight, null as match_probability,
            {judged_apart} as veto, c.reason as rule, {nothing}
        from identity.company_link as c
        left join identity.verdict as v on v.record_no_l = c.record_no_l and v.record_no_r = c.record_no_r
        where v.verdict is distinct from 'same'"""


def update_rules(con: duckdb.DuckDBPyConnection, whole: bool) -> None:
    """Write identity.verdict and identity.company_link.

    Temp table ruled_record (record_no) is whom a change concerns.
    """
    con.execute("create or replace temp table ruled_record (record_no integer)")
    open_judgements(con)
    if whole or _is_anything_judged(con):
        _rewrite(con, "verdict", write_judgements, whole)
    if whole or _concerns_companies(con):
        _rewrite(con, "company_link", write_company_links, whole)


def _rewrite(
    con: duckdb.DuckDBPyConnection, table: str, write: Callable[[duckdb.DuckDBPyConnection], object], whole: bool
) -> None:
    """Call `write`, and add the records of pairs that it made, changed or dropped to ruled_record, unless `whole`."""
    if whole:
        write(con)
        return
    con.execute(f"create or replace temp table rule_before as select * from identity.{table}")
    write(con)
    now, before = f"select * from identity.{table}", "select * from rule_before"
    con.execute(
        f"create or replace temp table moved_rule as (({before}) except ({now})) union all (({now}) except ({before}))"
    )
    con.execute("insert into ruled_record select record_no_l from moved_rule union select record_no_r from moved_rule")


def _is_anything_judged(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether there are judgements, or were in the last run; a whole run makes both tables."""
    return bool(count(con, "identity.judgement") or count(con, "identity.verdict"))


def _concerns_companies(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a changed record is a company, or has an address in a mail domain that a company uses."""
    found = con.execute("""
        select 1
        from (select is_company, email from old_key union all select is_company, email from changed_key) as c
        where c.is_company or split_part(c.email, '@', 2) in (select domain from identity.mail_domain)
        limit 1""").fetchall()
    return bool(found)


def update_links(con: duckdb.DuckDBPyConnection, prior_weight: float, match_weight: float, whole: bool) -> None:
    """Bring identity.link up to date.

    Temp table touched_record (record_no, record_id, is_gone) is every record whose customer may change: all those
    that a changed record is joined to by any chain of links, before or now. Of an increment, temp table touched_link
    holds all their links.
    """
    if whole:
        con.execute(f"create or replace table identity.link as {links_sql(prior_weight, match_weight)}")
        con.execute("""
            create or replace temp table touched_record as
            select record_no, record_id, false as is_gone from identity.party_key""")
        return
    _write_seeds(con)
    con.execute(f"create or replace temp table seed_score as {rows_of('identity.score', 'seed_record')}")
    links = links_sql(prior_weight, match_weight, "seed_score")
    con.execute(f"create or replace temp table seed_link as with made as ({links}) {rows_of('made', 'seed_record')}")
    _write_touched(con)
    con.execute(f"create or replace temp table touched_score as {rows_of('identity.score', 'touched_record')}")
    links = links_sql(prior_weight, match_weight, "touched_score")
    con.execute(
        f"create or replace temp table touched_link as with made as ({links}) {rows_of('made', 'touched_record')}"
    )
    delete_rows_of(con, "identity.link", "touched_record")
    con.execute("insert into identity.link by name select * from touched_link")


def _write_seeds(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
        create or replace temp table seed_record as
        select record_no from changed_no
        union select record_no from rescored_record
        -- A company's golden record may hold a value that became meaningless.
        union select record_no from flipped_holder
        union
        select k.record_no from identity.party_key as k inner join ruled_record as r on r.record_no = k.record_no""")


def _write_touched(con: duckdb.DuckDBPyConnection) -> None:
    """The seeds, those they are linked to now, and all that either was joined to before."""
    con.execute("""
        create or replace temp table touched_record as
        with here as (
            select record_no from seed_record
            union select record_no_l from seed_link where veto is null
            union select record_no_r from seed_link where veto is null
        ),
        reached as (
            select record_no from here
            union
            select record_no from identity.cluster where component in (
                select component from identity.cluster where record_no in (select record_no from here))
        )
        select r.record_no, coalesce(k.record_id, c.record_id) as record_id, k.record_id is null as is_gone
        from reached as r
        left join identity.party_key as k on k.record_no = r.record_no
        left join changed_no as c on c.record_no = r.record_no""")
