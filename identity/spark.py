"""Linking on Spark: the statements of a whole run, run on a cluster; the same links and clusters as on DuckDB."""

from typing import TYPE_CHECKING, cast

import duckdb

from identity.config import IdentityConfig
from identity.guard import WEAK_LINK, update_clusters
from identity.keys import keys_sql
from identity.linking import write_links
from identity.model import Model
from identity.spark_tables import SparkTables
from identity.store import rounded_population
from identity.tables import count
from warehouse.db import connect_memory

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What the guard looks at, by its name there: links that join, and the people and judgements at their ends.
_JOINED = "select record_no_l as record_no from identity.link where veto is null"
_LOOKED_AT = {
    "link": "select * from identity.link where veto is null",
    "touched": """
        select k.record_no, k.record_id from identity.party_key as k
        inner join joined_record as j on j.record_no = k.record_no""",
    "party_feature": """
        select f.* from identity.party_feature as f
        inner join joined_record as j on j.record_no = f.record_no""",
    "verdict": "select * from identity.verdict",
}

_LINK = f"""
    select l.* exclude (veto),
        coalesce(l.veto, case when w.record_id_l is not null then '{WEAK_LINK}' end) as veto
    from identity.link as l
    left join weak_link as w on w.record_id_l = l.record_id_l and w.record_id_r = l.record_id_r"""
_CLUSTER = """
    select k.record_id, coalesce(c.cluster_id, k.record_id) as cluster_id
    from identity.party_key as k
    left join guarded_cluster as c on c.record_id = k.record_id"""


def link_on_spark(
    spark: "SparkSession",
    party: str,
    model: Model,
    config: IdentityConfig,
    out: str,
    judgements: str | None = None,
) -> None:
    """Write `out`/link and `out`/cluster as Parquet: identity.link and identity.cluster of a run from nothing.

    `party` is clean.party and `judgements`, if any, identity.judgement: Parquet, where every worker reads it. `out`
    is a folder that every worker may write; `out`/scratch holds the tables in between and may be dropped afterwards.
    The links that join, and the features of their records, have to fit into the memory of the driver.
    """
    tables = SparkTables(spark, f"{out}/scratch")
    con = cast("duckdb.DuckDBPyConnection", tables)
    tables.show("clean.party", party)
    if judgements:
        tables.show("identity.judgement", judgements)
    con.execute(f"""
        create table identity.party_key as
        {keys_sql("clean.party", "monotonically_increasing_id() as record_no")}""")
    con.execute("create temp table old_key as select * from identity.party_key where false")
    population = rounded_population(count(con, "identity.party_key", "not is_company"))
    write_links(con, config, model, population, whole=True)
    match_weight = model.needed_weight(config.match_weight)
    _write_clusters(con, config, match_weight)
    tables.write(_LINK, f"{out}/link")
    tables.write(_CLUSTER, f"{out}/cluster")


def _write_clusters(con: duckdb.DuckDBPyConnection, config: IdentityConfig, match_weight: float) -> None:
    """Tables guarded_cluster (record_id, cluster_id) and weak_link, by DuckDB: a second look at what is joined."""
    con.execute(f"""
        create temp table joined_record as
        {_JOINED} union {_JOINED.replace("_l", "_r")}""")
    with connect_memory() as small:
        small.execute("create schema identity")
        for name, query in _LOOKED_AT.items():
            small.register("collected", con.sql(query).pl())
            table = "temp table touched_record" if name == "touched" else f"table identity.{name}"
            small.execute(f"create {table} as select * from collected")
            small.unregister("collected")
        small.execute("alter table touched_record add column is_gone boolean default false")
        update_clusters(small, config.guard, match_weight, whole=True)
        con.register("guarded_cluster", small.sql("select record_id, cluster_id from identity.cluster").pl())
        weak = f"select record_id_l, record_id_r from identity.link where veto = '{WEAK_LINK}'"
        con.register("weak_link", small.sql(weak).pl())
