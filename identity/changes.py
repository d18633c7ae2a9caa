"""Which records are new, changed or gone since the last run."""

import duckdb

from identity.tables import count


def find_changes(con: duckdb.DuckDBPyConnection, party: str = "clean.party", among: str | None = None) -> int:
    """Write temp table changed_record (record_id, record_no, row_hash, is_gone); returns the number of rows.

    `record_no` is null for a record never seen. Compares `party` with identity.party_key by a hash of the whole
    row: with all of it, or with the records in table `among` (record_id), of which `party` then holds what is left.
    """
    only = f"where p.record_id in (select record_id from {among})" if among else ""
    con.execute(f"""
        create or replace temp table changed_record as
        with present as (select p.record_id, hash(p) as row_hash from {party} as p),
        known as (select p.record_id, p.record_no, p.row_hash from identity.party_key as p {only})
        select
            coalesce(p.record_id, k.record_id) as record_id,
            k.record_no, p.row_hash, p.record_id is null as is_gone
        from present as p
        full outer join known as k on k.record_id = p.record_id
        where p.row_hash is distinct from k.row_hash""")
    return count(con, "changed_record")
