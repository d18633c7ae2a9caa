"""From clean.party to clusters, by way of what changed: identity.* in the warehouse, in one transaction."""

from dataclasses import dataclass

import duckdb

from identity.bad_values import update_bad_values
from identity.blocking import update_pairs
from identity.changes import find_changes
from identity.config import IdentityConfig
from identity.features import update_features
from identity.frequencies import update_name_frequencies
from identity.guard import update_clusters
from identity.keys import open_keys, update_keys, write_changed_keys
from identity.links import update_links, update_rules
from identity.model import Model
from identity.nobody import list_nobody
from identity.score import update_scores
from identity.store import exists, forget, open_store, read_state, records_of, rounded_population, write_state
from identity.tables import count
from identity.value_holders import open_value_holders, update_value_holders
from warehouse import fingerprint
from warehouse.db import transaction

# Pairs are kept from this much below the threshold: near misses, for `why` and for review.
NEAR = 6.0


@dataclass(frozen=True)
class Linked:
    """What `update_identity` did. `before` and `token` name the state of the clusters before and after; `has_moved`
    tells whether any record's cluster is another one now."""

    before: str | None
    token: str
    whole: bool
    has_moved: bool
    changed: int
    pairs: int
    suppressed: int
    match_weight: float


def update_identity(
    con: duckdb.DuckDBPyConnection, config: IdentityConfig, model: Model, token: str, among: str | None = None
) -> Linked:
    """Bring identity.* up to date with clean.party and identity.judgement, in one transaction.

    Leaves temp table touched_record (record_no, record_id, is_gone): whose customer may have changed.
    """
    with transaction(con):
        open_store(con)
        before = read_state(con, "token")
        if _forget_what_other_code_made(con):
            among = None
        open_keys(con)
        open_value_holders(con)
        party = "clean.party"
        if among:
            party = "told_party"
            con.execute(f"create or replace temp table {party} as {records_of('clean.party', among)}")
        changed = find_changes(con, party, among)
        update_keys(con, party)
        population = rounded_population(count(con, "identity.party_key", "not is_company"))
        whole = _is_new_basis(con, config, model, population)
        # All keys are new in a first run: a copy of them is nothing that anybody asks for.
        is_first = whole and not count(con, "identity.value_holder")
        if not is_first:
            write_changed_keys(con)
        update_value_holders(con, "identity.party_key" if is_first else "changed_key")
        match_weight = model.needed_weight(config.match_weight)
        suppressed, pairs = write_links(con, config, model, population, whole)
        has_moved = update_clusters(con, config.guard, match_weight, whole)
        write_state(con, "token", token)
    return Linked(before, token, whole, has_moved, changed, pairs, suppressed, match_weight)


def write_links(
    con: duckdb.DuckDBPyConnection, config: IdentityConfig, model: Model, population: int, whole: bool
) -> tuple[int, int]:
    """From identity.party_key to identity.link; returns the numbers of suppressed values and of pairs scored.

    The statements of a `whole` run are those of Spark, too.
    """
    suppressed = _prepare(con, config, model, population, whole)
    match_weight, prior_weight = model.needed_weight(config.match_weight), model.prior_weight(population)
    pairs = update_scores(con, model.at(population), min(match_weight, 0) - NEAR - prior_weight, whole)
    update_rules(con, whole)
    update_links(con, prior_weight, match_weight, whole)
    return suppressed, pairs


def prepare(con: duckdb.DuckDBPyConnection, config: IdentityConfig, model: Model) -> None:
    """Write features and, as temp table candidate, the pairs to score, from nothing: for training and measuring."""
    open_store(con)
    forget(con)
    open_keys(con)
    find_changes(con)
    update_keys(con)
    _prepare(con, config, model, rounded_population(count(con, "identity.party_key", "not is_company")), whole=True)


def _prepare(con: duckdb.DuckDBPyConnection, config: IdentityConfig, model: Model, population: int, whole: bool) -> int:
    """From changed keys to temp table candidate; returns the number of suppressed values."""
    suppressed = update_bad_values(con, config.bad_values, whole)
    list_nobody(con, whole)
    update_name_frequencies(con, model.frequencies, population, whole)
    update_features(con, whole)
    update_pairs(con, whole)
    return suppressed


def _forget_what_other_code_made(con: duckdb.DuckDBPyConnection) -> bool:
    code = fingerprint.of_code("identity")
    if read_state(con, "code") == code:
        return False
    forget(con)
    write_state(con, "code", code)
    return True


def _is_new_basis(con: duckdb.DuckDBPyConnection, config: IdentityConfig, model: Model, population: int) -> bool:
    """Whether everything but the keys has to be made anew: another model, other limits, another population."""
    limits = config.model_dump_json(include={"match_weight", "bad_values", "guard"})
    basis = fingerprint.digest([limits, model.model_dump_json(), str(population)])
    if read_state(con, "basis") == basis and exists(con, "cluster"):
        return False
    write_state(con, "basis", basis)
    return True
