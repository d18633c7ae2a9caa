"""Pairs of records that share a blocking key."""

import duckdb

from identity.blocking_rules import BLOCKING_RULES
from identity.tables import count

_NAMES = tuple(dict.fromkeys(rule.name for rule in BLOCKING_RULES))
_MOST = "case rule " + " ".join(f"when {_NAMES.index(r.name)} then {r.max_records}" for r in BLOCKING_RULES) + " end"


def blocks_sql(features: str = "identity.party_feature") -> str:
    """SQL: rule, key and record_no of every block that a record of `features` is in. The key is a hash."""
    return " union all ".join(
        f"select {_NAMES.index(rule.name)}::utinyint as rule, hash('{rule.name}|' || ({rule.key})) as key, record_no"
        f" from {features} where ({rule.key}) is not null"
        for rule in BLOCKING_RULES
    )


def update_pairs(con: duckdb.DuckDBPyConnection, whole: bool) -> None:
    """Bring identity.block up to date and write the pairs to score anew.

    A key shared by more records than its rule allows makes no pairs: they would be most of all and tell least. When a
    key gets so many, or loses them, all its records are scored anew. Temp table rescored_record (record_no) is every
    record whose pairs change; temp table candidate (record_no_l, record_no_r) its pairs, smaller record_id first.
    Of an increment, temp table compared_feature holds the features of these pairs.
    """
    if whole:
        # Sorted, so that the blocks of a few records are found without reading the others.
        con.execute(f"create or replace table identity.block as select * from ({blocks_sql()}) as b order by key")
        con.execute("create or replace temp table rescored_record as select record_no from dirty_record")
    else:
        _update_blocks(con)
    _write_candidates(con, whole)


def blocking_report(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int, int]]:
    """Return by rule: its name, the pairs that it makes, the blocks and the records that are too many."""
    rows = con.execute(f"""
        with size as (select rule, key, count(*) as records from identity.block group by rule, key)
        select
            rule,
            sum(case when records <= {_MOST} then records * (records - 1) // 2 else 0 end),
            sum(case when records > {_MOST} then 1 else 0 end),
            sum(case when records > {_MOST} then records else 0 end)
        from size group by rule order by rule""").fetchall()
    return [(_NAMES[rule], int(pairs), int(blocks), int(records)) for rule, pairs, blocks, records in rows]


def _update_blocks(con: duckdb.DuckDBPyConnection) -> None:
    """Also writes temp table live_row: the rows of identity.block with a key of any of rescored_record."""
    for blocks, features in {"old_block": "feature_before", "fresh_block": "fresh_feature"}.items():
        con.execute(f"""
            create or replace temp table {blocks} as
            select * from ({blocks_sql(features)}) as b where record_no in (select record_no from dirty_record)""")
    con.execute("""
        create or replace temp table row_before as
        select * from identity.block where key in (select key from fresh_block union select key from old_block)""")
    con.execute("""
        create or replace temp table live_row as
        select * from row_before where record_no not in (select record_no from dirty_record)
        union all by name
        select * from fresh_block""")
    con.execute("""
        delete from identity.block
        where key in (select key from old_block) and record_no in (select record_no from dirty_record)""")
    con.execute("insert into identity.block by name select * from fresh_block")
    size = "select rule, key, count(*) as records from {} group by rule, key"
    con.execute(f"""
        create or replace temp table flipped_key as
        select key
        from ({size.format("row_before")}) as b
        inner join ({size.format("live_row")}) as a using (rule, key)
        where (b.records > {_MOST}) <> (a.records > {_MOST})""")
    con.execute("""
        create or replace temp table rescored_record as
        select record_no from dirty_record
        union
        select record_no from live_row where key in (select key from flipped_key)""")
    if count(con, "flipped_key"):
        con.execute("""
            create or replace temp table live_row as
            select * from identity.block where key in (
                select key from identity.block where record_no in (select record_no from rescored_record))""")


def _write_candidates(con: duckdb.DuckDBPyConnection, whole: bool) -> None:
    """Only blocks of two records and more, and of no more than allowed, come to the join."""
    rows = "identity.block" if whole else "live_row"
    con.execute(f"""
        create or replace temp table live_block as
        with size as (
            select rule, key from {rows} as b group by rule, key having count(*) between 2 and {_MOST}
        )
        select b.key, b.record_no from {rows} as b inner join size as s on s.key = b.key and s.rule = b.rule""")
    features = "identity.party_feature" if whole else "compared_feature"
    if not whole:
        # A few pairs are found faster among a few records.
        con.execute(f"""
            create or replace temp table {features} as
            select * from identity.party_feature where record_no in (select record_no from live_block)""")
    pairs = """
        select distinct a.record_no as x, b.record_no as y
        from live_block as a
        inner join live_block as b on b.key = a.key and b.record_no > a.record_no"""
    if not whole:
        pairs += """
        where a.record_no in (select record_no from rescored_record)
            or b.record_no in (select record_no from rescored_record)"""
    con.execute(f"""
        create or replace temp table candidate as
        select
            case when x.record_id < y.record_id then p.x else p.y end as record_no_l,
            case when x.record_id < y.record_id then p.y else p.x end as record_no_r
        from ({pairs}) as p
        inner join {features} as x on x.record_no = p.x
        inner join {features} as y on y.record_no = p.y""")
    con.execute("drop table live_block")
