"""The evidence for and against each pair, kept with the snapshot so that `why` answers for the run that made it."""

import duckdb

from identity.comparisons import COMPARISONS, Comparison
from identity.judged import write_customer_judgements
from identity.kept_apart import not_joined_sql

_PAIR = "record_id_l text, record_id_r text"
_SCORE = "match_weight double, match_probability double, needed_weight double"
_FINDINGS = ", ".join(f"words_{c.name} text, weight_{c.name} double" for c in COMPARISONS)
_COLUMNS = {
    "customer_link": f"{_PAIR}, customer_id bigint, origin text, reason text, {_SCORE}, {_FINDINGS}",
    "customer_near_link": (
        f"{_PAIR}, customer_id_l bigint, customer_id_r bigint, kept_apart_by text, reason text, {_SCORE}, {_FINDINGS}"
    ),
}


def write_customer_links(con: duckdb.DuckDBPyConnection, needed_weight: float | None, whole: bool) -> None:
    """Write the evidence of the pairs that this run touched to serve.customer_link and serve.customer_near_link.

    Reads temp tables touched_record, in which deleted records are too, touched_link and touched_customer; rows of other
    customers stay as an earlier run wrote them, unless `whole`.
    customer_link holds every link between two records of one customer:

    | record_id_l | record_id_r | customer_id | origin    | reason                  | match_weight | words_email | …
    |-------------|-------------|-------------|-----------|-------------------------|--------------|-------------|
    | erp:01…     | shop:7a…    | 42          | model     |                         | 21.3         | same e-mail | …
    | erp:01…     | forms:22…   | 42          | judgement | judged to be one person |              |             |

    For each comparison `words_…` says what was found, null where nothing is known, and `weight_…` what it
    counted (log2 odds). customer_near_link holds the pairs that nothing joined directly, and what kept each
    apart: its `weight`, a `rule` about names and dates, the `guard` of whole clusters, or a `person`.
    `needed_weight` is the run's threshold.
    """
    links, owners = "identity.link", "serve.customer_record"
    if not whole:
        links, owners = "touched_link", "link_owner"
        _write_owners(con)
    for table, columns in _COLUMNS.items():
        _make(con, table, columns, whole)
    _insert(con, "customer_link", "customer_id, origin, reason", _joined_sql(links, owners), needed_weight)
    apart = not_joined_sql(links, owners)
    _insert(con, "customer_near_link", "customer_id_l, customer_id_r, kept_apart_by, reason", apart, needed_weight)
    write_customer_judgements(con)


def _joined_sql(links: str, owners: str) -> str:
    """SQL: the pairs of `links` that join two records of one customer, by `owners` (record_id, customer_id)."""
    return f"""
        select
            l.customer_id, e.*,
            coalesce(case when e.origin = 'judgement' then 'judged to be one person' end, e.rule) as reason
        from {links} as e
        inner join {owners} as l on l.record_id = e.record_id_l
        inner join {owners} as r on r.record_id = e.record_id_r and r.customer_id = l.customer_id
        where e.veto is null"""


def _write_owners(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table link_owner (record_id, customer_id): the customers at the ends of touched_link and of judgements."""
    con.execute("""
        create or replace temp table link_owner as
        select record_id, customer_id from serve.customer_record where record_id in (
            select record_id from touched_record
            union select record_id_l from touched_link union select record_id_r from touched_link
            union select record_id_l from identity.verdict union select record_id_r from identity.verdict)""")


def _make(con: duckdb.DuckDBPyConnection, table: str, columns: str, whole: bool) -> None:
    """Make the table anew, or leave the rows of customers that were not touched."""
    if whole:
        con.execute(f"create or replace table serve.{table} ({columns})")
        return
    for column in ("customer_id", "customer_id_l", "customer_id_r"):
        if f"{column} bigint" in columns:
            con.execute(f"delete from serve.{table} where {column} in (select customer_id from touched_customer)")


def _insert(con: duckdb.DuckDBPyConnection, table: str, columns: str, pairs: str, needed_weight: float | None) -> None:
    findings = ", ".join(f"{_words(c)} as words_{c.name}, weight_{c.name}" for c in COMPARISONS)
    con.execute(
        f"""
        insert into serve.{table}
        with pair as ({pairs})
        select record_id_l, record_id_r, {columns}, match_weight, match_probability,
            cast(? as double) as needed_weight, {findings}
        from pair""",
        [needed_weight],
    )


def _words(comparison: Comparison) -> str:
    """SQL: the words of the level that held in `comparison`, null where nothing is known."""
    whens = " ".join(f"when {place} then '{_quoted(level.words)}'" for place, level in enumerate(comparison.levels))
    return f"case level_{comparison.name} {whens} end"


def _quoted(text: str) -> str:
    return text.replace("'", "''")
