"""What a run did to the customers, measured against the published snapshot."""

import pytest

from identity.config import read_config
from identity.errors import IdentityError
from identity.release import write_measures
from identity.release_limits import ReleaseLimits
from warehouse.db import connect_memory

PARTY = """record_id text, customer_id bigint, is_company boolean, given_name text, family_name text, birth_date date,
    email text, phone text, phone_2 text, card_no text"""


@pytest.fixture
def con():
    with connect_memory() as connection:
        for side in ("serve", "published"):
            connection.execute(f"attach ':memory:' as {side}")
            connection.execute(f"create table {side}.customer_record (record_id text, customer_id bigint)")
            connection.execute(f"create table {side}.party ({PARTY})")
        connection.execute("create schema identity")
        connection.execute("create table identity.verdict (record_id_l text, record_id_r text, verdict text)")
        yield connection


def customers(con, side, **records):
    """Write customer_record: the customer of each record."""
    rows = ", ".join(f"('{record}', {customer})" for record, customer in records.items())
    con.execute(f"insert into {side}.customer_record values {rows}")


def measured(con, *names, limits=None):
    write_measures(con, limits or ReleaseLimits())
    rows = con.execute(
        "select measure, before_count, now_count, changed, of_count from release_measure where subject = ''"
    ).fetchall()
    found = {measure: tuple(rest) for measure, *rest in rows}
    return {name: found[name] for name in names}


def examples(con, measure):
    return con.execute(
        "select customer_id, count from release_example where measure = ? order by count desc, customer_id", [measure]
    ).fetchall()


def test_new_records_and_new_customers_change_no_id(con):
    customers(con, "published", a=1, b=2)
    customers(con, "serve", a=1, b=2, c=2, d=3)
    assert measured(con, "records", "customers", "records_moved", "customers_changed") == {
        "records": (2, 4, 2, 2),
        "customers": (2, 3, 1, 2),
        "records_moved": (None, None, 0, 2),
        "customers_changed": (None, None, 0, 2),
    }


def test_a_merge_moves_the_records_of_the_id_that_goes_and_changes_both_customers(con):
    customers(con, "published", a=1, b=1, c=2, d=3)
    customers(con, "serve", a=1, b=1, c=1, d=3)
    assert measured(con, "records_moved", "customers_changed", "customers_merged", "customers_split") == {
        "records_moved": (None, None, 1, 4),
        "customers_changed": (None, None, 2, 3),
        "customers_merged": (None, None, 1, 3),
        "customers_split": (None, None, 0, 3),
    }
    assert examples(con, "customers_merged") == [(1, 1)]


def test_a_split_is_told_of_the_customer_that_was_split(con):
    customers(con, "published", a=1, b=1, c=1, d=2)
    customers(con, "serve", a=1, b=3, c=4, d=2)
    # 3 and 4 are new: the only published customer that changed is 1.
    assert measured(con, "records_moved", "customers_changed", "customers_merged", "customers_split") == {
        "records_moved": (None, None, 2, 4),
        "customers_changed": (None, None, 1, 2),
        "customers_merged": (None, None, 0, 2),
        "customers_split": (None, None, 1, 2),
    }
    assert examples(con, "customers_split") == [(1, 3)]


def test_a_record_that_goes_to_another_customer_is_no_merge(con):
    customers(con, "published", a=1, b=1, c=2)
    customers(con, "serve", a=1, b=2, c=2)
    assert measured(con, "records_moved", "customers_changed", "customers_merged", "customers_split") == {
        "records_moved": (None, None, 1, 3),
        "customers_changed": (None, None, 2, 2),
        "customers_merged": (None, None, 0, 2),
        "customers_split": (None, None, 1, 2),
    }


def test_a_customer_without_any_record_is_gone_not_merged(con):
    customers(con, "published", a=1, b=2, c=2)
    customers(con, "serve", a=1)
    assert measured(con, "customers_gone", "customers_merged", "records_moved") == {
        "customers_gone": (None, None, 1, 2),
        "customers_merged": (None, None, 0, 2),
        "records_moved": (None, None, 0, 1),
    }
    assert examples(con, "customers_gone") == [(2, 2)]


def test_the_tail_of_sizes_counts_only_where_it_grows(con):
    customers(con, "published", a=1, b=1, c=1, d=1, e=2)
    customers(con, "serve", a=1, b=1, c=1, d=2, e=2, f=2, g=2)
    # Customer 1 shrinks from 4 to 3, customer 2 grows from 1 to 4: as large as the largest was.
    limits = ReleaseLimits(large_records=2)
    assert measured(con, "largest_customer", "usual_customer", "large_customers", limits=limits) == {
        "largest_customer": (4, 4, 0, 4),
        "usual_customer": (4, 4, 0, 4),
        "large_customers": (1, 2, 1, 1),
    }


def test_a_judgement_is_broken_when_the_snapshot_honoured_it_or_could_not(con):
    con.execute("""
        insert into identity.verdict values
            ('a', 'b', 'same'), ('c', 'd', 'different'), ('e', 'f', 'same'), ('g', 'h', 'different'),
            ('a', 'gone', 'same'), ('i', 'j', 'different')""")
    # a = b was honoured and is not; c and d were apart and are not; e = f never was; g and h are new; i and j are well.
    customers(con, "published", a=1, b=1, c=2, d=3, e=4, f=5, gone=1, i=8, j=9)
    customers(con, "serve", a=1, b=6, c=2, d=2, e=4, f=5, g=7, h=7, i=8, j=9)
    assert measured(con, "judgements_broken") == {"judgements_broken": (1, 4, 3, 5)}


def person(con, side, customer, **values):
    """Write records of a customer to `party`: each keyword is a column with one value a record."""
    columns = {"customer_id": [customer] * len(next(iter(values.values()))), **values}
    for row in zip(*columns.values(), strict=True):
        marks = ", ".join("?" for _ in row)
        con.execute(f"insert into {side}.party (is_company, {', '.join(columns)}) values (false, {marks})", list(row))


def implausible(con, side):
    write_measures(con, ReleaseLimits())
    rows = con.execute(
        f"select subject, {side}_count from release_measure where measure = 'implausible' and {side}_count > 0"
    ).fetchall()
    return dict(rows)


def test_spellings_and_initials_of_one_name_are_one_name(con):
    person(con, "serve", 1, given_name=["Jürgen", "Juergen", "JURGEN", "J.", "Dr. Jürgen", None])
    person(con, "serve", 2, given_name=["Anna", "Berta", "Carla", "Dora"])
    person(con, "serve", 3, given_name=["Anna", "Berta", "Carla", "D."])
    assert implausible(con, "now") == {"given_names": 1}
    assert examples(con, "implausible") == [(2, 4)]


def test_each_kind_of_value_is_counted_by_itself(con):
    days = ["1980-01-01", "1981-01-01", "1982-01-01"]
    person(con, "serve", 1, birth_date=days, family_name=["Aal", "Bär", "Aal"])
    person(con, "serve", 2, phone=["+491", "+492", "+491"], phone_2=["+493", "+494", None])
    person(con, "serve", 3, email=[f"{letter}@x.de" for letter in "abcdef"])
    person(con, "serve", 4, email=["a@x.de", "A@x.de ", "a+b@x.de", "b@x.de", "c@x.de", "d@x.de"])
    person(con, "serve", 5, card_no=["10", "0010", "11", "12"])
    assert implausible(con, "now") == {"birth_dates": 1, "phones": 1, "emails": 1}


def test_what_was_implausible_before_is_no_news(con):
    for side in ("published", "serve"):
        customers(con, side, a=1, b=2)
        person(con, side, 1, given_name=["Anna", "Berta", "Carla", "Dora"])
    person(con, "serve", 2, given_name=["Emil", "Fritz", "Georg", "Hans", "Ingo"])
    write_measures(con, ReleaseLimits())
    rows = con.execute("select * from release_measure where measure = 'implausible' and subject = 'given_names'")
    assert rows.fetchall() == [("implausible", "given_names", 1, 2, 1, 2)]
    assert examples(con, "implausible") == [(2, 5)]


def test_companies_may_have_many_names(con):
    person(con, "serve", 1, given_name=["Anna", "Berta", "Carla", "Dora"])
    con.execute("update serve.party set is_company = true")
    assert implausible(con, "now") == {}


def test_a_first_run_has_nothing_before_it(con):
    con.execute("drop table published.customer_record")
    con.execute("drop table published.party")
    customers(con, "serve", a=1, b=1)
    assert measured(con, "records", "records_moved", "largest_customer") == {
        "records": (0, 2, 2, 0),
        "records_moved": (None, None, 0, 0),
        "largest_customer": (0, 2, 2, 0),
    }


def test_half_a_limit_keeps_the_default_of_the_other_half():
    found = ReleaseLimits.model_validate({"customers_merged": {"share": 0.2}, "plausible": {"emails": 9}})
    assert (found.customers_merged.share, found.customers_merged.at_least) == (0.2, 25)
    assert (found.plausible.emails, found.plausible.given_names) == (9, 3)
    assert found.customers_split == ReleaseLimits().customers_split


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("release:\n  customers_merged: {share: 2}\n", r"identity.yaml:2: release.customers_merged.share: "),
        ("release:\n  customers_merged: 5\n", r"identity.yaml:2: release.customers_merged: "),
        ("release:\n  customers_joined: {share: 0.1}\n", r"identity.yaml:2: release.customers_joined: "),
    ],
)
def test_a_wrong_limit_is_named_with_its_line(tmp_path, text, said):
    file = tmp_path / "identity.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(IdentityError, match=said):
        read_config(file)
