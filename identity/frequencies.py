"""How common each name is: the model's frozen shares, and a cautious count for names it does not know."""

import duckdb

# Added to the records when a name is counted in the data at hand: twice in a list of ten proves nothing.
_PSEUDO_RECORDS = 2000


def write_name_frequencies(con: duckdb.DuckDBPyConnection, known: dict[str, dict[str, float]]) -> None:
    """Write identity.name_frequency (kind, value, frequency, elsewhere) for the names in identity.party_key.

    `elsewhere` leaves out one record, so that a record's own odd reading is no proof of itself.
    `known` are the frozen shares, by kind (given, family) and name.
    """
    import polars as pl

    frozen = [(kind, value, share) for kind, names in known.items() for value, share in names.items()]
    schema = {"kind": pl.String, "value": pl.String, "frequency": pl.Float64}
    con.register("frozen_frequency", pl.DataFrame(frozen, schema=schema, orient="row"))
    con.execute(f"""
        create or replace table identity.name_frequency as
        with counted as (
            select 'given' as kind, given as value, count(*) as records
            from identity.party_key where given is not null and not is_company group by given
            union all
            select 'family' as kind, family as value, count(*) as records
            from identity.party_key where family is not null and not is_company group by family
        ),
        everybody as (select count(*) as records from identity.party_key where not is_company)
        select
            coalesce(f.kind, c.kind) as kind,
            coalesce(f.value, c.value) as value,
            coalesce(f.frequency, cast(c.records as double) / (e.records + {_PSEUDO_RECORDS})) as frequency,
            coalesce(f.frequency, cast(c.records - 1 as double) / (e.records + {_PSEUDO_RECORDS})) as elsewhere
        from counted as c
        full outer join frozen_frequency as f on f.kind = c.kind and f.value = c.value
        cross join everybody as e
        order by kind, value""")
    con.unregister("frozen_frequency")
