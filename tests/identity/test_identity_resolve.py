"""The whole of identity on a few records: judgements, re-runs, threads, evidence."""

from datetime import date

import pytest
from identity_tables import AS_OF, customers, rows

from identity.config import Guard, IdentityConfig
from identity.resolve import resolve

HANNA = {"given_name": "Hannelore", "family_name": "Zantner", "email": "h.zantner@web.de"}
RECORDS = {
    "shop:a": HANNA,
    "forms:b": HANNA,
    "erp:c": {"given_name": "Ulrich", "family_name": "Zantner", "email": "h.zantner@web.de"},
    "erp:d": {"given_name": "Ottilie", "family_name": "Quiring", "phone": "+498912345"},
}
SERVED = ("customer_record", "customer_id_history", "customer_link", "bad_value")


def judge(con, left: str, right: str, verdict: str, decided_on: str = "2026-10-01") -> None:
    con.execute("""
        create table if not exists identity.judgement (
            record_id_l text, record_id_r text, verdict text, decided_at timestamp)""")
    con.execute("insert into identity.judgement values (?, ?, ?, ?)", [left, right, verdict, decided_on])


def served(con) -> list:
    return [rows(con, f"select * from serve.{table}") for table in SERVED]


def test_a_result_tells_the_run_in_numbers(con, party):
    party(RECORDS)
    result = resolve(con, IdentityConfig(), "r1", AS_OF)
    assert (result.records, result.links, result.customers, result.created) == (4, 1, 3, 3)


def test_a_second_run_changes_nothing(con, party):
    party(RECORDS)
    resolve(con, IdentityConfig(), "r1", AS_OF)
    before = served(con)
    result = resolve(con, IdentityConfig(), "r2", AS_OF)
    assert served(con) == before
    assert (result.created, result.merged, result.split, result.retired) == (0, 0, 0, 0)


def test_a_judgement_of_same_joins_what_the_model_would_not(con, party):
    party(RECORDS)
    judge(con, "erp:d", "erp:c", "same")
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert ["erp:c", "erp:d"] in customers(con)
    assert rows(con, "select reason from serve.customer_link where origin = 'judgement'") == [
        ("judged to be one person",)
    ]


def test_judgements_that_are_gone_with_their_table_count_no_more(con, party):
    party(RECORDS)
    judge(con, "erp:d", "erp:c", "same")
    resolve(con, IdentityConfig(), "r1", AS_OF)
    con.execute("drop table identity.judgement")
    resolve(con, IdentityConfig(), "r2", AS_OF)
    assert ["erp:c", "erp:d"] not in customers(con)
    resolve(con, IdentityConfig(), "r3", AS_OF)


def test_a_judgement_of_different_parts_what_the_model_would_join(con, party):
    party(RECORDS)
    judge(con, "shop:a", "forms:b", "different")
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert ["forms:b", "shop:a"] not in customers(con)


def test_a_judgement_of_different_holds_across_a_third_record(con, party):
    party(RECORDS | {"draws:e": HANNA})
    judge(con, "shop:a", "forms:b", "different")
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert not any({"shop:a", "forms:b"} <= set(ids) for ids in customers(con))
    assert max(len(ids) for ids in customers(con)) == 2


def test_the_latest_judgement_counts(con, party):
    party(RECORDS)
    judge(con, "shop:a", "forms:b", "different", "2026-10-01")
    judge(con, "forms:b", "shop:a", "same", "2026-10-02")
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert ["forms:b", "shop:a"] in customers(con)


def test_every_record_has_exactly_one_customer(con, party):
    party(RECORDS | {"pos:e": {}})
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert sorted(record for ids in customers(con) for record in ids) == sorted([*RECORDS, "pos:e"])


def test_a_large_cluster_loses_its_weak_links(con, party):
    people = {f"shop:{n}": {"given_name": "Hanna", "family_name": "Zantner"} for n in "abcde"}
    party(people | {"erp:f": HANNA, "erp:g": HANNA})
    resolve(con, IdentityConfig(match_weight=0, guard=Guard(max_records=3)), "r1", AS_OF)
    assert max(len(ids) for ids in customers(con)) <= 3
    assert ["erp:f", "erp:g"] in customers(con)


def crowd() -> dict[str, dict]:
    """Some hundred records with namesakes, households and gaps."""
    families, given = ["Zantner", "Quiring", "Odenthal"], ["Hanna", "Ulrich", "Petra", "H.", None]
    return {
        f"{source}:{n:03}": {
            "given_name": given[n % 5],
            "family_name": families[n % 3],
            "email": f"mail{n % 20}@web.de" if n % 2 else None,
            "phone": f"+4989{n % 17:05}1" if n % 3 else None,
            "birth_date": date(1970, 1 + n % 12, 1 + n % 27) if n % 4 == 0 else None,
        }
        for source in ("shop", "erp")
        for n in range(60)
    }


@pytest.mark.parametrize("threads", [1, 2])
def test_the_number_of_threads_changes_nothing(con, party, threads):
    party(crowd())
    con.execute("set threads = 2")
    resolve(con, IdentityConfig(), "r1", AS_OF)
    before = served(con)
    con.execute(f"set threads = {threads}")
    for table in (
        "customer_record",
        "customer_id_history",
        "customer_link",
        "customer_id_mark",
        "customer_record_history",
    ):
        con.execute(f"drop table serve.{table}")
    resolve(con, IdentityConfig(), "r1", AS_OF)
    assert served(con) == before
