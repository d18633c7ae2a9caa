"""Learning the model's weights from data without labels. A command, never part of a run."""

import math
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from identity.clusters import write_components
from identity.comparisons import COMPARISONS
from identity.config import IdentityConfig
from identity.model import LevelWeight, Model
from identity.nonmatches import nonmatch_shares, write_level_samples
from identity.resolve import prepare
from identity.score import open_linker, write_scores
from identity.tables import count
from identity.veto import VETO

if TYPE_CHECKING:
    from splink import Linker

# Pairs that are one person nearly always. They give the first clusters, and stay together in the later ones:
# otherwise values that stand alone, such as a till's card, would be taken for chance.
_CERTAIN = (
    "l.email = r.email and l.nick = r.nick",
    "l.phone = r.phone and l.nick = r.nick",
    # Tills often know no more than the card.
    "l.card = r.card and coalesce(l.nick = r.nick, true)",
    "l.family = r.family and l.nick = r.nick and l.street = r.street and l.house_no = r.house_no",
)
# Blocks for expectation maximisation; each trains the comparisons that it does not use.
_EM_BLOCKS = (
    "l.email = r.email",
    "l.card = r.card",
    "l.given = r.given and l.birth_date = r.birth_date",
    "l.given = r.given and l.family = r.family and l.street = r.street",
)
_EM_PAIRS = 300_000
_ROUNDS = 3
# Links from this weight make the clusters that training learns from.
_SURE_WEIGHT = 5.0
# Share of the true pairs that the clusters hold, for the prior.
_RECALL = 0.85
# Rarer names are left out of the frozen frequencies: too few to tell their share.
_LEAST_SHARE = 0.0001
_LEAST_M = 0.00001
_DIGITS = 6


def train(con: duckdb.DuckDBPyConnection, out: Path, version: str, match_weight: float = 3.5) -> Model:
    """Learn a model from clean.party alone and write it to `out` as JSON.

    Starts from clusters of pairs that are certain. Each round counts u among pairs of different clusters,
    learns m by expectation maximisation, and clusters anew with what it learned. `match_weight` is the
    threshold that runs use: it is chosen by the figures on another seed, not learned.
    """
    model = _blank(version, match_weight)
    _prepare(con, model)
    write_level_samples(con, model)
    for _ in range(_ROUNDS):
        model = _learned(con, model, nonmatch_shares(con))
        _cluster(con, model)
    for table in ("sample_score", "blocked_score", "sure_score", "certain_pair"):
        con.execute(f"drop table identity.{table}")
    model = model.model_copy(
        update={
            "records": count(con, "identity.party_feature"),
            "pairs_per_record": _pairs_per_record(con),
            "frequencies": _frequencies(con),
        }
    )
    out.write_text(model.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return model


def _prepare(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Write features, pairs and the clusters of certain pairs."""
    prepare(con, IdentityConfig(), model)
    certain = " union ".join(
        "select l.record_id as record_id_l, r.record_id as record_id_r from identity.party_feature as l"
        f" inner join identity.party_feature as r on r.record_id > l.record_id and {rule}"
        for rule in _CERTAIN
    )
    con.execute(f"create or replace table identity.certain_pair as {certain}")
    _write_clusters(con, "select record_id_l, record_id_r from identity.certain_pair")


def _write_clusters(con: duckdb.DuckDBPyConnection, edges: str) -> None:
    write_components(con, "identity.cluster", "select record_id from identity.party_key", edges)


def _blank(version: str, match_weight: float) -> Model:
    """A model that knows nothing, to tell levels by."""
    even = {c.name: tuple(LevelWeight(words=level.words, m=0.5, u=0.5) for level in c.levels) for c in COMPARISONS}
    return Model(
        version=version,
        records=1,
        pairs_per_record=0.7,
        match_weight=match_weight,
        weights=even,
        frequencies={},
    )


def _learned(con: duckdb.DuckDBPyConnection, model: Model, u: dict[str, list[float]]) -> Model:
    """Return the model with these u, and m from expectation maximisation."""
    from splink.blocking_rule_library import CustomRule

    u["household"][0] = _same_family(con)
    given = {name: [{"u_probability": share} for share in shares] for name, shares in u.items()}
    given["household"][0]["m_probability"] = _LEAST_M
    prior = model.prior(count(con, "identity.party_feature"))
    with open_linker(con, prior, given) as linker:
        for block in _EM_BLOCKS:
            linker.training.estimate_parameters_using_expectation_maximisation(
                CustomRule(block), max_pairs=_EM_PAIRS, record_sample_proportion=1.0
            )
        m = _trained_m(linker)
    weights = {
        c.name: tuple(
            LevelWeight(words=level.words, m=_rounded(max(m[c.name][place], _LEAST_M)), u=_rounded(u[c.name][place]))
            for place, level in enumerate(c.levels)
        )
        for c in COMPARISONS
    }
    return model.model_copy(update={"weights": weights, "pairs_per_record": _pairs_per_record(con)})


def _trained_m(linker: "Linker") -> dict[str, list[float]]:
    """m by comparison and level; 0 where EM saw none, which the caller raises to the least."""
    settings = linker.misc.save_model_to_json()
    return {
        c["output_column_name"]: [
            float(level.get("m_probability", 0)) for level in c["comparison_levels"] if not level.get("is_null_level")
        ]
        for c in settings["comparisons"]
    }


def _cluster(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    write_scores(con, model, "candidate", "identity.sure_score")
    prior = model.prior(count(con, "identity.party_feature"))
    _write_clusters(
        con,
        f"""
        select s.record_id_l, s.record_id_r
        from identity.sure_score as s
        inner join identity.party_feature as l on l.record_no = s.record_no_l
        inner join identity.party_feature as r on r.record_no = s.record_no_r
        where s.evidence >= {_SURE_WEIGHT - math.log2(prior / (1 - prior))!r} and {VETO} is null"""
        " union select record_id_l, record_id_r from identity.certain_pair",
    )


def _same_family(con: duckdb.DuckDBPyConnection) -> float:
    """Probability that two random people bear one family name."""
    return float(
        con.execute("select sum(frequency * frequency) from identity.name_frequency where kind = 'family'").fetchall()[
            0
        ][0]
    )


def _pairs_per_record(con: duckdb.DuckDBPyConnection) -> float:
    pairs = con.execute("""
        select sum(n * (n - 1)) / 2 from (
            select count(*) as n
            from identity.cluster as c
            inner join identity.party_feature as f on f.record_id = c.record_id
            group by c.cluster_id) as sized""").fetchall()[0][0]
    return _rounded(float(pairs) / _RECALL / count(con, "identity.party_feature"))


def _frequencies(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, float]]:
    rows = con.execute(
        "select kind, value, frequency from identity.name_frequency where frequency >= ? order by kind, value",
        [_LEAST_SHARE],
    ).fetchall()
    return {kind: {value: _rounded(share) for of, value, share in rows if of == kind} for kind in ("family", "given")}


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")
