"""The golden record: core.customer by the declared rules."""

from datetime import date, datetime
from pathlib import Path

import pytest
from identity_tables import AS_OF
from sqlglot import exp

from identity.config import IdentityConfig, Rule, read_config
from identity.errors import IdentityError
from identity.survivorship import write_survivorship
from warehouse.models import read_models

OLD, NEW = datetime(2024, 1, 1), datetime(2025, 1, 1)


@pytest.fixture
def golden(con, party):
    """core.customer of records that are all one customer."""

    def make(records, config=IdentityConfig(sources=("erp", "shop", "pos"))):
        party(records)
        con.execute(
            "create or replace table serve.customer_record as select record_id, 1 as customer_id from clean.party"
        )
        con.execute("""
            create or replace table identity.bad_value as
            select 'email' as kind, 'noreply@web.de' as value, true as is_placeholder
            union all select 'birth_date', '1900-01-01', true
            union all select 'phone', '+4930111', false""")
        write_survivorship(con, config)
        literal = exp.cast(exp.Literal.string(AS_OF.isoformat(" ")), "TIMESTAMP")
        cursor = con.execute(read_models()["core.customer"].sql({"as_of": literal}))
        names = [column[0] for column in cursor.description]
        return dict(zip(names, cursor.fetchall()[0], strict=True))

    return make


def test_an_address_moves_as_a_unit(golden):
    customer = golden(
        {
            "erp:a": {
                "street": "Ahornweg",
                "house_no": "3",
                "postal_code": "80331",
                "city": "München",
                "updated_at": OLD,
            },
            "shop:b": {"street": "Seestraße", "postal_code": "82319", "city": "Starnberg", "updated_at": NEW},
        }
    )
    address = [customer[k] for k in ("street", "house_no", "postal_code", "city")]
    assert address == ["Seestraße", None, "82319", "Starnberg"]


def test_a_half_address_does_not_replace_a_whole_one(golden):
    customer = golden(
        {
            "erp:a": {"street": "Ahornweg", "house_no": "3", "postal_code": "80331", "updated_at": OLD},
            "shop:b": {"city": "Starnberg", "updated_at": NEW},
        }
    )
    assert (customer["street"], customer["city"]) == ("Ahornweg", None)


def test_the_latest_country_stands_in_for_that_of_the_address(golden):
    records = {"erp:a": {"country": "AT", "updated_at": OLD}, "shop:b": {"country": "CH", "updated_at": NEW}}
    assert golden(records)["country"] == "CH"
    records["erp:a"]["city"] = "Wien"
    assert golden(records)["country"] == "AT"
    records["erp:a"]["country"] = None
    assert golden(records)["country"] == "CH"


def test_a_name_is_taken_whole_and_by_frequency(golden):
    customer = golden(
        {
            "erp:a": {"title": "Dr.", "given_name": "Sofie", "family_name": "Maier"},
            "shop:b": {"given_name": "Sophie", "family_name": "Mayer"},
            "pos:c": {"given_name": "Sophie", "family_name": "Mayer"},
        }
    )
    assert (customer["full_name"], customer["title"]) == ("Sophie Mayer", None)


def test_an_initial_never_beats_a_name(golden):
    customer = golden(
        {
            "erp:a": {"given_name": "S.", "family_name": "Mayer", "verified_at": NEW},
            "pos:b": {"given_name": "Sophie", "family_name": "Mayer"},
        }
    )
    assert customer["given_name"] == "Sophie"


def test_a_verified_address_wins(golden):
    customer = golden({"erp:a": {"email": "a@web.de"}, "shop:b": {"email": "b@web.de", "verified_at": OLD}})
    assert customer["email"] == "b@web.de"


def test_the_declared_order_of_sources_and_criteria_is_obeyed(golden):
    records = {"erp:a": {"phone": "+491", "updated_at": OLD}, "shop:b": {"phone": "+492", "updated_at": NEW}}
    by_source = IdentityConfig(sources=("erp",), survivorship={"phone": Rule(prefer=("source",))})
    by_time = IdentityConfig(sources=("erp",), survivorship={"phone": Rule(prefer=("recency", "source"))})
    assert (golden(records, by_source)["phone"], golden(records, by_time)["phone"]) == ("+491", "+492")


def test_placeholders_are_not_taken_and_shared_values_only_at_need(golden):
    records = {"erp:a": {"email": "noreply@web.de", "birth_date": "1900-01-01", "phone": "+4930111"}}
    customer = golden(records)
    assert (customer["email"], customer["birth_date"], customer["phone"]) == (None, None, "+4930111")
    assert golden(records | {"pos:b": {"phone": "+49171"}})["phone"] == "+49171"


def test_the_latest_birth_date_decides_when_somebody_is_of_age(golden):
    assert golden({"erp:a": {"birth_date": "2008-02-29"}})["of_age_on"] == date(2026, 2, 28)
    assert golden({"erp:a": {}})["of_age_on"] is None
    doubtful = {"erp:a": {"birth_date": "1970-01-01"}, "shop:b": {"birth_date": "2010-05-05"}}
    assert golden(doubtful)["of_age_on"] == date(2028, 5, 5)


def test_counts_and_flags_are_of_all_records(golden):
    customer = golden(
        {
            "erp:a": {"is_test": True, "created_at": OLD},
            "shop:b": {"is_deceased": True, "created_at": NEW},
            "shop:c": {"created_at": NEW, "updated_at": AS_OF},
        }
    )
    assert (customer["record_count"], customer["sources"]) == (3, "erp,shop")
    assert (customer["is_test"], customer["is_deceased"]) == (True, True)
    assert (customer["first_seen_at"], customer["last_seen_at"]) == (OLD, AS_OF)


def test_a_wrong_rule_names_its_line(tmp_path: Path):
    file = tmp_path / "identity.yaml"
    file.write_text("schema_version: 1\nsurvivorship:\n  address: {prefer: [newest]}\n")
    with pytest.raises(IdentityError, match=r"identity\.yaml:3: .*address"):
        read_config(file)
