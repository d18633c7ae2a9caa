"""Connected components: records joined by any chain of links are one cluster."""

import duckdb


def write_components(con: duckdb.DuckDBPyConnection, target: str, records: str, edges: str) -> int:
    """Write `target` (record_id, cluster_id): every record with the smallest record_id of its component.

    `records` is a query of record_id, `edges` one of record_id_l and record_id_r. Returns the number of components.
    """
    con.execute(f"""
        create or replace temp table numbered_record as
        select record_id, row_number() over (order by record_id)::integer as record_no from ({records}) as r""")
    components = label_components(
        con,
        "labelled_record",
        "select record_no from numbered_record",
        f"""
        select l.record_no as record_no_l, r.record_no as record_no_r
        from ({edges}) as e
        inner join numbered_record as l on l.record_id = e.record_id_l
        inner join numbered_record as r on r.record_id = e.record_id_r""",
    )
    con.execute(f"""
        create or replace table {target} as
        with first as (
            select m.component, min(n.record_id) as cluster_id
            from labelled_record as m inner join numbered_record as n on n.record_no = m.record_no
            group by m.component
        )
        select n.record_id, f.cluster_id
        from numbered_record as n
        inner join labelled_record as m on m.record_no = n.record_no
        inner join first as f on f.component = m.component""")
    con.execute("drop table numbered_record")
    con.execute("drop table labelled_record")
    return components


def label_components(con: duckdb.DuckDBPyConnection, target: str, records: str, edges: str) -> int:
    """Write temp table `target` (record_no, component): every record with the smallest record_no of its component.

    `records` is a query of record_no (integer), `edges` one of record_no_l and record_no_r, both among them. Returns
    the number of components.
    """
    import numpy as np
    import polars as pl
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    numbers = np.sort(con.sql(records).pl()["record_no"].to_numpy())
    ends = con.sql(edges).pl()
    places = tuple(np.searchsorted(numbers, ends[side].to_numpy()) for side in ("record_no_l", "record_no_r"))
    graph = coo_matrix((np.ones(len(ends), dtype=np.int8), places), (len(numbers), len(numbers)))
    components, labels = connected_components(graph, directed=False)
    # The numbers are sorted: the first record of a component is its smallest.
    _, first = np.unique(labels, return_index=True)
    component = numbers[first[labels]] if len(numbers) else numbers
    con.register("found_component", pl.DataFrame({"record_no": numbers, "component": component}))
    con.execute(f"create or replace temp table {target} as select record_no, component from found_component")
    con.unregister("found_component")
    return int(components)
