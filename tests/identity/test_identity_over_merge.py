"""A value that one record in a hundred shares joins nobody, in small sets and larger ones, listed or not."""

import hashlib

import polars as pl
import pytest
from identity_tables import rows

from identity.config import IdentityConfig
from identity.linking import update_identity
from identity.model import read_model

# What staff and forms may put on one record in a hundred; none of it stands in a list.
SHARED = {
    "e-mail": {"email": "vereinsheim.nord@posteo.de"},
    "phone": {"phone": "+4930220446688"},
    "card": {"card_no": "2620011223341"},
    "address": {"street": "Lindenallee", "house_no": "17", "postal_code": "10965", "city": "Berlin"},
    "placeholder name": {"given_name": "Filiale", "family_name": "Westend"},
}
_SYLLABLES = ("ba", "ker", "lin", "mo", "ras", "tu", "ven", "zig", "hol", "du", "fe", "gro", "nes", "pil", "wa", "xo")


def word(number: int, kind: str) -> str:
    """A name of three or four syllables; a number and a kind always give the same."""
    digest = hashlib.sha256(f"{kind}{number}".encode()).digest()
    return "".join(_SYLLABLES[byte % len(_SYLLABLES)] for byte in digest[: 3 + digest[5] % 2]).capitalize()


def people(records: int) -> pl.DataFrame:
    """Records of people who have two each: a shop account, and a till's with half a name and half a contact."""
    made = []
    for number in range(records // 2):
        given, family = word(number % 90, "given"), word(number % 400, "family")
        own = {"email": f"kunde{number * 7919}@web.de", "phone": f"+49170{number * 104_729 % 10_000_000:07}"}
        home = {"street": word(number % 60, "street") + "weg", "house_no": str(number % 150), "city": "Berlin"}
        account = {"given_name": given, "family_name": family, **own, **home, "postal_code": f"1{number % 9000:04}"}
        till = (
            {"email": own["email"], "given_name": given}
            if number % 2
            else {"phone": own["phone"], "family_name": family}
        )
        for source, values in (("shop", account), ("till", till)):
            made.append(
                {"record_id": f"{source}:{number:05}", "person": number, "source": source, "card_no": None, **values}
            )
    return pl.DataFrame(made, infer_schema_length=None)


@pytest.mark.parametrize("records", [500, 6000])
@pytest.mark.parametrize("shared", SHARED)
def test_no_cluster_outgrows_its_person_by_more_than_a_record(con, party, shared, records):
    party({})
    table = people(records)
    order = [hashlib.sha256(record_id.encode()).hexdigest() for record_id in table["record_id"]]
    is_hit = pl.Series(order).rank("ordinal") <= records // 100
    con.register(
        "made",
        table.with_columns(
            pl.when(is_hit).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
            for column, value in SHARED[shared].items()
        ),
    )
    con.execute("""
        insert into clean.party by name
        select * exclude (person), 'customer' as record_table, record_id as record_key, 'DE' as country,
            false as is_company, false as is_test, false as is_deceased, false as is_account
        from made""")
    update_identity(con, IdentityConfig(), read_model(), "r1")
    outgrown = rows(
        con,
        """
        with held as (
            select c.cluster_id, m.person, count(*) as own
            from identity.cluster as c inner join made as m on m.record_id = c.record_id group by all
        )
        select cluster_id, sum(own) as records, max(own) as own from held group by cluster_id
        having sum(own) > max(own) + 1""",
    )
    assert outgrown == []
