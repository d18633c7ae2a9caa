"""What no pipeline reads: who the people are, and who was planted as what."""

import polars as pl

from connectors.demo.roles import NOBODY, ROLES
from connectors.demo.sink import Sink


def planted(sink: Sink, people: pl.DataFrame) -> None:
    """Append to truth/people.parquet and truth/planted.parquet."""
    sink.parquet(
        "people",
        people.select(
            "person_id",
            "household_id",
            "country",
            "female",
            "title",
            "given",
            "family",
            "family_before",
            "birth",
            "died",
            "kin",
            "street",
            "house_no",
            "postal_code",
            "city",
            "email",
            "email_2",
            "phone",
            "phone_2",
            "card",
            "card_2",
        ),
    )
    cast = people.filter(pl.col("role") != NOBODY)
    names = pl.Series([role.name for role in ROLES])
    roles = names.gather(cast["role"])
    sink.parquet("planted", cast.select("person_id", roles.alias("planted_as"), "country", "email", "phone"))
