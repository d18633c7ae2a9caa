"""Learning a model from data without labels. A command, never part of a run."""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from identity.bad_values import update_bad_values
from identity.blocking import update_pairs
from identity.changes import find_changes
from identity.clusters import label_components
from identity.comparisons import COMPARISONS, Comparison
from identity.config import IdentityConfig
from identity.errors import IdentityError
from identity.expectation import NEVER, learned_m
from identity.features import update_features
from identity.frequencies import update_name_frequencies
from identity.keys import open_keys, update_keys
from identity.model import LevelWeight, Model, read_model, rounded
from identity.name_shares import name_shares
from identity.nonmatches import nonmatch_shares, write_level_samples
from identity.score import scoring_sql
from identity.store import forget, open_store, rounded_population
from identity.tables import count
from identity.threshold import MATCH_WEIGHT, Threshold, chosen_weight, threshold_curve
from identity.veto import VETO

# Pairs that are one person nearly always. They give the first clusters, and stay together in the later ones:
# otherwise values that stand alone, such as a till's card, would be taken for chance.
_CERTAIN = (
    "l.email = r.email and l.nick = r.nick",
    "l.phone = r.phone and l.nick = r.nick",
    # Tills often know no more than the card.
    "l.card = r.card and coalesce(l.nick = r.nick, true)",
    "l.family = r.family and l.nick = r.nick and l.street = r.street and l.house_no = r.house_no",
)
_ROUNDS = 3
# Links from this weight make the clusters that training learns from.
_SURE_WEIGHT = 5.0
# Share of the true pairs that the clusters hold, for the prior.
_RECALL = 0.85
_LEAST_RECORDS = 200


@dataclass(frozen=True)
class Training:
    """A model, and at which threshold it would make how many mistakes on the data that it learned from."""

    model: Model
    pairs: int
    curve: tuple[Threshold, ...]
    labelled: int = 0


def train(
    con: duckdb.DuckDBPyConnection,
    version: str,
    match_weight: float | None = None,
    labels: str | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> Training:
    """Learn a model from clean.party alone, in `con`, whose identity.* it overwrites.

    Starts from clusters of pairs that are certain. Each round counts u among pairs of different clusters, learns m
    by expectation maximisation, and clusters anew with what it learned. `labels` is a table of record_id_l,
    record_id_r, verdict (same or different): with it the threshold is chosen by them, unless `match_weight` says it.
    Raises IdentityError when there is too little to learn from.
    """
    report("matching keys and pairs")
    _prepare(con)
    model = _blank(con, version)
    alike_share = write_level_samples(con, model)
    for number in range(_ROUNDS):
        report(f"learning, round {number + 1} of {_ROUNDS}")
        model = _learned(con, model, nonmatch_shares(con, alike_share))
        _score(con, model)
        _write_clusters(con, f"select * from scored_pair where match_weight >= {_SURE_WEIGHT} and veto is null")
    model = model.model_copy(update={"pairs_per_record": _pairs_per_record(con)})
    report("threshold")
    _score(con, model)
    chosen = chosen_weight(con, labels) if labels and match_weight is None else match_weight
    model = model.model_copy(update={"match_weight": MATCH_WEIGHT if chosen is None else chosen})
    labelled = count(con, labels) if labels else 0
    return Training(model, count(con, "candidate"), threshold_curve(con, model.match_weight), labelled)


def _prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Write features, pairs and the clusters of certain pairs."""
    open_store(con)
    forget(con)
    open_keys(con)
    find_changes(con)
    update_keys(con)
    persons = count(con, "identity.party_key", "not is_company")
    if persons < _LEAST_RECORDS:
        raise IdentityError(
            f"{persons} person records are too few to learn from, at least {_LEAST_RECORDS} are needed. "
            "Use the model that comes with the program."
        )
    update_bad_values(con, IdentityConfig().bad_values, whole=True)
    update_name_frequencies(con, name_shares(con), rounded_population(persons), whole=True)
    update_features(con, whole=True)
    update_pairs(con, whole=True)
    certain = " union ".join(
        "select l.record_no as record_no_l, r.record_no as record_no_r from identity.party_feature as l"
        f" inner join identity.party_feature as r on r.record_no > l.record_no and {rule}"
        for rule in _CERTAIN
    )
    con.execute(f"create or replace temp table certain_pair as {certain}")
    _write_clusters(con, "select * from certain_pair")


def _write_clusters(con: duckdb.DuckDBPyConnection, pairs: str) -> None:
    """Temp table person (record_no, component): who is taken for one person at this stage of training."""
    edges = f"""
        select record_no_l, record_no_r from ({pairs}) as p
        union select record_no_l, record_no_r from certain_pair"""
    label_components(con, "person", "select record_no from identity.party_feature", edges)


def _blank(con: duckdb.DuckDBPyConnection, version: str) -> Model:
    """A model that knows names and values that mean nothing, but no weights."""
    even = {c.name: tuple(LevelWeight(words=level.words, m=0.5, u=0.5) for level in c.levels) for c in COMPARISONS}
    suppressed = con.execute("select kind, count(*) from identity.bad_value group by kind order by kind").fetchall()
    return Model(
        version=version,
        records=count(con, "identity.party_feature"),
        pairs_per_record=0.7,
        match_weight=MATCH_WEIGHT,
        weights=even,
        frequencies=name_shares(con),
        suppressed_values=dict(suppressed),
    )


def _learned(con: duckdb.DuckDBPyConnection, model: Model, u: dict[str, list[float]]) -> Model:
    """Return the model with these u, and m from expectation maximisation.

    What the data don't tell, such as birth dates that nobody asked for, keeps the weights of the shipped model.
    """
    given = {
        c.name: u[c.name] if c.name in u else [level.u for level in _shipped_weights(c, model)] for c in COMPARISONS
    }
    m = learned_m(con, model.prior(model.records), given)
    weights = {
        c.name: _weights(c, m[c.name], u[c.name])
        if c.name in u and any(share > NEVER for share in m[c.name])
        else _shipped_weights(c, model)
        for c in COMPARISONS
    }
    return model.model_copy(update={"weights": weights, "pairs_per_record": _pairs_per_record(con)})


def _weights(comparison: Comparison, m: list[float], u: list[float]) -> tuple[LevelWeight, ...]:
    least = [max(found, level.least_m) for level, found in zip(comparison.levels, m, strict=True)]
    return tuple(
        LevelWeight(words=level.words, m=rounded(found / sum(least)), u=rounded(share))
        for level, found, share in zip(comparison.levels, least, u, strict=True)
    )


def _shipped_weights(comparison: Comparison, model: Model) -> tuple[LevelWeight, ...]:
    found = read_model().at(model.records).weights[comparison.name]
    return tuple(LevelWeight(words=level.words, m=level.m, u=rounded(level.u)) for level in found)


def _score(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Temp table scored_pair (record_no_l, record_no_r, match_weight, veto): the candidates at this size of data."""
    prior_weight = model.prior_weight(model.records)
    con.execute(f"""
        create or replace temp table scored_pair as
        select s.record_no_l, s.record_no_r, s.evidence + {prior_weight!r} as match_weight, {VETO} as veto
        from ({scoring_sql(model, None, "identity.party_feature", "candidate")}) as s
        inner join identity.party_feature as l on l.record_no = s.record_no_l
        inner join identity.party_feature as r on r.record_no = s.record_no_r""")


def _pairs_per_record(con: duckdb.DuckDBPyConnection) -> float:
    pairs = con.execute("""
        select sum(n * (n - 1)) / 2 from (select count(*) as n from person group by component) as sized""").fetchall()
    return rounded(max(float(pairs[0][0] or 0), 1.0) / _RECALL / count(con, "person"))
