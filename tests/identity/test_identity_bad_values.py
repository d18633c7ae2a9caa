"""Values that are no evidence, and that the reason is written down."""

from identity_tables import AS_OF, customers, rows

from identity.config import BadValues, IdentityConfig
from identity.resolve import resolve

FAMILIES = ["Hollerbach", "Zantner", "Quiring", "Pfefferle", "Odenthal"]


def test_a_mailbox_of_too_many_families_joins_nobody(con, party):
    party({f"shop:{n}": {"given_name": "Petra", "family_name": n, "email": "team@verein.de"} for n in FAMILIES})
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert rows(con, "select kind, value, reason, is_placeholder from identity.bad_value") == [
        ("email", "team@verein.de", "shared by too many families", False)
    ]
    assert len(customers(con)) == len(FAMILIES)


def test_each_suppressed_value_has_its_evidence(con, party):
    party(
        {
            "shop:a": {"family_name": "Zantner", "birth_date": "1900-01-01", "phone": "+490000000"},
            "shop:b": {"family_name": "Mustermann"},
        }
    )
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert rows(con, "select kind, value, reason, evidence from identity.bad_value order by kind") == [
        ("birth_date", "1900-01-01", "default date of a system", "records=1"),
        ("family_name", "mustermann", "the example of a form", "records=1"),
        ("phone", "+490000000", "only zeros", "records=1, families=1, names=0"),
    ]


def test_the_snapshot_lists_hashes_and_no_values(con, party):
    party({"shop:a": {"family_name": "Zantner", "email": "noreply@web.de"}})
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert rows(con, "select value_sha256 = sha256('noreply@web.de') from serve.bad_value") == [(True,)]


def test_a_family_may_share_a_phone(con, party):
    party({f"shop:{n}": {"given_name": n, "family_name": "Zantner", "phone": "+49301234599"} for n in FAMILIES})
    assert resolve(con, IdentityConfig(), "r1", AS_OF).suppressed_values == 0


def test_a_birth_date_after_the_record_itself_is_no_key(con, party):
    born = {"given_name": "Petra", "birth_date": "2025-03-01"}
    party(
        {
            "shop:a": {**born, "created_at": "2024-12-31 10:00:00"},
            "shop:b": {**born, "created_at": "2024-12-31 10:00:00", "updated_at": "2025-03-01 00:00:00"},
            "shop:c": born,
        }
    )
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert rows(con, "select record_id, birth_date from identity.party_key order by record_id") == [
        ("shop:a", None),
        ("shop:b", "2025-03-01"),
        ("shop:c", "2025-03-01"),
    ]


def test_an_address_has_a_limit_of_its_own_below_the_others(con, party):
    house = {"street": "Ahornweg", "house_no": "3", "postal_code": "80331"}
    party({f"shop:{n}": {"given_name": "Petra", "family_name": n, **house} for n in FAMILIES})
    limits = BadValues(max_family_names=8, max_names=8, max_address_families=4)
    resolve(con, IdentityConfig(bad_values=limits), "r1", AS_OF)
    assert rows(con, "select kind, reason from identity.bad_value") == [("address", "shared by too many families")]
