"""The whole of identity: from clean.party to customers with stable ids."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from identity.bad_values import publish_bad_values, write_bad_values
from identity.blocking import write_pairs
from identity.companies import write_company_links
from identity.config import IdentityConfig
from identity.customer_ids import assign_customer_ids
from identity.evidence import write_customer_links
from identity.frequencies import write_name_frequencies
from identity.guard import write_guarded_clusters
from identity.judgements import write_judgements
from identity.links import write_links
from identity.model import Model, read_model
from identity.normalise import write_features, write_keys
from identity.score import write_scores
from identity.survivorship import write_survivorship
from identity.tables import count


@dataclass(frozen=True)
class IdentityResult:
    """What a run of identity did, in numbers."""

    records: int
    pairs: int
    links: int
    customers: int
    created: int
    merged: int
    split: int
    retired: int
    suppressed_values: int
    recut: int


def resolve(con: duckdb.DuckDBPyConnection, config: IdentityConfig, run_id: str, as_of: datetime) -> IdentityResult:
    """Write the identity.* tables, and to `serve` customer_record, customer_id_history, customer_link and bad_value.

    Reads clean.party and identity.judgement (which may be absent). `serve` must be attached, with the
    tables of the last snapshot, if any.
    """
    model = read_model()
    suppressed, pairs = prepare(con, config, model)
    links, customers, recut = link(con, config, model)
    changes = assign_customer_ids(con, run_id, as_of)
    write_customer_links(con)
    publish_bad_values(con)
    write_survivorship(con, config)
    return IdentityResult(
        records=count(con, "identity.party_key"),
        pairs=pairs,
        links=links,
        customers=customers,
        created=changes.created,
        merged=changes.merged,
        split=changes.split,
        retired=changes.retired,
        suppressed_values=suppressed,
        recut=recut,
    )


def prepare(con: duckdb.DuckDBPyConnection, config: IdentityConfig, model: Model) -> tuple[int, int]:
    """Write features and pairs; returns the number of suppressed values and of pairs."""
    write_keys(con)
    suppressed = write_bad_values(con, config.bad_values)
    write_name_frequencies(con, model.frequencies)
    write_features(con)
    return suppressed, write_pairs(con)


def link(con: duckdb.DuckDBPyConnection, config: IdentityConfig, model: Model) -> tuple[int, int, int]:
    """Write links and clusters; returns the number of links, of clusters and of clusters that were cut."""
    match_weight = model.match_weight if config.match_weight is None else config.match_weight
    write_scores(con, model, min(match_weight, 0))
    write_judgements(con)
    write_company_links(con)
    links = write_links(con, match_weight)
    customers, recut = write_guarded_clusters(con, config.guard, match_weight)
    return links, customers, recut
