"""SQL models: what is read from the file, and that the shipped ones hold together."""

from datetime import datetime
from pathlib import Path

import pytest
import sqlglot

from warehouse.build import Parameters
from warehouse.errors import WarehouseError
from warehouse.models import MODELS_DIR, read_models

GOOD = """-- What each customer has spent.
--
-- grain: customer_id
-- column: customer_id | Stable id of the
--   person. | pseudonym
-- column: net_spend | Paid.
-- check: net_spend is not null

with paid as (select customer_id, paid from clean.purchase where bought_at < $as_of)

select customer_id, sum(paid) as net_spend
from paid
inner join serve.customer_record using (record_id)
group by customer_id
"""


def write(folder: Path, path: str, text: str) -> Path:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")
    return folder


def test_path_is_the_table_and_header_and_sql_say_the_rest(tmp_path):
    model = read_models(write(tmp_path, "core/spend.sql", GOOD))["core.spend"]
    assert (model.table, model.grain, model.checks) == ("core.spend", ("customer_id",), ("net_spend is not null",))
    assert [(c.name, c.description, c.personal_class) for c in model.columns] == [
        ("customer_id", "Stable id of the person.", "pseudonym"),
        ("net_spend", "Paid.", "none"),
    ]
    assert model.inputs == ("clean.purchase", "serve.customer_record")
    assert model.parameters == ("as_of",)


def test_as_of_is_put_in_as_a_typed_literal(tmp_path):
    model = read_models(write(tmp_path, "core/spend.sql", GOOD))["core.spend"]
    sql = model.sql(Parameters(datetime(2026, 5, 3, 4)).literals())
    assert "CAST('2026-05-03 04:00:00' AS TIMESTAMP)" in sql
    assert "$" not in sql


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (
            GOOD.replace("-- column: net_spend | Paid.\n", ""),
            "core/spend.sql: the header's columns and the last select",
        ),
        (GOOD.replace("clean.purchase", "purchase"), "core/spend.sql: table purchase has no schema"),
        (GOOD.replace("pseudonym", "secret"), "core/spend.sql: column customer_id: class 'secret' is not one of"),
        (GOOD.replace("clean.purchase", "core.other"), "core.other → core.spend → core.other is a circle"),
    ],
)
def test_a_model_that_does_not_hold_together_is_refused(tmp_path, broken, message):
    write(tmp_path, "core/other.sql", "-- x\n-- grain: a\n-- column: a | A.\nselect net_spend as a from core.spend")
    with pytest.raises(WarehouseError, match=message):
        read_models(write(tmp_path, "core/spend.sql", broken))


def test_every_shipped_model_is_documented_and_stands_after_its_inputs():
    models = read_models()
    order = list(models)
    for position, (table, model) in enumerate(models.items()):
        assert model.description, table
        assert model.grain, table
        assert all(order.index(i) < position for i in model.inputs if i in models), table
        assert all(column.description for column in model.columns), table


def test_personal_columns_of_serve_are_marked_as_such():
    personal = {"email", "phone", "given_name", "family_name", "street", "birth_date", "card_no", "identifier"}
    wrong = [
        f"{model.table}.{column.name}"
        for model in read_models().values()
        for column in model.columns
        if column.name in personal and column.personal_class not in ("personal", "sensitive")
    ]
    assert wrong == []


def test_every_shipped_model_gives_the_same_answer_on_both_engines():
    from warehouse.portable import refuse_unportable

    for model in read_models().values():
        refuse_unportable((MODELS_DIR / model.schema / f"{model.name}.sql").read_text(), model.table)
        assert sqlglot.transpile(model.sql(Parameters(datetime(2026, 1, 1)).literals()), "duckdb", "spark")
