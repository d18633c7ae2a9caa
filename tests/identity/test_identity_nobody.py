"""Records that stand for nobody: they join nobody, and are listed with the reason."""

from identity_tables import AS_OF, customers, rows

from identity.config import IdentityConfig
from identity.resolve import resolve
from identity.why import why_pair

LISTED = "select kind, value, reason, evidence from identity.bad_value where kind = 'record' order by value"
ANNA = {"given_name": "Anna", "family_name": "Zantner", "email": "a.zantner@web.de", "birth_date": "1980-04-05"}


def test_a_test_account_joins_no_customer_and_is_listed(con, party):
    party({"shop:a": ANNA, "forms:b": ANNA, "shop:t": {**ANNA, "is_test": True}})
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert customers(con) == [["forms:b", "shop:a"], ["shop:t"]]
    assert rows(con, LISTED) == [("record", "shop:t", "test account", "marked by the silo")]


def test_it_is_said_that_a_test_account_is_the_cause(con, party):
    party({"forms:b": ANNA, "shop:t": {**ANNA, "is_test": True}})
    resolve(con, IdentityConfig(), "r1", AS_OF)
    con.execute("create table serve.party as select * from clean.party")
    assert why_pair(con, "forms:b", "shop:t").answer == "Two customers: a test account is joined with nobody."


def test_an_account_that_is_no_test_any_more_joins_and_is_listed_no_more(con, party):
    party({"forms:b": ANNA, "shop:t": {**ANNA, "is_test": True}})
    resolve(con, IdentityConfig(), "r1", AS_OF)
    party({"forms:b": ANNA, "shop:t": ANNA})
    resolve(con, IdentityConfig(), "r2", AS_OF)
    assert customers(con) == [["forms:b", "shop:t"]]
    assert rows(con, LISTED) == []


def test_the_customer_of_the_till_joins_nobody_and_is_listed(con, party):
    till = {"given_name": "Bar", "family_name": "Verkauf", "postal_code": "80331", "city": "München"}
    party(
        {
            "pos:a": {**till, "family_name": "Laufkunde"},
            "pos:b": {**till, "family_name": "Laufkunde"},
            "erp:c": {"family_name": "Barverkauf", "postal_code": "80331", "city": "München"},
            "erp:d": {"family_name": "Kunde", "given_name": "Petra", "email": "petra.kunde@web.de"},
        }
    )
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert customers(con) == [["erp:c"], ["erp:d"], ["pos:a"], ["pos:b"]]
    evidence = ("the customer of the till", "a name of the till, nothing to reach by")
    assert rows(con, LISTED) == [("record", value, *evidence) for value in ("erp:c", "pos:a", "pos:b")]


def test_the_snapshot_lists_records_by_hash(con, party):
    party({"shop:t": {**ANNA, "is_test": True}})
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert rows(con, "select value_sha256 = sha256('shop:t') from serve.bad_value where kind = 'record'") == [(True,)]
