"""Connected components: records joined by any chain of links are one cluster."""

import duckdb


def write_components(con: duckdb.DuckDBPyConnection, target: str, records: str, edges: str) -> int:
    """Write `target` (record_id, cluster_id): every record with the smallest record_id of its component.

    `records` is a query of record_id, `edges` one of record_id_l and record_id_r. They enter sorted by
    id, so that the answer does not depend on the order of rows. Returns the number of components.
    """
    import numpy as np
    import polars as pl
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    con.execute(f"""
        create or replace temp table numbered_record as
        select record_id, row_number() over (order by record_id) - 1 as number from ({records}) as r""")
    ends = con.sql(f"""
        select l.number as l, r.number as r
        from ({edges}) as e
        inner join numbered_record as l on l.record_id = e.record_id_l
        inner join numbered_record as r on r.record_id = e.record_id_r
        order by 1, 2""").pl()
    ids = con.sql("select record_id from numbered_record order by number").pl()["record_id"]
    places = (ends["l"].to_numpy(), ends["r"].to_numpy())
    graph = coo_matrix((np.ones(len(ends), dtype=np.int8), places), (len(ids), len(ids)))
    components, labels = connected_components(graph, directed=False)
    # The ids are sorted: the first record of a component is its smallest.
    _, first = np.unique(labels, return_index=True)
    con.register("found_component", pl.DataFrame({"record_id": ids, "cluster_id": ids.gather(first[labels])}))
    con.execute(f"create or replace table {target} as select record_id, cluster_id from found_component")
    con.unregister("found_component")
    con.execute("drop table numbered_record")
    return int(components)


def write_clusters(con: duckdb.DuckDBPyConnection) -> int:
    """Write identity.cluster: the components of the links without a veto; returns their number."""
    return write_components(
        con,
        "identity.cluster",
        "select record_id from identity.party_key",
        "select record_id_l, record_id_r from identity.link where veto is null",
    )
