"""Keys that are made step by step are those that one expression makes."""

from identity_tables import rows

from identity import fold, fold_address
from identity.keys import keys_sql
from identity.steps import Steps, step_by_step


def test_step_by_step_gives_what_one_expression_gives(con):
    con.execute("create table sent as select 'Dr. Jürgen-Uwe P.' as given_name, 'Große Bleichen Str.' as street")
    made = {"given": (fold.name_key, "given_name"), "street_key": (fold_address.street_key, "street")}
    assert (
        rows(con, f"select given, street_key from {step_by_step('sent', made)} as s")
        == rows(con, f"select {fold.name_key('given_name')}, {fold_address.street_key('street')} from sent")
        == [("jurgenuwe", "grossebleichenstr")]
    )


def test_each_step_is_written_once():
    """Nested in one expression, five steps that name their value twice would write it 32 times."""
    twice = Steps(*[lambda x: f"{x} || {x}"] * 5)
    assert twice("word").count("word") == 32
    assert step_by_step("sent", {"long": (twice, "word")}).count("||") == 5


def test_the_query_for_keys_stays_short():
    """Planning takes its time by the text: with each key one expression it was 35 KB, and 90 ms for a single record."""
    assert len(keys_sql("clean.party", "p.record_id as first")) < 15_000
