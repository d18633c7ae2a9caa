"""The declared rules of the golden record as a table that core.customer reads."""

import duckdb

from identity.config import FIELD_GROUPS, IdentityConfig

_LAST = 1000


def write_survivorship(con: duckdb.DuckDBPyConnection, config: IdentityConfig) -> None:
    """Write identity.survivorship: a row a field and source, with the source's place and the criteria in order.

    | field   | source | source_place | criterion_1 | criterion_2 | criterion_3 | criterion_4 |
    |---------|--------|--------------|-------------|-------------|-------------|-------------|
    | address | erp    | 1            | recency     | source      | frequency   |             |

    A source that no rule names follows after the named ones.
    """
    import polars as pl

    rules = [(field, *_padded(config.rule(field).prefer)) for field in FIELD_GROUPS]
    places = [
        (field, source, place)
        for field in FIELD_GROUPS
        for place, source in enumerate(config.rule(field).sources or config.sources, start=1)
    ]
    names = ("field", "criterion_1", "criterion_2", "criterion_3", "criterion_4")
    con.register("declared_rule", pl.DataFrame(rules, schema=dict.fromkeys(names, pl.String), orient="row"))
    schema = {"field": pl.String, "source": pl.String, "place": pl.Int32}
    con.register("declared_source", pl.DataFrame(places, schema=schema, orient="row"))
    con.execute(f"""
        create or replace table identity.survivorship as
        select r.field, s.source, coalesce(d.place, {_LAST}) as source_place,
            r.criterion_1, r.criterion_2, r.criterion_3, r.criterion_4
        from declared_rule as r
        cross join (select distinct source from clean.party) as s
        left join declared_source as d on d.field = r.field and d.source = s.source
        order by r.field, s.source""")
    con.unregister("declared_rule")
    con.unregister("declared_source")


def _padded(prefer: tuple[str, ...]) -> tuple[str | None, ...]:
    return (*prefer, None, None, None, None)[:4]
