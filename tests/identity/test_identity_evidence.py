"""The stored evidence: of touched records only, and the same as if everything were written anew."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from identity_tables import rows

from identity.comparisons import COMPARISONS
from identity.evidence import write_customer_links
from identity.guard import WEAK_LINK
from identity.links import TOO_WEAK
from identity.store import EVIDENCE_COLUMNS, rows_of
from warehouse import books
from warehouse.yamlfile import read_yaml

NUMBERS = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}
UNSCORED = dict.fromkeys(EVIDENCE_COLUMNS)


@pytest.fixture
def engine(con):
    """The tables that the engine leaves behind: records a to f, with their customers as in "ab c" and no links."""

    def fill(customers: str):
        kinds = ", ".join(f"{c} {'tinyint' if c.startswith('level') else 'double'}" for c in EVIDENCE_COLUMNS)
        con.execute(f"""
            create or replace table identity.link (
                record_no_l integer, record_no_r integer, record_id_l text, record_id_r text, origin text,
                match_weight double, match_probability double, veto text, rule text, {kinds});
            create or replace table identity.contradiction (
                cluster_id text, record_id_l text, record_id_r text, reason text);
            create or replace table identity.verdict (record_id_l text, record_id_r text, verdict text);
            create or replace table identity.judgement (
                record_id_l text, record_id_r text, verdict text, decided_at timestamp);
            create or replace table serve.customer_record (record_id text, customer_id bigint)""")
        for number, records in enumerate(customers.split(), start=1):
            for record in records:
                con.execute("insert into serve.customer_record values (?, ?)", [record, number])
        touch(con, "abcdef", range(1, 5))

    return fill


def touch(con, records: str, customers: Iterable[int]) -> None:
    """Let `records` with their links be touched, and the `customers` that hold them or did."""
    con.execute("create or replace temp table touched_record (record_no integer, record_id text, is_gone boolean)")
    for record in records:
        con.execute("insert into touched_record values (?, ?, false)", [NUMBERS[record], record])
    con.execute(f"create or replace temp table touched_link as {rows_of('identity.link', 'touched_record')}")
    con.execute("create or replace temp table touched_customer (customer_id bigint)")
    for customer in customers:
        con.execute("insert into touched_customer values (?)", [customer])


def link(con, pair: str, weight=10.0, veto=None, origin="model", rule=None, **evidence) -> None:
    values = {
        "record_no_l": NUMBERS[pair[0]], "record_no_r": NUMBERS[pair[1]], "record_id_l": pair[0],
        "record_id_r": pair[1], "origin": origin, "match_weight": weight, "match_probability": 0.5, "veto": veto,
        "rule": rule, **UNSCORED, **evidence,
    }  # fmt: skip
    names = ", ".join(values)
    con.execute(f"insert into identity.link ({names}) values ({', '.join('?' * len(values))})", list(values.values()))


def joined(con) -> list[tuple]:
    return rows(
        con, "select record_id_l || record_id_r, customer_id, origin, reason from serve.customer_link order by 1"
    )


def apart(con) -> list[tuple]:
    return rows(
        con,
        """select record_id_l || record_id_r, customer_id_l, customer_id_r, kept_apart_by, reason
        from serve.customer_near_link order by 1""",
    )


def test_a_link_keeps_the_words_and_weights_of_its_levels(con, engine):
    engine("ab")
    link(con, "ab", 12.5, level_email=0, weight_email=15.8, level_given_name=-1, weight_given_name=0.0)
    write_customer_links(con, 3.5, whole=True)
    assert rows(
        con,
        """select match_weight, needed_weight, words_email, weight_email, words_given_name, weight_given_name,
            words_card, weight_card from serve.customer_link""",
    ) == [(12.5, 3.5, "same e-mail address", 15.8, None, 0.0, None, None)]


def test_every_level_has_its_words(con, engine):
    engine("ab")
    for comparison in COMPARISONS:
        for place, level in enumerate(comparison.levels):
            con.execute("delete from identity.link")
            link(con, "ab", **{f"level_{comparison.name}": place})
            write_customer_links(con, 3.5, whole=True)
            assert rows(con, f"select words_{comparison.name} from serve.customer_link") == [(level.words,)]


def test_links_say_who_made_them(con, engine):
    engine("abc")
    link(con, "ab", 12.5, origin="judgement")
    link(con, "bc", None, origin="company", rule="same company name and phone")
    write_customer_links(con, 3.5, whole=True)
    assert joined(con) == [
        ("ab", 1, "judgement", "judged to be one person"),
        ("bc", 1, "company", "same company name and phone"),
    ]


def test_pairs_that_did_not_join_say_what_kept_them_apart(con, engine):
    engine("ab cd e f")
    link(con, "ab", 2.0, veto=TOO_WEAK)
    link(con, "ac", 9.0, veto="clearly different given names")
    link(con, "ad", 9.0)
    link(con, "bd", 9.0, veto="judged to be different people")
    link(con, "ce", 9.0)
    link(con, "cf", 9.0, veto=WEAK_LINK)
    con.execute("insert into identity.contradiction values ('a', 'a', 'c', 'clearly different given names')")
    con.execute("insert into identity.contradiction values ('a', 'b', 'c', 'clearly different birth dates')")
    con.execute("insert into identity.contradiction values ('a', 'b', 'd', 'judged to be different people')")
    con.execute("insert into identity.verdict values ('b', 'd', 'different'), ('d', 'e', 'different')")
    write_customer_links(con, 3.5, whole=True)
    assert joined(con) == []
    assert apart(con) == [
        ("ab", 1, 1, "weight", "weight below the threshold"),
        ("ac", 1, 2, "rule", "clearly different given names"),
        ("ad", 1, 2, "guard",
         "other records of the two customers contradict each other: clearly different birth dates"),
        ("bc", 1, 2, "rule", "clearly different birth dates"),
        ("bd", 1, 2, "person", "judged to be different people"),
        ("ce", 2, 3, "guard", "the guard of whole clusters keeps them apart"),
        ("cf", 2, 4, "guard", WEAK_LINK),
        ("de", 2, 3, "person", "judged to be different people"),
    ]  # fmt: skip


def test_only_pairs_of_touched_records_are_written_anew(con, engine):
    engine("ab cd ef")
    for pair in ("ab", "cd", "ef"):
        link(con, pair, 9.0)
    link(con, "bc", 1.0, veto=TOO_WEAK)
    link(con, "de", 1.0, veto=TOO_WEAK)
    write_customer_links(con, 3.5, whole=True)
    # c, d: their customer is another, and their links weigh otherwise.
    con.execute("update serve.customer_record set customer_id = 7 where record_id in ('c', 'd')")
    con.execute("update identity.link set match_weight = match_weight + 1")
    touch(con, "cd", [2, 7])
    write_customer_links(con, 4.5, whole=False)
    assert rows(
        con, "select record_id_l || record_id_r, customer_id, match_weight, needed_weight from serve.customer_link"
    ) == [("ab", 1, 9.0, 3.5), ("ef", 3, 9.0, 3.5), ("cd", 7, 10.0, 4.5)]
    assert rows(
        con,
        """select record_id_l || record_id_r, customer_id_l, customer_id_r, match_weight
        from serve.customer_near_link order by 1""",
    ) == [("bc", 1, 7, 2.0), ("de", 7, 3, 2.0)]


def test_nothing_stays_of_records_that_are_gone(con, engine):
    engine("ab cd")
    link(con, "ab")
    link(con, "cd")
    link(con, "bc", 1.0, veto=TOO_WEAK)
    write_customer_links(con, 3.5, whole=True)
    con.execute("delete from identity.link where record_id_l in ('a', 'b')")
    con.execute("delete from serve.customer_record where record_id in ('a', 'b')")
    touch(con, "ab", [1])
    write_customer_links(con, 3.5, whole=False)
    assert (joined(con), apart(con)) == ([("cd", 2, "model", None)], [])


def test_tables_of_other_comparisons_are_made_anew(con, engine):
    engine("ab")
    link(con, "ab", level_email=0, weight_email=15.8)
    con.execute("create table serve.customer_link (record_id_l text, record_id_r text, weight_mailbox double)")
    write_customer_links(con, 3.5, whole=True)
    assert rows(con, "select words_email from serve.customer_link") == [("same e-mail address",)]


def test_a_judgement_that_was_set_aside_is_told_apart(con, engine):
    engine("ab c")
    con.execute("""
        insert into identity.judgement values
            ('b', 'a', 'same', '2026-01-01'), ('a', 'b', 'same', '2026-01-02'),
            ('b', 'c', 'different', '2026-01-03'), ('a', 'c', 'unsure', '2026-01-04'),
            ('a', 'z', 'same', '2026-01-05')""")
    con.execute("insert into identity.verdict values ('a', 'b', 'same')")
    write_customer_links(con, 3.5, whole=True)
    assert rows(
        con,
        """select record_id_l || record_id_r, customer_id_l, customer_id_r, verdict, is_applied, judged_by,
            cast(judged_at as date)::text from serve.customer_judgement order by 1""",
    ) == [("ab", 1, 1, "same", True, None, "2026-01-02"), ("bc", 1, 2, "different", False, None, "2026-01-03")]


@pytest.mark.parametrize("table", ["customer_link", "customer_near_link", "customer_judgement"])
def test_every_column_is_documented(con, engine, table):
    engine("ab")
    write_customer_links(con, 3.5, whole=True)
    documented = read_yaml(Path(books.__file__).parent / "column_docs.yaml")[table]
    assert list(documented) == con.table(f"serve.{table}").columns
