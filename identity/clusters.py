"""Connected components: records joined by any chain of links are one cluster."""

import duckdb


def write_clusters(con: duckdb.DuckDBPyConnection) -> int:
    """Write identity.cluster (record_id, cluster_id): every record, with the smallest record_id of its component.

    Records enter sorted by id, so that the answer does not depend on the order of rows.
    Returns the number of clusters.
    """
    import numpy as np
    import polars as pl
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    con.execute("""
        create or replace temp table numbered_record as
        select record_id, row_number() over (order by record_id) - 1 as number
        from identity.party_key""")
    edges = con.sql("""
        select l.number as l, r.number as r
        from identity.link as e
        inner join numbered_record as l on l.record_id = e.record_id_l
        inner join numbered_record as r on r.record_id = e.record_id_r
        where e.veto is null
        order by 1, 2""").pl()
    ids = con.sql("select record_id from numbered_record order by number").pl()["record_id"]
    joined = coo_matrix(
        (np.ones(len(edges), dtype=np.int8), (edges["l"].to_numpy(), edges["r"].to_numpy())), (len(ids),) * 2
    )
    clusters, labels = connected_components(joined, directed=False)
    # Sorted ids: the first record of a component is its smallest.
    _, first = np.unique(labels, return_index=True)
    found = pl.DataFrame({"record_id": ids, "cluster_id": ids.gather(first[labels])})
    con.register("found_cluster", found)
    con.execute("create or replace table identity.cluster as select record_id, cluster_id from found_cluster")
    con.unregister("found_cluster")
    con.execute("drop table numbered_record")
    return int(clusters)
