"""Records that stand for nobody: test accounts, and the customer that a till books its cash sales on."""

import duckdb

from identity.tables import count

# The reason in data/placeholders.csv by which a name is the till's own.
_TILL = "the customer of the till"


def list_nobody(con: duckdb.DuckDBPyConnection, whole: bool) -> None:
    """Write to identity.bad_value, as kind `record`, the records that stand for nobody, each with the reason.

    | kind   | value    | reason                   | is_placeholder | evidence                                |
    |--------|----------|--------------------------|----------------|-----------------------------------------|
    | record | shop:7a… | test account             | true           | marked by the silo                      |
    | record | pos:01…  | the customer of the till | true           | a name of the till, nothing to reach by |

    A test account has no features, so that nothing joins it but a judgement. The till's customer has lost its name,
    and has no e-mail address, phone or card that could join it.
    """
    flips = count(con, "flipped_value", "kind in ('given_name', 'family_name')")
    # A changed record is looked at again; all are when a name became the till's own, or ceased to be.
    looked_at = "true" if whole or flips else "k.record_no in (select record_no from changed_no)"
    forgotten = "true" if whole or flips else "value in (select record_id from changed_no)"
    con.execute(f"delete from identity.bad_value where kind = 'record' and {forgotten}")
    con.execute(f"""
        insert into identity.bad_value by name
        with till as (
            select kind, value from identity.bad_value where reason = '{_TILL}'
        )
        select
            'record' as kind,
            k.record_id as value,
            case when k.is_test then 'test account' else '{_TILL}' end as reason,
            true as is_placeholder,
            case when k.is_test then 'marked by the silo' else 'a name of the till, nothing to reach by' end as evidence
        from identity.party_key as k
        where {looked_at} and (k.is_test
            or (
                not k.is_company and coalesce(k.email, k.phone, k.phone_2, k.card) is null
                and (
                    k.given in (select value from till where kind = 'given_name')
                    or k.family in (select value from till where kind = 'family_name'))))
        order by k.record_id""")
