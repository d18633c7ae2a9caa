"""Pairs of records that share a blocking key."""

import duckdb

from identity.blocking_rules import BLOCKING_RULES
from identity.tables import count


def write_pairs(con: duckdb.DuckDBPyConnection) -> int:
    """Write identity.pair (record_id_l < record_id_r, blocking_rule), each pair once; returns their number.

    Also writes identity.blocking: what each rule made and dropped.
    """
    _write_blocks(con)
    con.execute("""
        create or replace table identity.pair as
        select l.record_id as record_id_l, r.record_id as record_id_r, min(l.rule) as blocking_rule
        from identity.block as l
        inner join identity.block as r on r.rule = l.rule and r.key = l.key and r.record_id > l.record_id
        inner join identity.block_size as s on s.rule = l.rule and s.key = l.key
        where s.records between 2 and s.max_records
        group by l.record_id, r.record_id
        order by record_id_l, record_id_r""")
    con.execute("""
        create or replace table identity.blocking as
        select
            rule,
            sum(case when records <= max_records then records * (records - 1) // 2 else 0 end) as pairs,
            sum(case when records > max_records then 1 else 0 end) as dropped_blocks,
            sum(case when records > max_records then records else 0 end) as dropped_records
        from identity.block_size
        group by rule
        order by rule""")
    return count(con, "identity.pair")


def _write_blocks(con: duckdb.DuckDBPyConnection) -> None:
    keys = " union ".join(
        f"select '{rule.name}' as rule, {rule.key} as key, {rule.max_records} as max_records, record_id"
        f" from identity.party_feature where {rule.key} is not null"
        for rule in BLOCKING_RULES
    )
    con.execute(f"create or replace table identity.block as {keys}")
    con.execute("""
        create or replace table identity.block_size as
        select rule, key, max_records, count(*) as records
        from identity.block
        group by rule, key, max_records""")
